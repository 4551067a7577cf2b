package lanewise.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.error.ModelFileException;
import lanewise.spec.LayerSpec;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WindowLayer;

/**
 * Finds the weights of layers in a file that lists them per layer of the model ({@link LayerArrays}); those of frozen
 * layers count as not trained.
 */
final class ListedWeights {
    /** Marks the class of a cell whose gates have an array each. */
    static final String KERAS_1 = "Keras1";
    /** What a Normalization layer also stores: how many values it was adapted to. */
    private static final String COUNT = "count";
    /** What SpectralNormalization also keeps: a vector that only training needs. */
    private static final String VECTOR = "vector_u";
    private static final Set<String> NOT_TRAINED = Set.of("moving_mean", "moving_variance", "mean", "variance", COUNT,
            VECTOR);
    /** Gates in the order in which Keras 1 wrote their arrays, and in the one in which Keras 2 joined them. */
    private static final String LSTM_GATES = "icfo";
    private static final String LSTM_COLUMNS = "ifco";
    private static final String GRU_GATES = "zrh";
    private static final List<String> PARTS = List.of("kernel", "recurrent_kernel", "bias");

    private final LayerArrays file;
    private final Problems problems;
    private final Map<String, TensorData> arrays = new LinkedHashMap<>();
    /** Arrays that the config contains. */
    private final Map<String, TensorData> given;

    private ListedWeights(LayerArrays file, Map<String, TensorData> given, Problems problems) {
        this.file = file;
        this.given = given;
        this.problems = problems;
    }

    /**
     * Reads the weights.
     *
     * @param file   holds them
     * @param layers the model's layers
     * @param given  arrays that the config contains
     */
    static Map<String, TensorData> read(LayerArrays file, List<KerasLayer> layers, Map<String, TensorData> given,
            Problems problems) {
        ListedWeights reader = new ListedWeights(file, given, problems);
        reader.read(layers);
        return reader.arrays;
    }

    /**
     * What arrays a file holds for a layer.
     *
     * @param layer one of the model's layers
     * @param given arrays that the config contains, which it does not hold
     * @return paths and roles, in the order of the file
     */
    static List<String> keys(KerasLayer layer, Map<String, TensorData> given) {
        return new ListedWeights(null, given, null).roles("", layer);
    }

    private void read(List<KerasLayer> layers) {
        List<KerasLayer> weighted = layers.stream().filter(l -> !roles("", l).isEmpty()).toList();
        List<String> filled = file.layers().stream().filter(layer -> !file.arrays(layer).isEmpty()).toList();
        boolean byName = weighted.stream().allMatch(l -> filled.contains(l.spec().name()));
        if (!byName && filled.size() != weighted.size()) {
            problems.add("the file has weights for the layers " + filled + ", but the model has " + weighted.stream()
                    .map(l -> l.spec().name()).toList());
            return;
        }
        for (int i = 0; i < weighted.size(); i++) {
            // a renamed layer keeps its place
            layer(byName ? weighted.get(i).spec().name() : filled.get(i), weighted.get(i));
        }
    }

    private void layer(String group, KerasLayer layer) {
        List<String> roles = roles("", layer);
        List<String> names = file.arrays(group);
        if (names.size() != roles.size()) {
            problems.add(layer.spec().name(), layer.className(),
                    "has " + names.size() + " arrays in the file, expected "
                            + roles.size() + ": " + roles);
            return;
        }
        int known = problems.size();
        List<String> bases = roles.stream().map(ListedWeights::base).toList();
        for (int i = 0; i < roles.size(); i++) {
            String base = base(names.get(i));
            if (!base.equals(bases.get(i)) && bases.contains(base)) {
                problems.add(layer.spec().name(), layer.className(),
                        "its array " + i + " is '" + names.get(i) + "', expected "
                                + roles.get(i));
            }
            if (Set.of(COUNT, VECTOR).contains(bases.get(i))) {
                continue;
            }
            try {
                arrays.put(roles.get(i), file.array(group, i));
            } catch (ModelFileException e) {
                problems.add(layer.spec().name(), layer.className(),
                        "its array " + roles.get(i) + ": " + e.getMessage());
            }
        }
        if (problems.size() == known) {
            convert("", layer);
        }
    }

    /** What an array is to its layer: {@code "kernel"} of {@code "lstm/lstm_cell/kernel:0"}. */
    private static String base(String name) {
        return name.substring(name.lastIndexOf('/') + 1).replaceFirst(":0$", "");
    }

    /** Converts arrays of older layouts to the current one. */
    private void convert(String prefix, KerasLayer layer) {
        String path = prefix + layer.spec().name();
        if (layer.className().startsWith(KERAS_1)) {
            joinGates(path, layer.spec() instanceof RecurrentLayer.LstmCell ? LSTM_GATES : GRU_GATES,
                    layer.spec() instanceof RecurrentLayer.LstmCell ? LSTM_COLUMNS : GRU_GATES);
        } else if (layer.className().startsWith("CuDNN") && layer.spec() instanceof RecurrentLayer.Cell cell) {
            cudnn(path, layer, cell);
        } else if (layer.spec() instanceof WindowLayer.Conv conv) {
            arrays.computeIfPresent(path + "/kernel", (key, kernel) -> keras1(kernel, conv));
            if (file.isTheano()) {
                arrays.computeIfPresent(path + "/kernel", (key, kernel) -> turned(kernel, conv.windows().taps()));
            }
        }
        layer.inner().forEach(inner -> convert(path + "/", inner));
    }

    /** One array of the gates' columns side by side. */
    private void joinGates(String path, String gates, String columns) {
        for (String part : PARTS) {
            TensorData first = arrays.get(path + "/" + part + "_" + gates.charAt(0));
            int units = first.shape().dim(-1);
            int rows = (int) (first.shape().size() / units);
            float[] joined = new float[rows * columns.length() * units];
            for (int g = 0; g < columns.length(); g++) {
                float[] gate = arrays.remove(path + "/" + part + "_" + columns.charAt(g)).toFloats();
                if (gate.length != rows * units) {
                    throw new ModelFileException(
                            file.name() + ": the arrays of the gates of " + path + " differ in size");
                }
                for (int r = 0; r < rows; r++) {
                    System.arraycopy(gate, r * units, joined, (r * columns.length() + g) * units, units);
                }
            }
            int width = columns.length() * units;
            arrays.put(path + "/" + part,
                    TensorData.of(first.shape().rank() == 1 ? Shape.of(width) : Shape.of(rows, width), joined));
        }
    }

    /** Each gate's kernel is stored reshaped, its recurrent kernel transposed, and there are two biases. */
    private void cudnn(String path, KerasLayer layer, RecurrentLayer.Cell cell) {
        int units = cell.units();
        int gates = cell instanceof RecurrentLayer.LstmCell ? 4 : 3;
        TensorData kernel = arrays.get(path + "/kernel");
        TensorData recurrent = arrays.get(path + "/recurrent_kernel");
        TensorData bias = arrays.get(path + "/bias");
        int features = kernel.shape().rank() == 2 ? kernel.shape().dim(0) : 0;
        if (!kernel.shape().equals(Shape.of(features, gates * units))
                || !recurrent.shape().equals(Shape.of(units, gates * units))
                || !bias.shape().equals(Shape.of(2 * gates * units))) {
            problems.add(path, layer.className(),
                    "has arrays of the shapes " + kernel.shape() + ", " + recurrent.shape() + ", "
                            + bias.shape()
                            + ", expected " + Shape.of(-1, gates * units) + ", " + Shape.of(units, gates * units) + ", "
                            + Shape.of(2 * gates * units));
            return;
        }
        float[] k = new float[features * gates * units];
        float[] u = new float[units * gates * units];
        float[] fromK = kernel.toFloats();
        float[] fromU = recurrent.toFloats();
        int width = gates * units;
        for (int g = 0; g < gates; g++) {
            for (int i = 0; i < features * units; i++) {
                // value i of the gate's block, row by row, is at row i mod features of column i / features
                k[i % features * width + g * units + i / features] = fromK[i / units * width + g * units + i % units];
            }
            for (int i = 0; i < units; i++) {
                for (int j = 0; j < units; j++) {
                    u[i * width + g * units + j] = fromU[j * width + g * units + i];
                }
            }
        }
        arrays.put(path + "/kernel", TensorData.of(kernel.shape(), k));
        arrays.put(path + "/recurrent_kernel", TensorData.of(recurrent.shape(), u));
        float[] both = bias.toFloats();
        if (gates == 3) {
            arrays.put(path + "/bias", TensorData.of(Shape.of(2, width), both));
            return;
        }
        float[] sum = new float[width];
        for (int i = 0; i < width; i++) {
            sum[i] = both[i] + both[width + i];
        }
        arrays.put(path + "/bias", TensorData.of(Shape.of(width), sum));
    }

    /**
     * A kernel that Keras 1 wrote with axes of its own: (steps, 1, features, filters) or (filters, features, steps, 1)
     * for one axis, and (filters, features, rows, columns) for two where features come first.
     */
    private static TensorData keras1(TensorData kernel, WindowLayer.Conv conv) {
        int[] dims = kernel.shape().toArray();
        int taps = conv.windows().taps();
        if (dims.length != 4) {
            return kernel;
        }
        boolean line = conv.windows().rank() == 1;
        if (line && dims[0] == taps && dims[1] == 1 && dims[3] == conv.filters()) {
            return TensorData.of(Shape.of(dims[0], dims[2], dims[3]), kernel.toFloats());
        }
        boolean filtersFirst = dims[0] == conv.filters() && dims[2] * dims[3] == taps && (line || conv.channelsFirst());
        List<Integer> now = conv.windows().size();
        if (!filtersFirst || !line && dims[0] == now.get(0) && dims[1] == now.get(1) && dims[3] == conv.filters()) {
            return kernel;
        }
        float[] from = kernel.toFloats();
        float[] to = new float[from.length];
        for (int i = 0; i < from.length; i++) {
            int tap = i % taps;
            int feature = i / taps % dims[1];
            to[(tap * dims[1] + feature) * dims[0] + i / taps / dims[1]] = from[i];
        }
        return TensorData.of(line ? Shape.of(dims[2], dims[1], dims[0]) : Shape.of(dims[2], dims[3], dims[1], dims[0]),
                to);
    }

    /** Taps in the opposite order. */
    private static TensorData turned(TensorData kernel, int taps) {
        float[] from = kernel.toFloats();
        float[] to = new float[from.length];
        int block = from.length / taps;
        for (int t = 0; t < taps; t++) {
            System.arraycopy(from, t * block, to, (taps - 1 - t) * block, block);
        }
        return TensorData.of(kernel.shape(), to);
    }

    /** The roles of a layer's own arrays as the file has them. */
    private static List<String> stored(KerasLayer layer) {
        List<String> roles = layer.spec().weightRoles();
        if (layer.className().startsWith(KERAS_1)) {
            List<String> gates = new ArrayList<>();
            for (char gate : (layer.spec() instanceof RecurrentLayer.LstmCell ? LSTM_GATES : GRU_GATES).toCharArray()) {
                roles.forEach(role -> gates.add(role + "_" + gate));
            }
            return gates;
        }
        if (layer.spec() instanceof NormalizationLayer.Normalization) {
            return List.of("mean", "variance", COUNT);
        }
        if (layer.spec() instanceof LayerSpec.SpectralNormalization) {
            return List.of(VECTOR);
        }
        // HDF5 files hold no texts
        return roles.stream().filter(role -> !role.equals("vocabulary")).toList();
    }

    /** The keys of a layer's arrays in the order of the file. */
    private List<String> roles(String prefix, KerasLayer layer) {
        List<String> trained = new ArrayList<>();
        List<String> others = new ArrayList<>();
        collect(prefix, layer, true, trained, others);
        trained.addAll(others);
        return trained;
    }

    private void collect(String prefix, KerasLayer layer, boolean trainable, List<String> trained,
            List<String> others) {
        String path = prefix + layer.spec().name();
        boolean learns = trainable && layer.trainable();
        for (String role : stored(layer)) {
            if (given.containsKey(path + "/" + role) || role.equals(COUNT) && given.containsKey(path + "/mean")) {
                continue;
            }
            (learns && !NOT_TRAINED.contains(role) ? trained : others).add(path + "/" + role);
        }
        if (layer.spec() instanceof LayerSpec.InputLayer) {
            return;
        }
        layer.inner().forEach(inner -> collect(path + "/", inner, learns, trained, others));
    }
}
