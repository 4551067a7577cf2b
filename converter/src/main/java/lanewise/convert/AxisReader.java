package lanewise.convert;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.spec.AxisOperation;
import lanewise.spec.DType;
import lanewise.spec.Graph.Ref;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.ShapeOperation;
import lanewise.spec.ShapeOperation.Slice;
import tools.jackson.databind.JsonNode;

/** Reads operations that depend on where values lie along axes: lookups, sorting, one-hot vectors, differences. */
final class AxisReader {
    private static final int MOST_DIFFERENCES = 64;

    private AxisReader() {}

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
            case "TakeAlongAxis" -> new AxisOperation.TakeAlongAxis(name, axis(o, "axis"));
            case "Sort" -> new AxisOperation.Sort(name, axis(o, "axis"), false, false);
            case "Argsort" -> new AxisOperation.Sort(name, axis(o, "axis"), false, true);
            case "Triu", "Tril" ->
                new AxisOperation.Triangle(name, o.has("k") ? o.integer("k") : 0, className.equals("Triu"));
            case "TopK" -> {
                int count = o.count("k");
                if (!o.bool("sorted", true) && count > 1) {
                    throw new Composition.Refused(
                            "option 'sorted' is false, which leaves the order open; use sorted=True");
                }
                yield new Operation.TopK(name, count, -1, true);
            }
            case "InTopK" -> inTopK(name, o.count("k"), arguments);
            case "OneHot" -> oneHot(name, o, arguments);
            case "MultiHot" -> multiHot(name, o, arguments);
            case "Diff" -> diff(name, o, arguments);
            case "Cross" -> cross(name, o, arguments);
            case "Diagonal" -> diagonal(name, o, arguments);
            case "Trace" ->
                throw new Composition.Refused("Keras on TensorFlow computes it of two axes only, so that rows "
                        + "mix; use the sum of ops.diagonal");
            case "Rot90" -> turned(name, o, arguments);
            case "ExtractSequences" -> frames(name, o, arguments);
            case "SearchSorted" -> search(name, o, arguments);
            case "CDist" -> distances(name, arguments);
            default -> null;
        };
    }

    private static int axis(Options o, String key) {
        if (o.isNull(key)) {
            throw new Composition.Refused(ReductionReader.ALL_AXES);
        }
        return o.has(key) ? o.integer(key) : -1;
    }

    /** Vectors of another type than floats are cast. */
    private static LayerSpec oneHot(String name, Options o, List<JsonNode> arguments) {
        if (o.bool("sparse", false)) {
            throw new Composition.Refused("option 'sparse' is true, expected false");
        }
        AxisOperation.OneHot vectors = new AxisOperation.OneHot(name, o.count("num_classes"), axis(o, "axis"));
        MapOp cast = cast(o.string("dtype", "float32"));
        if (cast == MapOp.TO_FLOAT) {
            return vectors;
        }
        Composition c = new Composition(name, arguments);
        return c.gives(c.map(cast, c.add(vectors, c.input(0))));
    }

    private static MapOp cast(String dtype) {
        return dtype.equals("bool") ? MapOp.TO_BOOL
                : dtype.startsWith("int") || dtype.startsWith("uint") ? MapOp.TO_INT : MapOp.TO_FLOAT;
    }

    private static LayerSpec multiHot(String name, Options o, List<JsonNode> arguments) {
        if (o.bool("sparse", false)) {
            throw new Composition.Refused("option 'sparse' is true, expected false");
        }
        Composition c = new Composition(name, arguments);
        if (c.shape(0).length < 2) {
            throw new Composition.Refused("is given one number for each row, so that rows mix");
        }
        AxisOperation.OneHot vectors = new AxisOperation.OneHot("hot", o.count("num_classes"), axis(o, "axis"));
        Ref present = c.reduce(ReduceOp.MAX, c.add(vectors, c.input(0)), List.of(1), false);
        MapOp cast = cast(o.string("dtype", "float32"));
        return c.gives(cast == MapOp.TO_FLOAT ? present : c.map(cast, present));
    }

    /** Whether fewer than k predictions are greater than that of the target; never where one is not finite. */
    private static LayerSpec inTopK(String name, int k, List<JsonNode> arguments) {
        Composition c = new Composition(name, arguments);
        int classes = c.size(1, 1);
        // a target that is no class is in no list
        Ref known = c.pair(PairOp.LOGICAL_AND, c.pair(PairOp.GREATER_EQUAL, c.input(0), 0f),
                c.pair(PairOp.LESS, c.input(0), classes));
        Ref place = c.expand(c.pair(PairOp.MOD, c.input(0), classes), 1);
        Ref of = c.add(new AxisOperation.TakeAlongAxis("target", 1), c.floats(1), place);
        Ref greater = c.reduce(ReduceOp.SUM, c.pair(PairOp.GREATER, c.floats(1), of), List.of(1), false);
        Ref finite = c.reduce(ReduceOp.ALL, c.map(MapOp.ISFINITE, c.floats(1)), List.of(1), false);
        Ref few = c.pair(PairOp.LOGICAL_AND, c.pair(PairOp.LESS, greater, k), finite);
        return c.gives(c.pair(PairOp.LOGICAL_AND, known, few));
    }

    private static LayerSpec diff(String name, Options o, List<JsonNode> arguments) {
        int n = o.has("n") ? o.integer("n") : 1;
        if (n < 0 || n > MOST_DIFFERENCES) {
            throw new Composition.Refused("option 'n' is " + n + ", expected 0 to " + MOST_DIFFERENCES);
        }
        Composition c = new Composition(name, arguments);
        int axis = c.axis(axis(o, "axis"));
        boolean truth = c.type(0) == DType.BOOL;
        Ref x = c.input(0);
        for (int i = 0; i < n; i++) {
            x = c.pair(truth ? PairOp.NOT_EQUAL : PairOp.SUBTRACT, c.part(x, axis, 1, Slice.OPEN),
                    c.part(x, axis, 0, -1));
        }
        return n == 0 ? new Operation.AsLayer(name, new LayerSpec.Identity(name, "Diff")) : c.gives(x);
    }

    /** Of vectors of three along the same axis of both. */
    private static LayerSpec cross(String name, Options o, List<JsonNode> arguments) {
        Composition c = new Composition(name, arguments);
        int all = o.has("axis") ? o.integer("axis") : Integer.MAX_VALUE;
        int[] axes = new int[3];
        String[] keys = {"axisa", "axisb", "axisc"};
        for (int i = 0; i < 3; i++) {
            axes[i] = c.axis(all != Integer.MAX_VALUE ? all : axis(o, keys[i]));
        }
        o.ignore(keys);
        o.ignore("axis");
        int axis = axes[0];
        if (arguments.size() != 2 || c.shape(0).length != c.shape(1).length || axes[1] != axis || axes[2] != axis
                || c.size(0, axis) != 3 || c.size(1, axis) != 3) {
            throw new Composition.Refused("expected two tensors of vectors of three along the same axis");
        }
        Ref left = c.pair(PairOp.MULTIPLY, c.take(c.input(0), List.of(1, 2, 0), axis),
                c.take(c.input(1), List.of(2, 0, 1), axis));
        Ref right = c.pair(PairOp.MULTIPLY, c.take(c.input(0), List.of(2, 0, 1), axis),
                c.take(c.input(1), List.of(1, 2, 0), axis));
        return c.gives(c.pair(PairOp.SUBTRACT, left, right));
    }

    /** Each value of a diagonal lies one row and one column behind the one before. */
    private static LayerSpec diagonal(String name, Options o, List<JsonNode> arguments) {
        Composition c = new Composition(name, arguments);
        int first = c.axis(o.has("axis1") ? o.integer("axis1") : 0);
        int second = c.axis(o.has("axis2") ? o.integer("axis2") : 1);
        int offset = o.has("offset") ? o.integer("offset") : 0;
        int rows = c.listed(0, first);
        int columns = c.listed(0, second);
        if (first == second || (long) rows * columns > Composition.MOST_LISTED) {
            throw new Composition.Refused("is of axes " + first + " and " + second + " of " + rows + " and " + columns
                    + " values, expected two, of at most " + Composition.MOST_LISTED + " together");
        }
        List<Integer> order = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < c.shape(0).length; i++) {
            if (i != first && i != second) {
                order.add(i);
                if (i > 0) {
                    sizes.add(c.shape(0)[i]);
                }
            }
        }
        order.add(first);
        order.add(second);
        sizes.add(rows * columns);
        List<Integer> places = new ArrayList<>();
        for (int i = Math.max(0, -offset); i < rows && i + offset < columns; i++) {
            places.add(i * columns + i + offset);
        }
        if (places.isEmpty()) {
            throw new Composition.Refused("the diagonal " + offset + " has no values");
        }
        Ref flat = c.reshape(c.transpose(c.input(0), order), sizes);
        return c.gives(c.take(flat, places, -1));
    }

    private static LayerSpec turned(String name, Options o, List<JsonNode> arguments) {
        List<Integer> given = o.has("axes") ? o.integers("axes") : List.of(0, 1);
        int turns = Math.floorMod(o.has("k") ? o.integer("k") : 1, 4);
        Composition c = new Composition(name, arguments);
        int first = c.axis(given.getFirst());
        int second = c.axis(given.getLast());
        List<Integer> swap = new ArrayList<>(IntStream.range(0, c.shape(0).length).boxed().toList());
        Collections.swap(swap, first, second);
        return c.gives(switch (turns) {
            case 0 -> c.add(new ShapeOperation.Flip("all", List.of()), c.input(0));
            case 1 -> c.transpose(c.add(new ShapeOperation.Flip("flip", List.of(second)), c.input(0)), swap);
            case 2 -> c.add(new ShapeOperation.Flip("flip", List.of(first, second)), c.input(0));
            default -> c.add(new ShapeOperation.Flip("flip", List.of(second)), c.transpose(c.input(0), swap));
        });
    }

    /** Runs of the last axis, each some values behind the one before. */
    private static LayerSpec frames(String name, Options o, List<JsonNode> arguments) {
        int length = o.count("sequence_length");
        int stride = o.count("sequence_stride");
        Composition c = new Composition(name, arguments);
        int last = c.axis(-1);
        int size = c.size(0, last);
        int count = size < length ? 0 : (size - length) / stride + 1;
        if (count == 0 || (long) count * length > Composition.MOST_LISTED) {
            throw new Composition.Refused("makes sequences of " + length + " of " + size + " values");
        }
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < length; j++) {
                places.add(i * stride + j);
            }
        }
        List<Integer> sizes = new ArrayList<>();
        for (int i = 1; i < last; i++) {
            sizes.add(c.shape(0)[i]);
        }
        sizes.add(count);
        sizes.add(length);
        return c.gives(c.reshape(c.take(c.input(0), places, -1), sizes));
    }

    /** How many of a fixed ascending list are less than a value (left), or not greater (right). */
    private static LayerSpec search(String name, Options o, List<JsonNode> arguments) {
        List<Float> numbers = arguments.size() == 2 ? ElementReader.numbers(arguments.getFirst()) : List.of();
        if (numbers.isEmpty() || !CallReader.isTensor(arguments.get(1))) {
            throw new Composition.Refused("expected a fixed list of numbers and a tensor");
        }
        ElementReader.needSorted(numbers);
        String side = o.string("side", "left");
        boolean right = side.equals("right");
        if (!right && !side.equals("left")) {
            throw new Composition.Refused("option 'side' is '" + side + "', expected left or right");
        }
        Composition c = new Composition(name, arguments.subList(1, 2));
        Ref count = null;
        for (float number : numbers) {
            // NaN is below all numbers on the left side and above all on the right
            Ref above = c.map(MapOp.TO_INT, right ? c.map(MapOp.LOGICAL_NOT, c.pair(PairOp.LESS, c.input(0), number))
                    : c.pair(PairOp.GREATER, c.input(0), number));
            count = count == null ? above : c.pair(PairOp.ADD, count, above);
        }
        return c.gives(count);
    }

    /** Euclidean distances between all vectors of two sets for each row. */
    private static LayerSpec distances(String name, List<JsonNode> arguments) {
        Composition c = new Composition(name, arguments);
        int rank = c.shape(0).length;
        if (arguments.size() != 2 || rank < 3 || c.shape(1).length != rank) {
            throw new Composition.Refused("expected two tensors of as many axes, at least three");
        }
        Ref distance = c.pair(PairOp.SUBTRACT, c.expand(c.floats(0), rank - 1), c.expand(c.floats(1), rank - 2));
        return c.gives(c.map(MapOp.SQRT, c.reduce(ReduceOp.SUM, c.map(MapOp.SQUARE, distance), List.of(-1), false)));
    }
}
