package lanewise.trust.random;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/** A model in the making: its nodes, its arrays, and the shape of the newest value. */
final class Parts {
    final Random random;
    private final List<Graph.Node> nodes = new ArrayList<>();
    private final Map<String, TensorData> arrays = new LinkedHashMap<>();
    /** The shape of each node's value without the axis of rows, as it is in the calls to come. */
    private final List<List<Integer>> shapes = new ArrayList<>();

    Parts(Random random) {
        this.random = random;
    }

    /** Adds the input. */
    void input(LayerSpec.InputLayer input, List<Integer> shape) {
        nodes.add(new Graph.Node(input, List.of(), null));
        shapes.add(shape);
    }

    /** A name that no layer has yet. */
    String name(String kind) {
        return kind + nodes.size();
    }

    /** Adds a layer that reads the newest value. */
    void add(LayerSpec layer, List<Integer> shape) {
        add(layer, shape, newest());
    }

    /** Adds a layer that reads some values, by the numbers of their nodes. */
    void add(LayerSpec layer, List<Integer> shape, int... inputs) {
        add(layer, shape, List.of(), inputs);
    }

    /** Adds a layer whose arguments have names. */
    void add(LayerSpec layer, List<Integer> shape, List<String> arguments, int... inputs) {
        List<Graph.Ref> refs = new ArrayList<>();
        for (int input : inputs) {
            refs.add(new Graph.Ref(input, 0));
        }
        nodes.add(new Graph.Node(layer, refs, null, arguments));
        shapes.add(List.copyOf(shape));
    }

    int newest() {
        return nodes.size() - 1;
    }

    List<Integer> shape() {
        return shapes.getLast();
    }

    List<Integer> shape(int node) {
        return shapes.get(node);
    }

    int features() {
        return shape().getLast();
    }

    /** The newest value's shape with other features. */
    List<Integer> withFeatures(int features) {
        List<Integer> shape = new ArrayList<>(shape());
        shape.set(shape.size() - 1, features);
        return shape;
    }

    /** A number from the first to the last. */
    int from(int first, int last) {
        return first + random.nextInt(last - first + 1);
    }

    @SafeVarargs
    final <T> T one(T... of) {
        return of[random.nextInt(of.length)];
    }

    /** Adds an array of normal numbers of a size that keeps sums around 1. */
    void array(String key, int... shape) {
        double scale = shape.length > 1 ? 1 / Math.sqrt(shape[shape.length - 2]) : 0.5;
        put(key, shape, scale, 0);
    }

    /** Adds an array of numbers near 1, all positive. */
    void ones(String key, int... shape) {
        put(key, shape, 0.1, 1);
    }

    private void put(String key, int[] shape, double scale, double centre) {
        int count = 1;
        for (int dim : shape) {
            count *= dim;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            double value = centre + scale * random.nextGaussian();
            values[i] = (float) (centre > 0 ? Math.max(0.05, value) : value);
        }
        arrays.put(key, TensorData.of(Shape.of(shape), values));
    }

    ModelSpec spec(String name) {
        Graph.Output output = new Graph.Output("out", new Graph.Ref(newest(), 0));
        return new ModelSpec(name, new Graph(nodes, List.of(0), List.of(output)));
    }

    Weights weights() {
        return new Weights(arrays);
    }

    /** The input's own shape: rows and the sizes, the first of them open if asked for. */
    static LayerSpec.InputLayer inputLayer(List<Integer> shape, boolean open, DType type) {
        int[] dims = new int[shape.size() + 1];
        dims[0] = Shape.ANY;
        for (int i = 0; i < shape.size(); i++) {
            dims[i + 1] = i == 0 && open ? Shape.ANY : shape.get(i);
        }
        return new LayerSpec.InputLayer("x", Shape.of(dims), type);
    }
}
