package lanewise.convert;

import java.util.ArrayList;
import java.util.List;
import lanewise.files.Json;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Graph.Ref;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.ShapeOperation;
import tools.jackson.databind.JsonNode;

/**
 * Reads operations value by value that are made of others: the formulas are those of Keras on TensorFlow
 * (keras/src/backend/tensorflow/{numpy,math,nn}.py).
 */
final class ElementReader {
    private ElementReader() {}

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
        return switch (className) {
            case "Deg2rad" -> scaled(name, arguments, (float) (Math.PI / 180));
            case "Rad2deg" -> scaled(name, arguments, (float) (180 / Math.PI));
            case "Exp2" -> {
                Composition c = new Composition(name, arguments);
                yield c.gives(c.pair(PairOp.POWER, 2f, c.floats(0)));
            }
            case "Ldexp" -> {
                Composition c = new Composition(name, arguments);
                yield c.gives(c.pair(PairOp.MULTIPLY, c.floats(0), c.pair(PairOp.POWER, 2f, c.floats(1))));
            }
            case "Isposinf" -> new Operation.Pair(name, PairOp.EQUAL, Float.POSITIVE_INFINITY, false);
            case "Isneginf" -> new Operation.Pair(name, PairOp.EQUAL, Float.NEGATIVE_INFINITY, false);
            case "Isreal" -> new Operation.FilledLike(name, 1f, true);
            case "Imag" -> new Operation.FilledLike(name, 0f, false);
            case "Real", "Conj", "Conjugate", "Copy", "StopGradient" ->
                new Operation.AsLayer(name, new LayerSpec.Identity(name, className));
            case "Angle" -> {
                Composition c = new Composition(name, arguments);
                yield c.gives(c.where(c.pair(PairOp.LESS, c.floats(0), 0f), (float) Math.PI,
                        c.filled(c.input(0), 0f)));
            }
            case "Round" -> round(name, o.has("decimals") ? o.integer("decimals") : 0, arguments);
            case "NanToNum" -> nanToNum(name, o, arguments);
            case "Isclose" -> isClose(name, o, arguments);
            case "IsIn" -> isIn(name, o, arguments);
            case "Digitize" -> digitize(name, arguments);
            case "UnravelIndex" -> unravel(name, o.integers("shape"), arguments);
            case "FullLike" -> fullLike(name, o, arguments);
            case "Select" -> select(name, arguments);
            default -> activation(name, className, o, arguments);
        };
    }

    private static LayerSpec activation(String name, String className, Options o, List<JsonNode> arguments) {
        return switch (className) {
            case "Celu" -> {
                float alpha = o.number("alpha", 1f);
                Composition c = new Composition(name, arguments);
                Ref x = c.floats(0);
                Ref below = c.map(MapOp.EXPM1, c.pair(PairOp.DIVIDE, c.pair(PairOp.MINIMUM, x, 0f), alpha));
                yield c.gives(c.pair(PairOp.ADD, c.pair(PairOp.MAXIMUM, x, 0f),
                        c.pair(PairOp.MULTIPLY, below, alpha)));
            }
            case "HardShrink" -> {
                Composition c = new Composition(name, arguments);
                Ref x = c.floats(0);
                yield c.gives(c.where(c.pair(PairOp.GREATER, c.map(MapOp.ABSOLUTE, x), o.number("threshold", 0.5f)), x,
                        0f));
            }
            case "SoftShrink" -> {
                float threshold = o.number("threshold", 0.5f);
                Composition c = new Composition(name, arguments);
                Ref x = c.floats(0);
                Ref low = c.where(c.pair(PairOp.LESS, x, -threshold), c.pair(PairOp.ADD, x, threshold), 0f);
                yield c.gives(c.where(c.pair(PairOp.GREATER, x, threshold), c.pair(PairOp.SUBTRACT, x, threshold),
                        low));
            }
            case "Threshold" -> {
                Composition c = new Composition(name, arguments);
                Ref x = c.floats(0);
                yield c.gives(c.where(c.pair(PairOp.GREATER, x, o.number("threshold", 0f)), x,
                        o.number("default_value", 0f)));
            }
            case "Squareplus" -> {
                Composition c = new Composition(name, arguments);
                Ref x = c.floats(0);
                Ref root = c.map(MapOp.SQRT, c.pair(PairOp.ADD, c.map(MapOp.SQUARE, x), o.number("b", 4f)));
                yield c.gives(c.pair(PairOp.DIVIDE, c.pair(PairOp.ADD, x, root), 2f));
            }
            case "Glu" -> {
                Composition c = new Composition(name, arguments);
                int axis = c.axis(o.has("axis") ? o.integer("axis") : -1);
                int half = c.size(0, axis) / 2;
                Ref gate = c.add(OperationReader.function("gate", Activation.SIGMOID),
                        c.part(c.floats(0), axis, half, ShapeOperation.Slice.OPEN));
                yield c.gives(c.pair(PairOp.MULTIPLY, c.part(c.floats(0), axis, 0, half), gate));
            }
            case "LogSoftmax", "Sparsemax" -> {
                Activation f = className.equals("Sparsemax") ? Activation.SPARSEMAX : Activation.LOG_SOFTMAX;
                int axis = o.has("axis") ? o.integer("axis") : -1;
                if (o.isNull("axis")) {
                    throw new Composition.Refused(ReductionReader.ALL_AXES);
                }
                yield axis == -1 ? OperationReader.function(name, f) : moved(name, f, axis, arguments);
            }
            case "Softmax" -> {
                if (o.isNull("axis")) {
                    throw new Composition.Refused(ReductionReader.ALL_AXES);
                }
                yield new Operation.AsLayer(name,
                        new CoreLayer.Softmax(name, o.has("axis") ? o.integers("axis") : List.of(-1)));
            }
            default -> null;
        };
    }

    /** A function of rows along another axis than the last. */
    private static LayerSpec moved(String name, Activation f, int given, List<JsonNode> arguments) {
        Composition c = new Composition(name, arguments);
        int axis = c.axis(given);
        int rank = c.shape(0).length;
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            order.add(i == axis ? rank - 1 : i == rank - 1 ? axis : i);
        }
        return c.gives(c.transpose(c.add(OperationReader.function("f", f), c.transpose(c.floats(0), order)), order));
    }

    private static LayerSpec scaled(String name, List<JsonNode> arguments, float factor) {
        Composition c = new Composition(name, arguments);
        return c.gives(c.pair(PairOp.MULTIPLY, c.floats(0), factor));
    }

    private static LayerSpec round(String name, int decimals, List<JsonNode> arguments) {
        boolean whole = Composition.type(arguments.getFirst()) != DType.FLOAT32;
        if (decimals == 0 || whole && decimals > 0) {
            return new Operation.Map(name, MapOp.ROUND);
        }
        float factor = (float) Math.pow(10, decimals);
        Composition c = new Composition(name, arguments);
        Ref rounded = c.map(MapOp.ROUND, c.pair(PairOp.MULTIPLY, c.floats(0), factor));
        Ref back = c.pair(PairOp.DIVIDE, rounded, factor);
        return c.gives(whole ? c.map(MapOp.TO_INT, back) : back);
    }

    private static LayerSpec nanToNum(String name, Options o, List<JsonNode> arguments) {
        float nan = o.number("nan", 0f);
        float most = o.number("posinf", Float.MAX_VALUE);
        float least = o.number("neginf", -Float.MAX_VALUE);
        Composition c = new Composition(name, arguments);
        if (c.type(0) != DType.FLOAT32) {
            return new Operation.AsLayer(name, new LayerSpec.Identity(name, "NanToNum"));
        }
        Ref numbers = c.where(c.map(MapOp.ISNAN, c.input(0)), nan, c.input(0));
        Ref low = c.where(c.pair(PairOp.EQUAL, numbers, Float.POSITIVE_INFINITY), most, numbers);
        return c.gives(c.where(c.pair(PairOp.EQUAL, low, Float.NEGATIVE_INFINITY), least, low));
    }

    private static LayerSpec isClose(String name, Options o, List<JsonNode> arguments) {
        List<JsonNode> numbers = OperationReader.constants(arguments);
        boolean array = arguments.size() > 1 && CallReader.isTensor(arguments.get(1));
        if (!CallReader.isTensor(arguments.getFirst()) || numbers.stream().anyMatch(n -> !n.isNumber())) {
            throw new Composition.Refused("is called with " + numbers + ", expected a tensor and another, or a number");
        }
        int next = array ? 0 : 1;
        float relative = numbers.size() > next ? (float) Json.real(numbers.get(next)) : 1e-5f;
        float absolute = numbers.size() > next + 1 ? (float) Json.real(numbers.get(next + 1)) : 1e-8f;
        boolean equalNan = o.bool("equal_nan", false);
        Composition c = new Composition(name, OperationReader.tensors(arguments));
        float number = array ? 0 : (float) Json.real(numbers.getFirst());
        boolean whole = c.type(0) != DType.FLOAT32
                && (array ? c.type(1) != DType.FLOAT32 : Json.isInt(numbers.getFirst()));
        if (whole) {
            return new Operation.Pair(name, PairOp.EQUAL, number, false);
        }
        Ref a = c.floats(0);
        Ref b = array ? c.floats(1) : c.filled(a, number);
        Ref distance = c.map(MapOp.ABSOLUTE, c.pair(PairOp.SUBTRACT, a, b));
        Ref allowed = c.pair(PairOp.ADD, c.pair(PairOp.MULTIPLY, c.map(MapOp.ABSOLUTE, b), relative), absolute);
        Ref close = c.pair(PairOp.LESS_EQUAL, distance, allowed);
        return c.gives(!equalNan ? close : c.pair(PairOp.LOGICAL_OR, close,
                c.pair(PairOp.LOGICAL_AND, c.map(MapOp.ISNAN, a), c.map(MapOp.ISNAN, b))));
    }

    /** The numbers of a list; none if it holds something else, or is no list. */
    static List<Float> numbers(JsonNode list) {
        List<Float> numbers = new ArrayList<>();
        for (JsonNode number : list) {
            if (!number.isNumber()) {
                return List.of();
            }
            numbers.add((float) Json.real(number));
        }
        return numbers;
    }

    /** Refuses what a search through halves would give chance results for. */
    static void needSorted(List<Float> numbers) {
        for (int i = 1; i < numbers.size(); i++) {
            if (!(numbers.get(i - 1) <= numbers.get(i))) {
                throw new Composition.Refused("has " + numbers.get(i - 1) + " before " + numbers.get(i)
                        + " in its list, expected numbers in ascending order");
            }
        }
    }

    private static LayerSpec isIn(String name, Options o, List<JsonNode> arguments) {
        List<Float> among = arguments.size() == 2 && CallReader.isTensor(arguments.getFirst())
                ? numbers(arguments.get(1)) : List.of();
        if (among.isEmpty()) {
            throw new Composition.Refused("expected a tensor and a list of numbers");
        }
        o.ignore("assume_unique");
        Composition c = new Composition(name, arguments.subList(0, 1));
        Ref found = c.pair(PairOp.EQUAL, c.input(0), among.getFirst());
        for (float number : among.subList(1, among.size())) {
            found = c.pair(PairOp.LOGICAL_OR, found, c.pair(PairOp.EQUAL, c.input(0), number));
        }
        return c.gives(o.bool("invert", false) ? c.map(MapOp.LOGICAL_NOT, found) : found);
    }

    private static LayerSpec digitize(String name, List<JsonNode> arguments) {
        List<Float> bins = arguments.size() == 2 ? numbers(arguments.get(1)) : List.of();
        if (bins.isEmpty()) {
            throw new Composition.Refused("expected a tensor and a list of numbers");
        }
        needSorted(bins);
        return new Operation.AsLayer(name,
                new PreprocessingLayer.Discretization(name, bins, PreprocessingLayer.OutputMode.INT));
    }

    /** As Keras on TensorFlow does for more than one axis: the last coordinate comes out of the first size. */
    private static LayerSpec unravel(String name, List<Integer> sizes, List<JsonNode> arguments) {
        if (sizes.isEmpty() || sizes.stream().anyMatch(size -> size < 1)) {
            throw new Composition.Refused("option 'shape' is " + sizes + ", expected sizes of at least 1");
        }
        Composition c = new Composition(name, arguments);
        List<Ref> coordinates = new ArrayList<>();
        Ref left = c.input(0);
        for (int size : c.shape(0).length == 1 ? sizes.reversed() : sizes) {
            coordinates.add(c.pair(PairOp.MOD, left, size));
            left = c.pair(PairOp.FLOOR_DIVIDE, left, size);
        }
        return c.gives(coordinates.reversed().toArray(Ref[]::new));
    }

    /** An array of the shape of the first argument, of one number, in the type of the option or of the argument. */
    static LayerSpec filled(String name, Options o, List<JsonNode> arguments, float number) {
        DType type = type(o, arguments);
        if (type != DType.INT32) {
            return new Operation.FilledLike(name, type == DType.BOOL && number != 0 ? 1f : number, type == DType.BOOL);
        }
        Composition c = new Composition(name, arguments.subList(0, 1));
        return c.gives(c.map(MapOp.TO_INT, c.filled(c.input(0), number)));
    }

    private static DType type(Options o, List<JsonNode> arguments) {
        String dtype = o.string("dtype", "");
        return dtype.isEmpty() ? Composition.type(arguments.getFirst()) : Composition.type(dtype);
    }

    /** The last argument is the value. */
    private static LayerSpec fullLike(String name, Options o, List<JsonNode> arguments) {
        DType type = type(o, arguments);
        if (arguments.size() != 2 || !CallReader.isTensor(arguments.getFirst())) {
            throw new Composition.Refused(
                    "is called with " + arguments.size() + " arguments, expected a tensor and a value");
        }
        if (CallReader.isTensor(arguments.get(1))) {
            Composition c = new Composition(name, arguments);
            Ref filled = c.pair(PairOp.ADD, c.filled(c.input(0), 0f), c.floats(1));
            return c.gives(type == DType.FLOAT32 ? filled
                    : c.map(type == DType.INT32 ? MapOp.TO_INT : MapOp.TO_BOOL, filled));
        }
        JsonNode value = arguments.get(1);
        if (!value.isNumber() && !value.isBoolean()) {
            throw new Composition.Refused("its value is " + value + ", expected a number");
        }
        float number = value.isBoolean() ? value.booleanValue() ? 1f : 0f : (float) Json.real(value);
        return filled(name, o, arguments, number);
    }

    /** Conditions, as many choices, and a number for where none holds. */
    private static LayerSpec select(String name, List<JsonNode> arguments) {
        List<JsonNode> tensors = OperationReader.tensors(arguments);
        List<JsonNode> numbers = OperationReader.constants(arguments);
        int count = tensors.size() / 2;
        if (tensors.size() != 2 * count || count == 0 || numbers.size() > 1
                || numbers.stream().anyMatch(n -> !n.isNumber())) {
            throw new Composition.Refused("expected a list of conditions, a list of as many tensors, and a number");
        }
        Composition c = new Composition(name, tensors);
        float otherwise = numbers.isEmpty() ? 0f : (float) Json.real(numbers.getFirst());
        Ref result = c.where(c.input(count - 1), c.input(2 * count - 1), otherwise);
        for (int i = count - 2; i >= 0; i--) {
            result = c.where(c.input(i), c.input(count + i), result);
        }
        return c.gives(result);
    }
}
