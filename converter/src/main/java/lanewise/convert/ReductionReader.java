package lanewise.convert;

import java.util.List;
import java.util.Map;
import lanewise.files.Json;
import lanewise.spec.AxisOperation;
import lanewise.spec.DType;
import lanewise.spec.Graph.Ref;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.ShapeOperation.Slice;
import tools.jackson.databind.JsonNode;

/**
 * Reads operations that bring the values along axes to one, or to the sums up to each. The formulas of those that are
 * made of others are Keras's on TensorFlow (keras/src/backend/tensorflow/{numpy,math,nn}.py).
 */
final class ReductionReader {
    /** Why a call without axes is refused. */
    static final String ALL_AXES = "works along all axes, so that rows mix; name the axes after batch";
    private static final Map<String, ReduceOp> REDUCTIONS = Map.ofEntries(Map.entry("Sum", ReduceOp.SUM),
            Map.entry("Mean", ReduceOp.MEAN), Map.entry("Prod", ReduceOp.PROD), Map.entry("Max", ReduceOp.MAX),
            Map.entry("Amax", ReduceOp.MAX), Map.entry("Min", ReduceOp.MIN), Map.entry("Amin", ReduceOp.MIN),
            Map.entry("Any", ReduceOp.ANY), Map.entry("All", ReduceOp.ALL), Map.entry("Argmax", ReduceOp.ARGMAX),
            Map.entry("Argmin", ReduceOp.ARGMIN), Map.entry("Var", ReduceOp.VAR), Map.entry("Std", ReduceOp.STD),
            Map.entry("Logsumexp", ReduceOp.LOGSUMEXP));

    private ReductionReader() {}

    /**
     * Reads an operation.
     *
     * @param name      its name
     * @param className its class
     * @param o         its options
     * @param arguments what it is called with, tensors included
     * @return the operation, or null if it is none of these
     * @throws Composition.Refused if it can't be run as it is called
     */
    static LayerSpec read(String name, String className, Options o, List<JsonNode> arguments) {
        if (REDUCTIONS.containsKey(className)) {
            return simple(name, REDUCTIONS.get(className), o, arguments);
        }
        return switch (className) {
            case "Norm" -> norm(name, o, arguments);
            case "CountNonzero" -> {
                List<Integer> axes = axes(o);
                Composition c = new Composition(name, arguments);
                yield c.gives(c.reduce(ReduceOp.SUM, c.pair(PairOp.NOT_EQUAL, c.input(0), 0f), axes, false));
            }
            case "Ptp" -> {
                List<Integer> axes = axes(o);
                boolean keep = o.bool("keepdims", false);
                Composition c = new Composition(name, arguments);
                yield c.gives(c.pair(PairOp.SUBTRACT, c.reduce(ReduceOp.MAX, c.input(0), axes, keep),
                        c.reduce(ReduceOp.MIN, c.input(0), axes, keep)));
            }
            case "Average" -> average(name, o, arguments);
            case "Moments" -> {
                o.ignore("synchronized");
                boolean keep = o.bool("keepdims", false);
                List<Integer> axes = o.integers("axes");
                Composition c = new Composition(name, arguments);
                yield c.gives(c.reduce(ReduceOp.MEAN, c.floats(0), axes, keep),
                        c.reduce(ReduceOp.VAR, c.floats(0), axes, keep));
            }
            case "Median" -> quantile(name, 0.5, "linear", o, arguments);
            case "Quantile", "Percentile" -> {
                JsonNode q = arguments.size() == 2 ? arguments.get(1) : null;
                if (q == null || !q.isNumber()) {
                    throw new Composition.Refused("expected a tensor and one number between 0 and "
                            + (className.equals("Quantile") ? 1 : 100));
                }
                double share = className.equals("Quantile") ? Json.real(q) : Json.real(q) / 100;
                yield quantile(name, share, o.string("method", "linear"), o, arguments);
            }
            case "Cumsum", "Cumprod" -> {
                String dtype = o.string("dtype", "");
                DType type = Composition.type(arguments.getFirst());
                boolean same = dtype.isEmpty() || dtype.equals("float32") && type == DType.FLOAT32
                        || dtype.equals("int32") && type != DType.FLOAT32;
                if (!same) {
                    throw new Composition.Refused("option 'dtype' is " + dtype + "; cast before instead");
                }
                yield new AxisOperation.Cumulate(name, className.equals("Cumsum") ? ReduceOp.SUM : ReduceOp.PROD,
                        axes(o).getFirst(), o.bool("exclusive", false), o.bool("reverse", false));
            }
            case "Trapezoid" -> {
                if (o.has("x")) {
                    throw new Composition.Refused("option 'x' is given, expected a fixed distance 'dx'");
                }
                o.ignore("x");
                Composition c = new Composition(name, arguments);
                int axis = c.axis(o.has("axis") ? o.integer("axis") : -1);
                Ref sum = c.pair(PairOp.ADD, c.part(c.floats(0), axis, 1, Slice.OPEN),
                        c.part(c.floats(0), axis, 0, -1));
                Ref heights = c.pair(PairOp.MULTIPLY, c.pair(PairOp.MULTIPLY, sum, 0.5f), o.number("dx", 1f));
                yield c.gives(c.reduce(ReduceOp.SUM, heights, List.of(axis), false));
            }
            default -> className.startsWith("Nan") ? withoutNan(name, className, o, arguments) : null;
        };
    }

    /** The axes after batch. */
    private static List<Integer> axes(Options o) {
        List<Integer> axes = o.integers("axis");
        if (axes.isEmpty()) {
            throw new Composition.Refused(ALL_AXES);
        }
        return axes;
    }

    private static LayerSpec simple(String name, ReduceOp op, Options o, List<JsonNode> arguments) {
        o.require("dtype", "null", "");
        boolean keep = o.bool("keepdims", false);
        List<Integer> axes = axes(o);
        if (!o.has("initial")) {
            o.get("initial");
            return new Operation.Reduce(name, op, axes, keep);
        }
        float initial = o.number("initial", 0f);
        Composition c = new Composition(name, arguments);
        return c.gives(c.pair(op == ReduceOp.MAX ? PairOp.MAXIMUM : PairOp.MINIMUM,
                c.reduce(op, c.input(0), axes, keep), initial));
    }

    private static LayerSpec norm(String name, Options o, List<JsonNode> arguments) {
        List<Integer> axes = axes(o);
        boolean keep = o.bool("keepdims", false);
        JsonNode order = o.get("ord");
        boolean frobenius = order != null && order.asString("").equals("fro") && axes.size() == 2;
        if (order == null || frobenius || axes.size() == 1 && order.isNumber() && Json.real(order) == 2) {
            return new Operation.Reduce(name, ReduceOp.NORM, axes, keep);
        }
        String text = order.asString(order.toString());
        if (axes.size() != 1 || !order.isNumber() || Json.real(order) < 0) {
            throw new Composition.Refused(
                    "option 'ord' is " + text + ", expected null, 'fro' of two axes, or a number of 0 "
                            + "or more of one axis");
        }
        double power = Json.real(order);
        Composition c = new Composition(name, arguments);
        Ref size = c.map(MapOp.ABSOLUTE, c.floats(0));
        if (Double.isInfinite(power)) {
            return c.gives(c.reduce(ReduceOp.MAX, size, axes, keep));
        } else if (power == 0) {
            Ref there = c.map(MapOp.TO_FLOAT, c.pair(PairOp.NOT_EQUAL, size, 0f));
            return c.gives(c.reduce(ReduceOp.SUM, there, axes, keep));
        } else if (power == 1) {
            return c.gives(c.reduce(ReduceOp.SUM, size, axes, keep));
        }
        Ref sum = c.reduce(ReduceOp.SUM, c.pair(PairOp.POWER, size, (float) power), axes, keep);
        return c.gives(c.pair(PairOp.POWER, sum, (float) (1 / power)));
    }

    private static LayerSpec average(String name, Options o, List<JsonNode> arguments) {
        List<Integer> axes = axes(o);
        Composition c = new Composition(name, OperationReader.tensors(arguments));
        if (!OperationReader.constants(arguments).isEmpty()) {
            throw new Composition.Refused("its weights are " + OperationReader.constants(arguments)
                    + ", expected an array or a tensor");
        }
        Ref x = c.floats(0);
        if (arguments.size() == 1) {
            return c.gives(c.reduce(ReduceOp.MEAN, x, axes, false));
        }
        if (c.shape(1).length != c.shape(0).length) {
            throw new Composition.Refused("its weights have another number of axes");
        }
        Ref weights = c.floats(1);
        return c.gives(c.pair(PairOp.DIVIDE, c.reduce(ReduceOp.SUM, c.pair(PairOp.MULTIPLY, x, weights), axes, false),
                c.reduce(ReduceOp.SUM, weights, axes, false)));
    }

    /** Between the two values of the sorted axis next to {@code q (n - 1)}; NaN where one of all is. */
    private static LayerSpec quantile(String name, double q, String method, Options o, List<JsonNode> arguments) {
        List<Integer> given = axes(o);
        boolean keep = o.bool("keepdims", false);
        Composition c = new Composition(name, OperationReader.tensors(arguments));
        if (given.size() != 1 || q < 0 || q > 1) {
            throw new Composition.Refused("is along the axes " + given + ", expected one, and a share from 0 to 1");
        }
        int axis = c.axis(given.getFirst());
        float exact = (float) ((c.size(0, axis) - 1) * q);
        int low = (int) Math.floor(exact);
        int high = (int) Math.ceil(exact);
        Ref sorted = c.sort(c.floats(0), axis);
        Ref below = c.take(sorted, List.of(low), axis);
        Ref above = c.take(sorted, List.of(high), axis);
        Ref chosen = switch (method) {
            case "lower" -> below;
            case "higher" -> above;
            case "nearest" -> Math.rint(exact) == low ? below : above;
            case "midpoint" -> c.pair(PairOp.MULTIPLY, c.pair(PairOp.ADD, below, above), 0.5f);
            case "linear" -> {
                float share = exact - low;
                yield c.pair(PairOp.ADD, c.pair(PairOp.MULTIPLY, below, 1 - share),
                        c.pair(PairOp.MULTIPLY, above, share));
            }
            default -> throw new Composition.Refused("option 'method' is " + method + ", which is unknown");
        };
        Ref broken = c.reduce(ReduceOp.ANY, c.map(MapOp.ISNAN, c.floats(0)), List.of(axis), true);
        Ref result = c.where(broken, Float.NaN, chosen);
        return c.gives(keep ? result : c.squeeze(result, axis));
    }

    /** Reductions that leave NaN out. */
    private static LayerSpec withoutNan(String name, String className, Options o, List<JsonNode> arguments) {
        String kind = className.substring("Nan".length());
        boolean known = List.of("sum", "prod", "max", "min", "mean", "var", "std", "argmax", "argmin", "cumsum",
                "cumprod").contains(kind);
        if (!known) {
            return null;
        }
        o.require("dtype", "null", "");
        List<Integer> axes = axes(o);
        boolean keep = o.bool("keepdims", false);
        Composition c = new Composition(name, arguments);
        Ref x = c.input(0);
        Ref nan = c.map(MapOp.ISNAN, x);
        boolean floats = c.type(0) == DType.FLOAT32;
        float none = switch (kind) {
            case "prod", "cumprod" -> 1f;
            case "max", "argmax" -> Float.NEGATIVE_INFINITY;
            case "min", "argmin" -> Float.POSITIVE_INFINITY;
            default -> 0f;
        };
        Ref clean = floats ? c.where(nan, none, x) : x;
        Ref all = floats ? c.reduce(ReduceOp.ALL, nan, axes, keep) : null;
        return c.gives(switch (kind) {
            case "sum" -> c.reduce(ReduceOp.SUM, clean, axes, keep);
            case "prod" -> c.reduce(ReduceOp.PROD, clean, axes, keep);
            case "max", "min" -> {
                Ref best = c.reduce(kind.equals("max") ? ReduceOp.MAX : ReduceOp.MIN, clean, axes, keep);
                yield floats ? c.where(all, Float.NaN, best) : best;
            }
            case "argmax", "argmin" -> {
                Ref at = c.reduce(kind.equals("argmax") ? ReduceOp.ARGMAX : ReduceOp.ARGMIN, clean, axes, keep);
                yield floats ? c.map(MapOp.TO_INT, c.where(all, -1f, at)) : at;
            }
            case "cumsum" -> cumulate(c, ReduceOp.SUM, clean, axes);
            case "cumprod" -> cumulate(c, ReduceOp.PROD, clean, axes);
            default -> {
                Ref valid = c.map(MapOp.TO_FLOAT, c.map(MapOp.LOGICAL_NOT, nan));
                Ref sum = c.map(MapOp.TO_FLOAT, clean);
                if (kind.equals("mean")) {
                    yield c.pair(PairOp.DIVIDE, c.reduce(ReduceOp.SUM, sum, axes, keep),
                            c.reduce(ReduceOp.SUM, valid, axes, keep));
                }
                Ref mean = c.pair(PairOp.DIVIDE, c.reduce(ReduceOp.SUM, sum, axes, true),
                        c.reduce(ReduceOp.SUM, valid, axes, true));
                Ref distance = c.where(nan, 0f, c.pair(PairOp.SUBTRACT, c.floats(0), mean));
                Ref variance = c.pair(PairOp.DIVIDE,
                        c.reduce(ReduceOp.SUM, c.map(MapOp.SQUARE, distance), axes, keep),
                        c.reduce(ReduceOp.SUM, valid, axes, keep));
                yield kind.equals("std") ? c.map(MapOp.SQRT, variance) : variance;
            }
        });
    }

    private static Ref cumulate(Composition c, ReduceOp op, Ref x, List<Integer> axes) {
        return c.add(new AxisOperation.Cumulate("sums", op, axes.getFirst(), false, false), x);
    }

    /** Whether the class is read here. */
    static boolean reads(String className) {
        return REDUCTIONS.containsKey(className);
    }
}
