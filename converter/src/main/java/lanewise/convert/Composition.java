package lanewise.convert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lanewise.files.Json;
import lanewise.spec.AxisOperation;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.Graph.Ref;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.MergingLayer;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;
import lanewise.spec.ShapeOperation.Slice;
import tools.jackson.databind.JsonNode;

/** An operation of Keras that is made of others, as a small graph. */
final class Composition {
    /** Says why an operation can't be run as it is called, and what can be done. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason, null, false, false);
        }
    }

    /** Most positions in a list. */
    static final int MOST_LISTED = 1 << 16;

    private final String name;
    private final List<Graph.Node> nodes = new ArrayList<>();
    private final List<int[]> shapes = new ArrayList<>();
    private final List<DType> types = new ArrayList<>();

    /**
     * Begins with what the operation is called with.
     *
     * @param name    of the operation
     * @param tensors as Keras writes them, with shapes and types
     * @throws Refused if a shape is missing: Keras 2 does not write it
     */
    Composition(String name, List<JsonNode> tensors) {
        this.name = name;
        for (JsonNode tensor : tensors) {
            int[] shape = shape(tensor);
            if (shape.length == 0) {
                throw new Refused("the file does not say the shape of what it is given");
            }
            DType type = type(tensor);
            LayerSpec input = new LayerSpec.InputLayer("input_" + nodes.size(), Shape.of(shape), type);
            nodes.add(new Graph.Node(input, List.of(), null));
            shapes.add(shape);
            types.add(type);
        }
    }

    /** The sizes of a tensor; those that the call knows are {@link Shape#ANY}. Empty where the file has none. */
    static int[] shape(JsonNode tensor) {
        JsonNode sizes = tensor.path("config").path("shape");
        int[] shape = new int[sizes.size()];
        for (int i = 0; i < shape.length; i++) {
            JsonNode size = sizes.get(i);
            shape[i] = Json.isInt(size) && size.intValue() >= 0 ? size.intValue() : Shape.ANY;
        }
        return shape;
    }

    /** What the values of a tensor are; FLOAT32 where the file does not say. */
    static DType type(JsonNode tensor) {
        return type(tensor.path("config").path("dtype").asString("float32"));
    }

    /** What values are here that Keras gives a type. */
    static DType type(String type) {
        return type.equals("bool") ? DType.BOOL
                : type.startsWith("int") || type.startsWith("uint") ? DType.INT32 : DType.FLOAT32;
    }

    Ref input(int i) {
        if (i >= shapes.size()) {
            throw new Refused("is called with " + shapes.size() + " tensors, expected more");
        }
        return new Ref(i, 0);
    }

    /** The sizes of an input. */
    int[] shape(int input) {
        return shapes.get(input(input).node());
    }

    DType type(int input) {
        return types.get(input(input).node());
    }

    /** An input as floats. */
    Ref floats(int input) {
        return type(input) == DType.FLOAT32 ? input(input) : map(MapOp.TO_FLOAT, input(input));
    }

    /** An axis of the first input after batch, counted from the start. */
    int axis(int given) {
        return axis(given, shapes.getFirst().length);
    }

    /** An axis after batch, counted from the start. */
    static int axis(int given, int rank) {
        int axis = given < 0 ? given + rank : given;
        if (axis < 1 || axis >= rank) {
            throw new Refused(axis == 0 ? "works along axis 0, so that rows mix"
                    : "its axis is " + given + " of " + rank + " in all");
        }
        return axis;
    }

    /** The size of an axis of an input. */
    int size(int input, int axis) {
        int[] shape = shape(input);
        int size = axis < shape.length ? shape[axis] : Shape.ANY;
        if (size == Shape.ANY) {
            throw new Refused(
                    "axis " + axis + " has no fixed size; give the Input a shape without None there");
        }
        return size;
    }

    /** The size of an axis whose positions are listed one by one. */
    int listed(int input, int axis) {
        int size = size(input, axis);
        if (size > MOST_LISTED) {
            throw new Refused("axis " + axis + " has " + size + " values, expected at most " + MOST_LISTED);
        }
        return size;
    }

    private String next() {
        return "step_" + nodes.size();
    }

    /** Another layer or operation, whose name does not matter. */
    Ref add(LayerSpec layer, Ref... inputs) {
        nodes.add(new Graph.Node(layer, Arrays.asList(inputs), null));
        return new Ref(nodes.size() - 1, 0);
    }

    Ref map(MapOp op, Ref x) {
        return add(new Operation.Map(next(), op), x);
    }

    Ref pair(PairOp op, Ref a, Ref b) {
        return add(new Operation.Pair(next(), op, 0, false), a, b);
    }

    Ref pair(PairOp op, Ref a, float b) {
        return add(new Operation.Pair(next(), op, b, false), a);
    }

    /** The number comes first. */
    Ref pair(PairOp op, float a, Ref b) {
        return add(new Operation.Pair(next(), op, a, true), b);
    }

    Ref reduce(ReduceOp op, Ref x, List<Integer> axes, boolean keepDims) {
        return add(new Operation.Reduce(next(), op, axes, keepDims), x);
    }

    Ref where(Ref condition, Ref yes, Ref no) {
        return add(new Operation.Where(next(), true, 0, true, 0), condition, yes, no);
    }

    Ref where(Ref condition, float yes, Ref no) {
        return add(new Operation.Where(next(), false, yes, true, 0), condition, no);
    }

    Ref where(Ref condition, Ref yes, float no) {
        return add(new Operation.Where(next(), true, 0, false, no), condition, yes);
    }

    /** An array of the same shape of one value. */
    Ref filled(Ref like, float value) {
        return add(new Operation.FilledLike(next(), value, false), like);
    }

    Ref sort(Ref x, int axis) {
        return add(new AxisOperation.Sort(next(), axis, false, false), x);
    }

    Ref expand(Ref x, int axis) {
        return add(new ShapeOperation.ExpandDims(next(), axis), x);
    }

    Ref squeeze(Ref x, int axis) {
        return add(new ShapeOperation.Squeeze(next(), List.of(axis)), x);
    }

    Ref transpose(Ref x, List<Integer> axes) {
        return add(new ShapeOperation.Transpose(next(), axes), x);
    }

    Ref take(Ref x, List<Integer> indices, int axis) {
        return add(new ShapeOperation.Take(next(), indices, axis), x);
    }

    /** A run of positions of one axis, as Python counts; {@link Slice#OPEN} for no bound. */
    Ref part(Ref x, int axis, int begin, int end) {
        List<Integer> begins = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();
        for (int i = 1; i <= axis; i++) {
            begins.add(i == axis ? begin : Slice.OPEN);
            ends.add(i == axis ? end : Slice.OPEN);
            steps.add(1);
        }
        return add(new ShapeOperation.Slice(next(), begins, ends, steps, List.of(), List.of()), x);
    }

    Ref concatenate(int axis, Ref... parts) {
        return add(new Operation.AsLayer(next(), new MergingLayer.Concatenate(next(), axis)), parts);
    }

    /** The same values in another shape, of which the sizes after batch are given. */
    Ref reshape(Ref x, List<Integer> sizes) {
        return add(new Operation.AsLayer(next(), new ReshapingLayer.Reshape(next(), new Shape(sizes))), x);
    }

    /** The operation, whose results are these. */
    LayerSpec gives(Ref... results) {
        List<Graph.Output> outputs = new ArrayList<>();
        for (Ref result : results) {
            outputs.add(new Graph.Output("result_" + outputs.size(), result));
        }
        List<Integer> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            inputs.add(i);
        }
        return new LayerSpec.Nested(name, new Graph(nodes, inputs, outputs));
    }
}
