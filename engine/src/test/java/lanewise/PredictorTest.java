package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lanewise.error.InvalidInputException;
import lanewise.error.UnsupportedModelException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.ModelSpec;
import lanewise.spec.Operation;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.text.CleaningRule;
import lanewise.text.PadSequences;
import lanewise.text.TextInput;
import lanewise.text.Tokenizer;
import org.junit.jupiter.api.Test;

/** Calls: what they take, what they refuse, and that they allocate nothing. */
class PredictorTest {
    private final TestModels models = new TestModels(5);

    /** Ids of any number to two probabilities. */
    private ModelSpec text(int steps, boolean stateful) {
        models.array("embedding/embeddings", 12, 6);
        models.array("lstm/cell/kernel", 6, 4 * 20);
        models.array("lstm/cell/recurrent_kernel", 20, 4 * 20);
        models.array("lstm/cell/bias", 4 * 20);
        models.array("dense/kernel", 20, 2);
        models.array("dense/bias", 2);
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", 20, Activation.TANH, Activation.SIGMOID, true);
        return TestModels.chain(TestModels.ids(-1, steps), new CoreLayer.Embedding("embedding", 12, 6, false),
                new RecurrentLayer.Rnn("lstm", List.of(cell), false, false, false, stateful, false),
                new CoreLayer.Dense("dense", 2, Activation.SOFTMAX, true));
    }

    private static TextInput words(int maxlen) {
        Tokenizer.Options options = new Tokenizer.Options(0, Tokenizer.DEFAULT_FILTERS, true, " ", false, null);
        Tokenizer tokenizer = new Tokenizer(options, List.of("good", "bad", "phone"), new int[] {1, 2, 3}, new int[0],
                0);
        PadSequences padding = new PadSequences(maxlen, PadSequences.Side.PRE, PadSequences.Side.PRE, 0);
        return new TextInput(List.of(CleaningRule.LOWER), tokenizer, padding);
    }

    @Test
    void topValuesComeInOrderTheFirstOfEqualsFirst() {
        for (int count : new int[] {1, 2, 17, 60}) {
            for (boolean largest : new boolean[] {true, false}) {
                LayerSpec.InputLayer input = new LayerSpec.InputLayer("x", Shape.of(-1, 60, 3), DType.FLOAT32);
                Graph graph = new Graph(List.of(new Graph.Node(input, List.of(), null),
                        new Graph.Node(new Operation.TopK("top", count, 1, largest), List.of(new Graph.Ref(0, 0)),
                                null)),
                        List.of(0),
                        List.of(new Graph.Output("values", new Graph.Ref(1, 0)),
                                new Graph.Output("places", new Graph.Ref(1, 1))));
                float[] x = models.floats(2 * 60 * 3, 1);
                for (int i = 0; i < x.length; i++) {
                    x[i] = Math.round(x[i] * 5);
                }
                try (Model model = models.model(new ModelSpec("m", graph), ModelOptions.KernelChoice.SCALAR);
                        Predictor predictor = model.predictor(2, 60)) {
                    predictor.inputs().getFirst().set(x, new int[] {2, 60, 3});
                    predictor.run();
                    float[] places = predictor.outputs().get(1).toFloats();
                    for (int line = 0; line < 6; line++) {
                        int at = line / 3 * 180 + line % 3;
                        int[] order = IntStream.range(0, 60).boxed().sorted(Comparator.comparingDouble(
                                (Integer i) -> largest ? -x[at + 3 * i] : x[at + 3 * i])).mapToInt(i -> i).toArray();
                        for (int n = 0; n < count; n++) {
                            assertEquals(order[n], places[line / 3 * count * 3 + n * 3 + line % 3]);
                        }
                    }
                }
            }
        }
    }

    @Test
    void anInfinityIsVerifiedAsItselfOnly() {
        ModelSpec spec = TestModels.chain(new LayerSpec.InputLayer("x", Shape.of(-1, 2), DType.FLOAT32),
                new Operation.Map("reciprocal", MapOp.RECIPROCAL));
        TensorData x = TensorData.of(Shape.of(1, 2), 0f, 2f);
        try (Model model = models.model(spec, ModelOptions.KernelChoice.SCALAR)) {
            for (float[] expected : new float[][] {{Float.POSITIVE_INFINITY, 0.5f}, {Float.NEGATIVE_INFINITY, 0.5f},
                {Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY}}) {
                Example example = new Example(false, List.of(x), List.of(TensorData.of(Shape.of(1, 2), expected)));
                boolean right = expected[0] > 0 && expected[1] == 0.5f;
                assertEquals(right, model.verify(new Examples(List.of(example), 1e-5, 1e-5)).passed(),
                        Arrays.toString(expected));
            }
        }
    }

    @Test
    void allFormsOfACallGiveTheSame() {
        ModelSpec spec = text(4, false).with(words(4), List.of());
        try (Model model = models.model(spec, ModelOptions.KernelChoice.SCALAR);
                Predictor predictor = model.predictor();
                Arena arena = Arena.ofConfined()) {
            int[] ids = {0, 1, 3, 3};
            float[] want = predictor.predict(ids);
            float[] y = new float[2];
            assertEquals(2, predictor.predict(ids, y));
            assertArrayEquals(want, y);
            assertEquals(2, predictor.predict("Good PHONE, phone!", y));
            assertArrayEquals(want, y);
            assertArrayEquals(want, predictor.predict(0f, 1f, 3f, 3f));
            MemorySegment out = arena.allocate(8);
            predictor.predict(arena.allocateFrom(ValueLayout.JAVA_INT, ids), 1, out);
            assertEquals(want[1], out.get(ValueLayout.JAVA_FLOAT, 4));
            predictor.predict(MemorySegment.ofArray(ids), 1, MemorySegment.ofArray(y));
            assertArrayEquals(want, y);
            predictor.input("ids").set(ids, new int[] {1, 4});
            predictor.run();
            assertArrayEquals(want, predictor.output("out").toFloats());
        }
    }

    @Test
    void severalTextsGiveTheAnswersOfEachAlone() {
        ModelSpec spec = text(4, false).with(words(4), List.of("no", "yes"));
        try (Model model = models.model(spec, ModelOptions.KernelChoice.SCALAR); Scorer scorer = model.scorer()) {
            List<String> texts = List.of("good phone", "none of these", "", "Good PHONE, phone!");
            List<Answer> answers = scorer.scoreTexts(texts);
            for (int i = 0; i < texts.size(); i++) {
                Answer alone = scorer.score(texts.get(i));
                assertArrayEquals(alone.values(), answers.get(i).values());
                assertEquals(alone.label(), answers.get(i).label());
                assertEquals(alone.knownWords(), answers.get(i).knownWords());
            }
            assertEquals(List.of(), scorer.scoreTexts(List.of()));
        }
    }

    /** Cutting 3.7 to 3 would look up another word in silence. */
    @Test
    void floatsThatAreNoIntegersAreRefusedForIntegers() {
        try (Model model = models.model(text(4, false), ModelOptions.KernelChoice.SCALAR);
                Predictor predictor = model.predictor();
                Scorer scorer = model.scorer()) {
            InputTensor ids = predictor.input("ids");
            float[] want = predictor.predict(3f, 1f, -0f, 2f);
            for (float bad : new float[] {3.7f, -0.5f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
                0x1p31f, -0x1.000002p31f, Float.MIN_VALUE, 1e30f}) {
                float[] x = {1, 1, bad, 3.5f};
                String[] words = {"'ids'", "value 2 is " + bad, "integers of 32 bits", "round"};
                refused(() -> predictor.predict(x), words);
                refused(() -> predictor.predict(x, new float[2]), words);
                refused(() -> ids.set(x, new int[] {1, 4}), words);
                refused(() -> ids.set(TensorData.of(Shape.of(1, 4), x)), words);
                refused(() -> scorer.score(x), words);
                refused(() -> scorer.score(Map.of("ids", TensorData.of(Shape.of(4), x))), words);
            }
            // the input is what it was
            predictor.run();
            assertArrayEquals(want, predictor.output("out").toFloats());
            float[] x = {3, 1, 0, 2};
            TestModels.allocatesNothing("set of floats for integers", () -> ids.set(x));
        }
    }

    @Test
    void callsOfFewerRowsFitWhereMoreDo() {
        int units = 512;
        models.array("lstm/cell/kernel", 1, 4 * units);
        models.array("lstm/cell/recurrent_kernel", units, 4 * units);
        models.array("lstm/cell/bias", 4 * units);
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", units, Activation.TANH, Activation.SIGMOID,
                true);
        ModelSpec spec = TestModels.chain(TestModels.floats(-1, 70, 1),
                new RecurrentLayer.Rnn("lstm", List.of(cell), false, false, false, false, false));
        float[] x = models.floats(3 * 70, 1);
        try (Model model = models.model(spec, ModelOptions.KernelChoice.SCALAR);
                Predictor three = model.predictor(3, 70)) {
            float[] want = new float[3 * units];
            three.predict(x, 3, want);
            for (int rows = 1; rows < 3; rows++) {
                float[] got = new float[rows * units];
                three.predict(Arrays.copyOf(x, rows * 70), rows, got);
                assertArrayEquals(Arrays.copyOf(want, rows * units), got, rows + " of 3 rows");
            }
        }
    }

    @Test
    void badInputIsNamed() {
        try (Model model = models.model(text(-1, false), ModelOptions.KernelChoice.SCALAR);
                Predictor predictor = model.predictor(2, 5)) {
            refused(() -> predictor.predict(new int[0]), "ids", "at least one");
            refused(() -> predictor.predict(1, 2, 12), "embedding", "id 12", "position 2", "0 to 11");
            refused(() -> predictor.predict(1, -1), "id -1");
            refused(() -> predictor.predict(1, 2, 3, 4, 5, 6), "6 steps", "at most 5", "predictor(maxBatch, maxSteps)");
            refused(() -> predictor.input("ids").set(new int[6], 3), "3 rows", "at most 2");
            refused(() -> predictor.input("ids").set(new int[5], 2), "5 values for 2 rows");
            refused(() -> predictor.input("ids").set(new int[5], new int[] {5}), "shape (5,)", "(None, None)");
            refused(() -> predictor.input("x"), "no input 'x'", "[ids]");
            refused(() -> predictor.output("y"), "no output 'y'", "[out]");
            refused(() -> predictor.predict(new int[] {1}, new float[1]), "2 values", "room for 1");
            refused(() -> predictor.predict("text"), "no tokenizer");
            refused(() -> predictor.predict(MemorySegment.ofArray(new byte[7]), 1, MemorySegment.NULL), "7 bytes");
            assertEquals(2, predictor.predict(1, 2).length, "works on after a refusal");
            refused(() -> model.predictor(0, 5), "0 rows");
        }
    }

    private static void refused(org.junit.jupiter.api.function.Executable call, String... words) {
        String message = assertThrows(InvalidInputException.class, call).getMessage();
        for (String word : words) {
            assertTrue(message.contains(word), "'" + message + "' does not say '" + word + "'");
        }
    }

    @Test
    void closedMeansClosed() {
        Model model = models.model(text(4, false), ModelOptions.KernelChoice.SCALAR);
        Predictor first = model.predictor();
        Predictor second = model.predictor();
        first.close();
        first.close();
        assertTrue(assertThrows(IllegalStateException.class, () -> first.predict(1, 2, 3, 4)).getMessage()
                .contains("closed"));
        model.close();
        model.close();
        assertTrue(assertThrows(IllegalStateException.class, () -> second.predict(1, 2, 3, 4)).getMessage()
                .contains("closed"));
        assertThrows(IllegalStateException.class, model::predictor);
        second.close();
    }

    /** Zeros stood in for it. */
    @Test
    void inputsThatWereNeverSetAreRefused() {
        try (Model model = models.model(text(4, false), ModelOptions.KernelChoice.SCALAR);
                Predictor predictor = model.predictor()) {
            assertTrue(assertThrows(IllegalStateException.class, predictor::run).getMessage()
                    .contains("was given no values"));
            predictor.inputs().getFirst().set(new int[4]);
            predictor.run();
            predictor.run();
        }
    }

    @Test
    void statefulLayersGoOnUntilReset() {
        try (Model model = models.model(text(-1, true), ModelOptions.KernelChoice.SCALAR);
                Predictor whole = model.predictor(2, 10);
                Predictor parts = model.predictor(2, 10)) {
            float[] want = whole.predict(1, 2, 3, 4, 5, 6);
            parts.predict(1, 2);
            parts.predict(3, 4, 5);
            assertArrayEquals(want, parts.predict(6));
            refused(() -> parts.predict(new int[] {1, 2}, 2, new float[4]), "states of 1 rows", "has 2");
            parts.resetStates();
            parts.predict(1, 2, 3, 4, 5);
            assertArrayEquals(want, parts.predict(6));
        }
    }

    @Test
    void problemsAreListedTogether() {
        ModelSpec spec = text(4, false);
        TestModels wrong = new TestModels(1);
        wrong.array("embedding/embeddings", 12, 7);
        UnsupportedModelException e = assertThrows(UnsupportedModelException.class,
                () -> Model.of(spec, wrong.weights()));
        assertTrue(
                e.getMessage().contains("'embedding' (Embedding)")
                        && e.getMessage().contains("(12, 7), expected (12, 6)"),
                e.getMessage());
    }

    @Test
    void backgroundWarmUpSwitchesWithoutChangingABit() throws InterruptedException {
        ModelSpec spec = text(-1, false);
        try (Model model = Model.of(spec, models.weights(), Examples.NONE, ModelOptions.DEFAULT);
                Predictor predictor = model.predictor()) {
            int[] ids = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2, 3};
            float[] first = predictor.predict(ids);
            boolean possible = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
            // without the Vector API there is nothing to wait for
            long end = System.nanoTime() + Duration.ofSeconds(possible ? 12 : 1).toNanos();
            while (!model.usesVectors() && System.nanoTime() < end) {
                assertArrayEquals(first, predictor.predict(ids));
                Thread.sleep(1);
            }
            assertArrayEquals(first, predictor.predict(ids), model.explain());
            assertTrue(possible || !model.usesVectors(), model.explain());
            assertTrue(model.explain().startsWith("kernels   "), model.explain());
        }
    }

    @Test
    void withoutBackgroundNothingIsStarted() {
        try (Model model = models.model(text(4, false), ModelOptions.KernelChoice.AUTO)) {
            assertFalse(model.usesVectors());
        }
    }

    @Test
    void steadyCallsAllocateNothing() {
        ModelSpec spec = text(4, false).with(words(4), List.of());
        for (ModelOptions.KernelChoice twin : TestModels.twins()) {
            try (Model model = models.model(spec, twin);
                    Predictor predictor = model.predictor(3, 4);
                    Arena arena = Arena.ofConfined()) {
                int[] ids = {0, 1, 3, 3};
                float[] floats = {0, 1, 3, 3};
                float[] y = new float[6];
                MemorySegment in = arena.allocateFrom(ValueLayout.JAVA_INT, ids);
                MemorySegment out = arena.allocate(8);
                TestModels.allocatesNothing(twin + " int[]", () -> predictor.predict(ids, y));
                TestModels.allocatesNothing(twin + " float[]", () -> predictor.predict(floats, y));
                TestModels.allocatesNothing(twin + " segment", () -> predictor.predict(in, 1, out));
                TestModels.allocatesNothing(twin + " text", () -> predictor.predict("Good phone, bad phone", y));
                int[] three = {0, 1, 3, 3, 1, 1, 1, 1, 2, 2, 2, 2};
                TestModels.allocatesNothing(twin + " batches of several sizes", () -> {
                    predictor.predict(three, 3, y);
                    predictor.predict(ids, 1, y);
                });
            }
        }
    }
}
