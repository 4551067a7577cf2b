package lanewise.convert;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import lanewise.error.ModelFileException;
import lanewise.files.ExternalFile;
import lanewise.files.Gates;
import lanewise.files.Json;
import lanewise.files.Safetensors;
import lanewise.options.CustomLayers;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import tools.jackson.databind.JsonNode;

/**
 * Reads weights of PyTorch in a {@code .safetensors} file, and beside them a JSON file that says which modules they
 * belong to, one after the other:
 *
 * <pre>{@code
 * {"pytorch": 1, "weights": "model.safetensors", "input": {"shape": [null, null], "dtype": "int64"},
 *  "modules": [{"module": "Embedding", "name": "embedding"},
 *              {"module": "LSTM", "name": "lstm", "output": "last"},
 *              {"module": "Linear", "name": "fc"}, {"module": "Softmax"}]}
 * }</pre>
 *
 * <p>{@code name} is what stands before the arrays' names in the state_dict; sizes, layers, directions and biases
 * follow from the arrays. The input is batch first: (batch, steps) of ids or (batch, steps, features). A recurrent
 * module's {@code output} is the {@code sequence} of its outputs, the {@code last} of them ({@code y[:, -1]}), or the
 * {@code hidden} state of its last layer, both directions side by side; {@code nonlinearity} of RNN is tanh or relu.
 */
final class TorchFile {
    /** For Keras's gates where PyTorch has them: i f g o is Keras's own order; r z n against z r h. */
    private static final Map<String, int[]> ORDERS = Map.of("LSTM", new int[] {0, 1, 2, 3}, "GRU", new int[] {1, 0, 2},
            "RNN", new int[] {0});
    private static final Map<String, Activation> FUNCTIONS = Map.of("ReLU", Activation.RELU, "Tanh", Activation.TANH,
            "Sigmoid",
            Activation.SIGMOID, "Softmax", Activation.SOFTMAX, "LogSoftmax", Activation.LOG_SOFTMAX, "GELU",
            Activation.GELU, "SiLU",
            Activation.SILU, "Softplus", Activation.SOFTPLUS);
    private static final Set<String> NOTHING = Set.of("Dropout", "Identity");

    private final Path path;
    private final Problems problems = new Problems();
    private final Map<String, TensorData> arrays;
    private final Set<String> unused;
    private final Map<String, TensorData> weights = new LinkedHashMap<>();
    private final List<Graph.Node> nodes = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private TorchFile(Path path, Map<String, TensorData> arrays) {
        this.path = path;
        this.arrays = arrays;
        this.unused = new TreeSet<>(arrays.keySet());
    }

    /**
     * Reads a model.
     *
     * @param path   the JSON file
     * @param custom custom layers, passed on
     */
    static Imported read(Path path, CustomLayers custom) {
        JsonNode root = Json.read(path);
        String own = path.getFileName().toString().replaceFirst("\\.json$", "") + ".safetensors";
        Path weights = ExternalFile.resolve(path, root.path("weights").asString(own));
        return new TorchFile(path, Safetensors.read(weights)).read(root, custom);
    }

    private Imported read(JsonNode root, CustomLayers custom) {
        if (root.path("pytorch").asInt(0) != 1 || !root.path("modules").isArray()
                || !root.path("input").path("shape").isArray()) {
            throw new ModelFileException(
                    path + " is not a list of PyTorch modules: expected \"pytorch\": 1, an \"input\" with a shape, and"
                            + " \"modules\"");
        }
        List<Integer> dims = new ArrayList<>();
        root.get("input").get("shape").forEach(dim -> dims.add(dim.isNull() ? Shape.ANY : dim.asInt(Shape.ANY)));
        boolean ids = root.get("input").path("dtype").asString("float32").startsWith("int");
        nodes.add(new Graph.Node(
                new LayerSpec.InputLayer(root.get("input").path("name").asString("input"), new Shape(dims),
                        ids ? DType.INT32 : DType.FLOAT32),
                List.of(), null));
        names.add(nodes.getFirst().layer().name());
        int number = 0;
        for (JsonNode module : root.get("modules")) {
            try {
                module(module, number++);
            } catch (Wrong e) {
                problems.add(name(module, number - 1), module.path("module").asString("?"), e.getMessage());
            }
        }
        if (problems.isEmpty() && !unused.isEmpty()) {
            problems.add("no module uses the arrays " + unused);
        }
        problems.throwIfAny();
        Graph.Output output = new Graph.Output(nodes.getLast().layer().name(), new Graph.Ref(nodes.size() - 1, 0));
        return new Imported(
                new ModelSpec(root.path("name").asString("pytorch"), new Graph(nodes, List.of(0), List.of(output))),
                new Weights(weights), Examples.NONE, "PyTorch weights", custom);
    }

    /** What is wrong with a module. */
    private static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Wrong(String message) {
            super(message, null, false, false);
        }
    }

    private static String name(JsonNode module, int number) {
        return module.path("name")
                .asString(module.path("module").asString("module").toLowerCase(Locale.ROOT) + "_" + number);
    }

    private void add(LayerSpec spec) {
        if (!names.add(spec.name())) {
            throw new Wrong("its name '" + spec.name() + "' is taken by the input or another module");
        }
        nodes.add(new Graph.Node(spec, List.of(new Graph.Ref(nodes.size() - 1, 0)), null));
    }

    /** An array, which has to be there. */
    private TensorData array(String key, int rank) {
        TensorData data = arrays.get(key);
        if (data == null || data.shape().rank() != rank) {
            throw new Wrong("its array '" + key + "' "
                    + (data == null ? "is missing; there are " + arrays.keySet() : "has shape " + data.shape()
                            + ", expected " + rank + " axes"));
        }
        unused.remove(key);
        return data;
    }

    private float[] bias(String key, int width) {
        TensorData data = array(key, 1);
        if (data.shape().dim(0) != width) {
            throw new Wrong("its array '" + key + "' has shape " + data.shape() + ", expected " + Shape.of(width));
        }
        return data.toFloats();
    }

    private void module(JsonNode module, int number) {
        String kind = module.path("module").asString("");
        String name = name(module, number);
        checkOptions(module, ORDERS.containsKey(kind));
        if (FUNCTIONS.containsKey(kind)) {
            add(new CoreLayer.Activate(name, FUNCTIONS.get(kind)));
        } else if (ORDERS.containsKey(kind)) {
            recurrent(kind, name, module);
        } else if (!NOTHING.contains(kind)) {
            switch (kind) {
                case "Embedding" -> {
                    TensorData table = array(name + ".weight", 2);
                    weights.put(name + "/embeddings", table);
                    add(new CoreLayer.Embedding(name, table.shape().dim(0), table.shape().dim(1), false));
                }
                case "Linear" -> linear(name);
                case "LayerNorm" -> {
                    weights.put(name + "/gamma", array(name + ".weight", 1));
                    weights.put(name + "/beta", array(name + ".bias", 1));
                    add(new NormalizationLayer.LayerNormalization(name, List.of(-1),
                            (float) module.path("eps").asDouble(1e-5), true, true));
                }
                case "LeakyReLU" -> add(new CoreLayer.ReLU(name, Float.POSITIVE_INFINITY,
                        (float) module.path("negative_slope").asDouble(0.01), 0f));
                default -> throw new Wrong(
                        "the module is not supported here, only Embedding, LSTM, GRU, RNN, Linear, LayerNorm, "
                                + "LeakyReLU, "
                                + FUNCTIONS.keySet().stream().sorted().toList() + ", "
                                + NOTHING.stream().sorted().toList()
                                + "; export the model with torch.onnx.export instead");
            }
        }
    }

    private static void checkOptions(JsonNode module, boolean recurrent) {
        Set<String> known = recurrent ? Set.of("module", "name", "output", "nonlinearity")
                : Set.of("module", "name", "eps", "negative_slope");
        for (String option : module.propertyNames()) {
            if (!known.contains(option)) {
                throw new Wrong(
                        "its option '" + option + "' is not known, expected " + known.stream().sorted().toList());
            }
        }
    }

    private void linear(String name) {
        TensorData rows = array(name + ".weight", 2);
        int units = rows.shape().dim(0);
        weights.put(name + "/kernel",
                TensorData.of(Shape.of(rows.shape().dim(1), units), Gates.columns(rows.toFloats(), units, 0)));
        boolean bias = arrays.containsKey(name + ".bias");
        if (bias) {
            weights.put(name + "/bias", array(name + ".bias", 1));
        }
        add(new CoreLayer.Dense(name, units, Activation.LINEAR, bias));
    }

    private void recurrent(String kind, String name, JsonNode module) {
        String output = module.path("output").asString("sequence");
        if (!Set.of("sequence", "last", "hidden").contains(output)) {
            throw new Wrong("its output is '" + output + "', expected sequence, last or hidden");
        }
        int layers = 0;
        while (arrays.containsKey(name + ".weight_ih_l" + layers)) {
            layers++;
        }
        array(name + ".weight_ih_l0", 2);
        boolean both = arrays.containsKey(name + ".weight_ih_l0_reverse");
        for (int l = 0; l < layers; l++) {
            boolean everyStep = l < layers - 1 || output.equals("sequence") || output.equals("last") && both;
            String layer = name + "_l" + l;
            if (both) {
                add(new RecurrentLayer.Bidirectional(layer,
                        rnn(kind, name, layer + "/forward", "_l" + l, everyStep, false, module),
                        rnn(kind, name, layer + "/backward", "_l" + l + "_reverse", everyStep, true, module),
                        RecurrentLayer.MergeMode.CONCAT));
            } else {
                add(rnn(kind, name, layer, "_l" + l, everyStep, false, module));
            }
        }
        if (output.equals("last") && both) {
            add(new ShapeOperation.Slice(name + "_last", List.of(-1), List.of(ShapeOperation.Slice.OPEN), List.of(1),
                    List.of(1), List.of()));
        }
    }

    private RecurrentLayer.Rnn rnn(String kind, String module, String path, String suffix, boolean everyStep,
            boolean backwards, JsonNode options) {
        int[] order = ORDERS.get(kind);
        TensorData input = array(module + ".weight_ih" + suffix, 2);
        TensorData recurrent = array(module + ".weight_hh" + suffix, 2);
        int units = recurrent.shape().dim(1);
        int width = order.length * units;
        if (recurrent.shape().dim(0) != width || input.shape().dim(0) != width) {
            throw new Wrong("its arrays " + suffix.substring(1) + " have the shapes " + input.shape() + " and "
                    + recurrent.shape() + ", expected "
                    + width + " rows; projections (proj_size) are not supported");
        }
        boolean bias = arrays.containsKey(module + ".bias_ih" + suffix);
        boolean after = kind.equals("GRU");
        weights.put(path + "/cell/kernel",
                TensorData.of(Shape.of(input.shape().dim(1), width), Gates.columns(input.toFloats(), units, order)));
        weights.put(path + "/cell/recurrent_kernel",
                TensorData.of(Shape.of(units, width), Gates.columns(recurrent.toFloats(), units, order)));
        if (bias) {
            float[] biases = Gates.biases(bias(module + ".bias_ih" + suffix, width),
                    bias(module + ".bias_hh" + suffix, width), units, order);
            weights.put(path + "/cell/bias", after ? TensorData.of(Shape.of(2, width), biases)
                    : TensorData.of(Shape.of(width), Gates.sum(biases)));
        }
        String nonlinearity = options.path("nonlinearity").asString("tanh");
        if (!Set.of("tanh", "relu").contains(nonlinearity)) {
            throw new Wrong("its nonlinearity is '" + nonlinearity + "', expected tanh or relu");
        }
        RecurrentLayer.Cell cell = switch (kind) {
            case "LSTM" -> new RecurrentLayer.LstmCell("cell", units, Activation.TANH, Activation.SIGMOID, bias);
            case "GRU" -> new RecurrentLayer.GruCell("cell", units, Activation.TANH, Activation.SIGMOID, bias, true);
            default -> new RecurrentLayer.SimpleRnnCell("cell", units,
                    nonlinearity.equals("relu") ? Activation.RELU : Activation.TANH, bias);
        };
        return new RecurrentLayer.Rnn(path.substring(path.lastIndexOf('/') + 1), List.of(cell), everyStep, false,
                backwards, false, false);
    }
}
