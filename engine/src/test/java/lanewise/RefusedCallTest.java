package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import lanewise.error.InvalidInputException;
import lanewise.options.CustomLayer;
import lanewise.options.CustomLayers;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.WindowLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A call that is refused changes nothing: what comes after it has the same bits as without it. */
class RefusedCallTest {
    private static final int FEATURES = 3;
    private static final int UNITS = 5;
    private static final ModelOptions QUIET = ModelOptions.DEFAULT.withWarmUpThread(false);

    private final TestModels models = new TestModels(21);

    private LayerSpec lstm(String name, int inputs, boolean sequences, boolean stateful) {
        models.array(name + "/cell/kernel", inputs, 4 * UNITS);
        models.array(name + "/cell/recurrent_kernel", UNITS, 4 * UNITS);
        models.array(name + "/cell/bias", 4 * UNITS);
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", UNITS, Activation.TANH, Activation.SIGMOID,
                true);
        return new RecurrentLayer.Rnn(name, List.of(cell), sequences, false, false, stateful, false);
    }

    /** A stateful layer, then one of the user's own that refuses what the test tells it to. */
    private Model custom(boolean stateful, boolean[] refuses) {
        ModelSpec spec = TestModels.chain(TestModels.floats(-1, -1, FEATURES), lstm("lstm", FEATURES, false, stateful),
                new LayerSpec.Custom("mine", "Mine", "", "{}", List.of()));
        CustomLayers layers = CustomLayers.NONE.and("Mine", List.of(), (config, weights) -> new CustomLayer() {
            @Override
            public int[] outputShape(List<int[]> inputs) {
                return inputs.getFirst();
            }

            @Override
            public void compute(List<Array> inputs, Array output) {
                if (refuses[0]) {
                    throw new IllegalStateException("refused by the user's own layer");
                }
                for (int i = 0; i < UNITS * inputs.getFirst().shape()[0]; i++) {
                    output.set(i, inputs.getFirst().get(i));
                }
            }
        });
        return Model.of(spec, models.weights(), Examples.NONE, QUIET.withCustomLayers(layers));
    }

    private Model model(ModelSpec spec) {
        return Model.of(spec, models.weights(), Examples.NONE, QUIET);
    }

    private Model sequence() {
        return model(TestModels.chain(TestModels.floats(-1, -1, FEATURES), lstm("lstm", FEATURES, true, false)));
    }

    /** Windows of three steps, every other one: keys go ahead one by one. */
    private Model phased() {
        models.array("conv/kernel", 3, FEATURES, UNITS);
        models.array("conv/bias", UNITS);
        WindowLayer.Windows windows = new WindowLayer.Windows(List.of(3), List.of(2), List.of(1),
                WindowLayer.Padding.VALID);
        return model(TestModels.chain(TestModels.floats(-1, -1, FEATURES),
                new WindowLayer.Conv("conv", UNITS, windows, 1, Activation.TANH, true, false),
                lstm("after", UNITS, false, false)));
    }

    private static float[] x(int t, int rows) {
        float[] values = new float[rows * FEATURES];
        for (int i = 0; i < values.length; i++) {
            values[i] = (t * 7 + i * 3) % 11 - 5;
        }
        return values;
    }

    private static void refused(Executable call) {
        assertThrows(RuntimeException.class, call);
    }

    /** Runs a script without and with refused calls in between; the answers must have the same bits. */
    private static void same(int steps, Script script, Consumer<Integer> refusedCalls) {
        List<float[]> plain = new ArrayList<>();
        List<float[]> disturbed = new ArrayList<>();
        script.start();
        for (int t = 0; t < steps; t++) {
            plain.add(script.step(t));
        }
        script.start();
        for (int t = 0; t < steps; t++) {
            refusedCalls.accept(t);
            disturbed.add(script.step(t));
        }
        for (int t = 0; t < steps; t++) {
            assertArrayEquals(plain.get(t), disturbed.get(t), "step " + t);
        }
    }

    private interface Script {
        void start();

        float[] step(int t);
    }

    private record Steps(Runnable begin, java.util.function.IntFunction<float[]> next) implements Script {
        @Override
        public void start() {
            begin.run();
        }

        @Override
        public float[] step(int t) {
            return next.apply(t);
        }
    }

    @Test
    void inputsKeepWhatTheyHeld() {
        try (Model model = sequence(); Predictor predictor = model.predictor(2, 4)) {
            InputTensor input = predictor.inputs().getFirst();
            input.set(x(1, 6), 2);
            same(1, new Steps(() -> {}, t -> {
                predictor.run();
                return predictor.outputs().getFirst().toFloats();
            }), t -> {
                refused(() -> input.set(x(2, 1), 2));
                refused(() -> input.set(x(2, 5)));
                refused(() -> input.set(x(2, 6), new int[] {1, 2, FEATURES}));
                refused(() -> input.set(x(2, 6), new int[] {3, 2, FEATURES}));
                refused(() -> input.set(new int[7], 1));
                refused(() -> input.set(new long[6], new int[] {-2, -3, 1}));
                refused(() -> input.set(MemorySegment.ofArray(new byte[7]), 1));
                refused(() -> input.set("text"));
                refused(() -> input.set(List.of("a", "b"), new int[] {2}));
                refused(() -> input.set((float[]) null));
            });
        }
    }

    @Test
    void longIntegersAreCheckedBeforeAnyIsTaken() {
        models.array("embedding/embeddings", 4, 2);
        try (Model model = model(TestModels.chain(TestModels.ids(-1, -1),
                new CoreLayer.Embedding("embedding", 4, 2, false))); Predictor predictor = model.predictor(1, 4)) {
            InputTensor ids = predictor.inputs().getFirst();
            ids.set(new int[] {3, 2, 1});
            same(1, new Steps(() -> {}, t -> {
                predictor.run();
                return predictor.outputs().getFirst().toFloats();
            }), t -> refused(() -> ids.set(new long[] {0, 1L << 40}, new int[] {1, 2})));
        }
    }

    @Test
    void outputsAreNotHalfWritten() {
        try (Model model = sequence(); Predictor predictor = model.predictor(2, 4)) {
            predictor.predict(x(1, 4));
            OutputTensor output = predictor.outputs().getFirst();
            float[] target = new float[output.size() - 1];
            refused(() -> output.get(target));
            assertArrayEquals(new float[target.length], target);
            refused(() -> output.get(new int[100]));
            refused(() -> output.get(new long[100]));
        }
    }

    @Test
    void statefulLayersKeepTheirStates() {
        boolean[] refuses = {false};
        try (Model model = custom(true, refuses); Predictor predictor = model.predictor(2, 4)) {
            same(4, new Steps(predictor::resetStates, t -> {
                float[] y = new float[UNITS];
                predictor.predict(x(t, 2), y);
                return y;
            }), t -> {
                refused(() -> predictor.predict(x(9, 2), new float[UNITS - 1]));
                refused(() -> predictor.predict(x(9, 2), null));
                refused(() -> predictor.predict(MemorySegment.ofArray(x(9, 2)), 1,
                        MemorySegment.ofArray(new float[1])));
                refused(() -> predictor.predict(new float[1]));
                refused(() -> predictor.predict("text"));
                refused(() -> predictor.predict(x(9, 5)));
                if (t > 0) {
                    refused(() -> predictor.predict(x(9, 2), 2, new float[2 * UNITS]));
                }
                refuses[0] = true;
                refused(() -> predictor.predict(x(9, 2)));
                refuses[0] = false;
            });
        }
    }

    /** A first call that is refused fixes no number of rows. */
    @Test
    void aRefusedFirstCallKeepsNoRows() {
        boolean[] refuses = {true};
        try (Model model = custom(true, refuses); Predictor predictor = model.predictor(2, 4)) {
            refused(() -> predictor.predict(x(1, 4), 2, new float[2 * UNITS]));
            refuses[0] = false;
            assertEquals(UNITS, predictor.predict(x(1, 2)).length);
        }
    }

    @Test
    void aStreamStaysWhereItWas() {
        boolean[] refuses = {false};
        try (Model model = custom(false, refuses);
                Stepper stepper = model.stepper();
                Model other = sequence();
                Stepper foreign = other.stepper()) {
            State state = foreign.state();
            for (boolean prepare : List.of(false, true)) {
                same(5, new Steps(stepper::reset, t -> {
                    float[] y = new float[UNITS];
                    if (prepare && t > 0) {
                        stepper.fire(x(t, 1), y);
                    } else {
                        stepper.step(x(t, 1), y);
                    }
                    if (prepare) {
                        stepper.prepare();
                    }
                    return y;
                }), t -> {
                    float[] y = new float[UNITS];
                    float[] nan = x(9, 1);
                    nan[1] = Float.NaN;
                    refused(() -> stepper.step(x(9, 1), new float[UNITS - 1]));
                    refused(() -> stepper.step(x(9, 1), null));
                    refused(() -> stepper.step(new float[1], y));
                    refused(() -> stepper.step(nan, y));
                    refused(() -> stepper.step(new int[2], y));
                    refused(() -> stepper.step(MemorySegment.ofArray(x(9, 1)), MemorySegment.ofArray(new float[1])));
                    refused(() -> stepper.step(MemorySegment.ofArray(x(9, 1)),
                            MemorySegment.ofArray(new float[UNITS]).asReadOnly()));
                    refused(() -> stepper.restore(state));
                    refused(() -> stepper.copyState(state));
                    refuses[0] = true;
                    refused(() -> stepper.step(x(9, 1), y));
                    refuses[0] = false;
                    assertArrayEquals(new float[UNITS], y);
                });
            }
        }
    }

    @Test
    void theStreamsOfAStoreStayWhereTheyWere() {
        for (boolean phased : List.of(false, true)) {
            try (Model model = phased ? phased() : sequence();
                    Stepper stepper = model.stepper(3);
                    StateStore store = model.stateStore(10);
                    Model other = phased ? sequence() : phased();
                    StateStore foreign = other.stateStore(2)) {
                State state = model.stepper().state();
                same(6, new Steps(() -> IntStream.range(0, 10).forEach(store::reset), t -> {
                    float[] y = new float[3 * UNITS];
                    stepper.step(store, t < 3 ? new long[] {1, 4, 9} : new long[] {9, 2, 1}, x(t, 3), y);
                    return y;
                }), t -> {
                    float[] y = new float[4 * UNITS];
                    float[] nan = x(8, 3);
                    nan[8] = Float.NaN;
                    refused(() -> stepper.step(store, new long[] {1, 4, 1}, x(8, 3), y));
                    refused(() -> stepper.step(store, new long[] {1, 4, 10}, x(8, 3), y));
                    refused(() -> stepper.step(store, new long[] {1, -1}, x(8, 2), y));
                    refused(() -> stepper.step(store, new long[] {1, 2, 4, 9}, x(8, 4), y));
                    refused(() -> stepper.step(store, new long[] {1, 4, 9}, nan, y));
                    refused(() -> stepper.step(store, new long[] {1, 4, 9}, x(8, 2), y));
                    refused(() -> stepper.step(store, new long[] {1, 4, 9}, new float[8], y));
                    refused(() -> stepper.step(store, new long[] {1, 4, 9}, x(8, 3), new float[3 * UNITS - 1]));
                    refused(() -> stepper.step(store, 1, x(8, 1), new float[UNITS - 1]));
                    refused(() -> stepper.step(store, 1, new float[1], y));
                    refused(() -> stepper.step(store, 10, x(8, 1), y));
                    refused(() -> stepper.step(foreign, 1, x(8, 1), y));
                    refused(() -> stepper.step(foreign, new long[] {1}, x(8, 1), y));
                    refused(() -> store.get(10, state));
                    refused(() -> store.set(-1, state));
                    refused(() -> store.reset(10));
                    refused(() -> foreign.get(0, state));
                    refused(() -> foreign.set(0, state));
                    assertArrayEquals(new float[4 * UNITS], y);
                });
            }
        }
    }

    /** One of several streams is refused by a layer of the user's own, after others have gone ahead. */
    @Test
    void streamsThatWentAheadAreTakenBack() {
        boolean[] refuses = {false};
        try (Model model = custom(false, refuses);
                Stepper stepper = model.stepper(3);
                StateStore store = model.stateStore(3)) {
            same(3, new Steps(() -> IntStream.range(0, 3).forEach(store::reset), t -> {
                float[] y = new float[3 * UNITS];
                stepper.step(store, new long[] {0, 1, 2}, x(t, 3), y);
                return y;
            }), t -> {
                refuses[0] = true;
                refused(() -> stepper.step(store, new long[] {0, 1, 2}, x(7, 3), new float[3 * UNITS]));
                refused(() -> stepper.step(store, 1, x(7, 1), new float[UNITS]));
                refuses[0] = false;
            });
        }
    }

    @Test
    void aWindowStaysWhereItWas() {
        try (Model model = sequence(); Window window = model.window(3)) {
            for (boolean prepare : List.of(false, true)) {
                same(6, new Steps(window::reset, t -> {
                    float[] y = new float[UNITS];
                    window.step(x(t, 1), y);
                    if (prepare) {
                        window.prepare();
                    }
                    return y;
                }), t -> {
                    refused(() -> window.step(x(9, 1), new float[UNITS - 1]));
                    refused(() -> window.step(x(9, 1), null));
                    refused(() -> window.step(new float[1], new float[UNITS]));
                    refused(() -> window.step(new int[FEATURES], new float[UNITS]));
                });
            }
        }
    }

    /** Ids are checked while a model runs: a state that comes before is put back. */
    @Test
    void anUnknownIdBehindAStateChangesNothing() {
        models.array("embedding/embeddings", 4, UNITS);
        LayerSpec.InputLayer x = TestModels.floats(-1, -1, FEATURES);
        LayerSpec.InputLayer ids = new LayerSpec.InputLayer("ids", Shape.of(-1, 1), DType.INT32);
        LayerSpec lstm = lstm("lstm", FEATURES, false, true);
        Graph graph = new Graph(List.of(new Graph.Node(x, List.of(), null), new Graph.Node(ids, List.of(), null),
                new Graph.Node(lstm, List.of(new Graph.Ref(0, 0)), null),
                new Graph.Node(new CoreLayer.Embedding("embedding", 4, UNITS, false), List.of(new Graph.Ref(1, 0)),
                        null)),
                List.of(0, 1), List.of(new Graph.Output("h", new Graph.Ref(2, 0)),
                        new Graph.Output("e", new Graph.Ref(3, 0))));
        try (Model model = model(new ModelSpec("two", graph)); Predictor predictor = model.predictor(1, 4)) {
            same(3, new Steps(predictor::resetStates, t -> {
                predictor.input("x").set(x(t, 2));
                predictor.input("ids").set(new int[] {t});
                predictor.run();
                return predictor.output("h").toFloats();
            }), t -> {
                predictor.input("x").set(x(8, 2));
                predictor.input("ids").set(new int[] {4});
                assertThrows(InvalidInputException.class, predictor::run);
            });
        }
    }

    @Test
    void aDamagedStateIsRefused() {
        try (Model model = sequence(); Stepper stepper = model.stepper()) {
            stepper.step(x(1, 1), new float[UNITS]);
            State state = stepper.state();
            byte[] bytes = state.toBytes();
            assertEquals(state, model.readState(bytes));
            assertEquals(state.hashCode(), model.readState(bytes).hashCode());
            bytes[bytes.length - 1] ^= 1;
            assertThrows(InvalidInputException.class, () -> model.readState(bytes));
            assertThrows(InvalidInputException.class, () -> model.readState(Arrays.copyOf(bytes, 7)));
            assertEquals(state, stepper.state());
        }
    }
}
