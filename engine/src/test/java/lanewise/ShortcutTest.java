package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lanewise.error.InvalidInputException;
import lanewise.options.ModelOptions;
import lanewise.options.Shortcut;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import org.junit.jupiter.api.Test;

/** An embedding, an LSTM and a GRU that put out every step, and a SimpleRNN, over texts with any padding. */
class ShortcutTest {
    private static final int VOCABULARY = 11;
    private static final int STEPS = 7;
    private static final int WIDTH = 5;
    private static final int LSTM = 17;
    private static final int GRU = 9;
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withWarmUpThread(false);

    private final Random random = new Random(4);
    private final Map<String, TensorData> arrays = new LinkedHashMap<>();

    private TensorData array(int... shape) {
        float[] values = new float[Math.toIntExact(Shape.of(shape).size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 0.5f;
        }
        return TensorData.of(Shape.of(shape), values);
    }

    private Model model(ModelOptions options) {
        random.setSeed(4);
        arrays.put("embedding/embeddings", array(VOCABULARY, WIDTH));
        arrays.put("lstm/a/kernel", array(WIDTH, 4 * LSTM));
        arrays.put("lstm/a/recurrent_kernel", array(LSTM, 4 * LSTM));
        arrays.put("lstm/a/bias", array(4 * LSTM));
        arrays.put("gru/b/kernel", array(LSTM, 3 * GRU));
        arrays.put("gru/b/recurrent_kernel", array(GRU, 3 * GRU));
        arrays.put("gru/b/bias", array(2, 3 * GRU));
        arrays.put("rnn/c/kernel", array(GRU, 3));
        arrays.put("rnn/c/recurrent_kernel", array(3, 3));
        arrays.put("rnn/c/bias", array(3));
        List<Graph.Node> nodes = new ArrayList<>();
        add(nodes, new LayerSpec.InputLayer("ids", Shape.of(-1, STEPS), DType.INT32));
        add(nodes, new CoreLayer.Embedding("embedding", VOCABULARY, WIDTH, false));
        add(nodes,
                rnn("lstm", new RecurrentLayer.LstmCell("a", LSTM, Activation.TANH, Activation.SIGMOID, true), true));
        add(nodes, rnn("gru", new RecurrentLayer.GruCell("b", GRU, Activation.TANH, Activation.SIGMOID, true, true),
                true));
        add(nodes, rnn("rnn", new RecurrentLayer.SimpleRnnCell("c", 3, Activation.RELU, true), false));
        List<Graph.Output> outputs = new ArrayList<>();
        for (int n = 2; n <= 4; n++) {
            outputs.add(new Graph.Output("y" + n, new Graph.Ref(n, 0)));
        }
        return Model.of(new ModelSpec("padded", new Graph(nodes, List.of(0), outputs)), new Weights(arrays),
                Examples.NONE, options);
    }

    private static void add(List<Graph.Node> nodes, LayerSpec layer) {
        List<Graph.Ref> inputs = nodes.isEmpty() ? List.of() : List.of(new Graph.Ref(nodes.size() - 1, 0));
        nodes.add(new Graph.Node(layer, inputs, null));
    }

    private static LayerSpec rnn(String name, RecurrentLayer.Cell cell, boolean sequences) {
        return new RecurrentLayer.Rnn(name, List.of(cell), sequences, false, false, false, false);
    }

    /** Rows with 0, 1, ... steps of padding in front, others behind and within, the last of nothing else. */
    private static int[] rows() {
        int[] ids = new int[(STEPS + 1) * STEPS];
        for (int r = 0; r <= STEPS; r++) {
            for (int t = r; t < STEPS; t++) {
                ids[r * STEPS + t] = (3 * r + 5 * t) % VOCABULARY;
            }
        }
        return ids;
    }

    private static List<float[]> score(Model model, int[] ids) {
        int batch = ids.length / STEPS;
        try (Predictor predictor = model.predictor(batch, STEPS)) {
            // a longer call first, whose states must leave no trace
            predictor.inputs().getFirst().set(ids, batch);
            predictor.run();
            predictor.run();
            return predictor.outputs().stream().map(OutputTensor::toFloats).toList();
        }
    }

    @Test
    void shortcutsChangeNoBit() {
        int[] ids = rows();
        try (Model plain = model(OPTIONS.without(Shortcut.values()))) {
            List<float[]> expected = score(plain, ids);
            for (Shortcut left : Shortcut.values()) {
                try (Model model = model(OPTIONS.without(left))) {
                    same(expected, score(model, ids), 0);
                }
            }
            try (Model model = model(OPTIONS)) {
                same(expected, score(model, ids), 0);
                for (int r = 0; r <= STEPS; r++) {
                    int[] row = new int[STEPS];
                    System.arraycopy(ids, r * STEPS, row, 0, STEPS);
                    same(expected, score(model, row), r);
                }
            }
        }
    }

    /** Compares the outputs of the rows from one on. */
    private static void same(List<float[]> expected, List<float[]> got, int row) {
        for (int o = 0; o < expected.size(); o++) {
            int width = expected.get(o).length / (STEPS + 1);
            float[] part = new float[got.get(o).length];
            System.arraycopy(expected.get(o), row * width, part, 0, part.length);
            assertArrayEquals(part, got.get(o), "output " + o + " from row " + row);
        }
    }

    @Test
    void tablesAreMadeByTheWarmUp() {
        int[] ids = rows();
        try (Model later = model(
                ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR).withWarmUpThread(true));
                Model now = model(OPTIONS)) {
            assertFalse(now.explain().contains("not made yet"), now.explain());
            same(score(now, ids), score(later, ids), 0);
            later.warmUp(Duration.ofSeconds(10));
            assertFalse(later.explain().contains("not made yet"), later.explain());
            same(score(now, ids), score(later, ids), 0);
        }
    }

    @Test
    void explainNamesEachShortcutThatIsTaken() {
        try (Model model = model(OPTIONS);
                Model plain = model(OPTIONS.without(Shortcut.values()));
                Model small = model(OPTIONS.withShortcutBytes(100))) {
            assertTrue(model.explain().contains("lstm: embedding folded"), model.explain());
            assertTrue(model.explain().contains("rnn: states kept for up to 7 steps of padding"), model.explain());
            assertTrue(model.explain().contains("lstm: no product with the zeros of the first step"), model.explain());
            assertTrue(model.explain().contains("check ids, which the next layer looks up itself"),
                    "the embedding need not run: " + model.explain());
            assertFalse(plain.explain().contains("shortcut"), plain.explain());
            assertTrue(small.explain().contains("lstm: embedding not folded"), small.explain());
            assertTrue(model.weightBytes() > plain.weightBytes());
        }
    }

    @Test
    void idsAreStillChecked() {
        try (Model model = model(OPTIONS); Predictor predictor = model.predictor()) {
            int[] ids = new int[STEPS];
            ids[STEPS - 1] = VOCABULARY;
            predictor.inputs().getFirst().set(ids);
            InvalidInputException e = assertThrows(InvalidInputException.class, predictor::run);
            assertEquals("layer 'embedding': id 11 at position 6 is outside its vocabulary, expected 0 to 10",
                    e.getMessage());
        }
    }
}
