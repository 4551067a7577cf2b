package lanewise.examples.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.Scorer;
import lanewise.format.ModelFile;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import lanewise.text.PadSequences;
import lanewise.text.TextInput;
import lanewise.text.Tokenizer;

/** Files of models with random weights, and with examples of what these give. */
final class TestModels {
    private static final int UNITS = 48;
    private static final int WORDS = 500;
    private static final int STEPS = 24;

    private final Random random;
    private final List<Graph.Node> nodes = new ArrayList<>();
    private final Map<String, TensorData> arrays = new LinkedHashMap<>();

    private TestModels(long seed) {
        random = new Random(seed);
    }

    private int add(LayerSpec layer, int... inputs) {
        nodes.add(new Graph.Node(layer, IntStream.of(inputs).mapToObj(i -> new Graph.Ref(i, 0)).toList(), null));
        return nodes.size() - 1;
    }

    private void array(String key, int... sizes) {
        float[] values = new float[IntStream.of(sizes).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * 1.5 / Math.sqrt(sizes[sizes.length - 2]));
        }
        arrays.put(key, TensorData.of(Shape.of(sizes), values));
    }

    /** A GRU over the last layer, and what it needs after it. */
    private int gru(int input, int features) {
        array("gru/cell/kernel", features, 3 * UNITS);
        array("gru/cell/recurrent_kernel", UNITS, 3 * UNITS);
        array("gru/cell/bias", 2, 3 * UNITS);
        return add(new RecurrentLayer.Rnn("gru",
                List.of(new RecurrentLayer.GruCell("cell", UNITS, Activation.TANH, Activation.SIGMOID, true, true)),
                false, false, false, false, false), input);
    }

    private int dense(int input, int inputs, int outputs, Activation activation) {
        array("dense/kernel", inputs, outputs);
        return add(new CoreLayer.Dense("dense", outputs, activation, false), input);
    }

    private ModelSpec spec(String name, int last, Integer... inputs) {
        return new ModelSpec(name,
                new Graph(nodes, List.of(inputs), List.of(new Graph.Output("y", new Graph.Ref(last, 0)))));
    }

    /**
     * Writes a model of texts.
     *
     * @param seed  another one gives another model that can take its place
     * @param label names of the two labels
     */
    static void texts(Path path, long seed, String... label) {
        TestModels made = new TestModels(seed);
        int ids = made.add(new LayerSpec.InputLayer("ids", Shape.of(Shape.ANY, STEPS), DType.INT32));
        made.array("embedding/embeddings", WORDS + 1, 16);
        int embedded = made.add(new CoreLayer.Embedding("embedding", WORDS + 1, 16, false), ids);
        int last = made.dense(made.gru(embedded, 16), UNITS, label.length, Activation.SOFTMAX);
        Tokenizer tokenizer = new Tokenizer(new Tokenizer.Options(0, "!.,", true, " ", false, null),
                IntStream.range(0, WORDS).mapToObj(w -> "w" + w).toList(), IntStream.rangeClosed(1, WORDS).toArray(),
                new int[0], 0);
        TextInput text = new TextInput(List.of(), tokenizer,
                new PadSequences(STEPS, PadSequences.Side.PRE, PadSequences.Side.PRE, 0));
        ModelSpec spec = made.spec("texts-" + seed, last, ids).with(text, List.of(label));
        List<List<TensorData>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int[] row = made.random.ints(STEPS, 0, WORDS).toArray();
            calls.add(List.of(TensorData.of(DType.INT32, Shape.of(1, STEPS), row)));
        }
        made.write(path, spec, calls);
    }

    /** Writes a model of a series of any length, three numbers a step, and of one more number. */
    static void numbers(Path path, long seed) {
        TestModels made = new TestModels(seed);
        int series = made.add(new LayerSpec.InputLayer("series", Shape.of(Shape.ANY, Shape.ANY, 3), DType.FLOAT32));
        int age = made.add(new LayerSpec.InputLayer("age", Shape.of(Shape.ANY, 1), DType.INT32));
        int joined = made.add(new MergingLayer.Concatenate("join", -1), made.gru(series, 3), age);
        int last = made.dense(joined, UNITS + 1, 2, Activation.LINEAR);
        made.write(path, made.spec("numbers-" + seed, last, series, age),
                List.of(List.of(TensorData.of(Shape.of(1, 2, 3), 1, 2, 3, 4, 5, 6),
                        TensorData.of(DType.INT32, Shape.of(1, 1), 3))));
    }

    /** Writes a model that answers its own examples wrong. */
    static void wrong(Path path, Path right) {
        try (ModelFile file = ModelFile.read(right)) {
            Example first = file.examples().calls().getFirst();
            TensorData output = first.outputs().getFirst();
            float[] other = output.toFloats();
            other[0] += 0.01f;
            ModelFile.write(path, file.spec(), file.weights(), new Examples(List.of(new Example(false, first.inputs(),
                    List.of(TensorData.of(output.shape(), other)))), 1e-5, 1e-5));
        }
    }

    private void write(Path path, ModelSpec spec, List<List<TensorData>> calls) {
        Weights weights = new Weights(arrays);
        List<Example> examples = new ArrayList<>();
        List<String> names = spec.graph().inputLayers().stream().map(LayerSpec.InputLayer::name).toList();
        try (Model model = Model.of(spec, weights, Examples.NONE,
                ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR)); Scorer scorer = model.scorer()) {
            for (List<TensorData> call : calls) {
                Map<String, TensorData> inputs = new LinkedHashMap<>();
                for (int i = 0; i < names.size(); i++) {
                    inputs.put(names.get(i), call.get(i));
                }
                float[] y = scorer.score(inputs).values();
                examples.add(new Example(false, call, List.of(TensorData.of(Shape.of(1, y.length), y))));
            }
        }
        ModelFile.write(path, spec, weights, new Examples(examples, 1e-5, 1e-5));
    }

    /** Texts of words that the models know, and one that they don't. */
    static List<String> samples(int count) {
        Random random = new Random(7);
        return Stream.generate(() -> "unknown, " + IntStream.range(0, 1 + random.nextInt(STEPS + 6))
                .mapToObj(i -> "w" + random.nextInt(WORDS)).reduce((a, b) -> a + " " + b).orElseThrow()).limit(count)
                .toList();
    }
}
