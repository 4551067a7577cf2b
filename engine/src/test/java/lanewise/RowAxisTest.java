package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.error.UnsupportedModelException;
import lanewise.options.ModelOptions;
import lanewise.options.ModelOptions.KernelChoice;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.Operation;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import org.junit.jupiter.api.Test;

/** Arrays whose rows lie along another axis than the first, or along none. */
class RowAxisTest {
    /** Steps, rows, features. */
    private static final int[] SHAPE = {2, 3, 2};
    /** Numbers that say where they are: step, row, feature. */
    private static final float[] STEPS_FIRST = {0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121};
    private static final float[] ROWS_FIRST = {0, 1, 100, 101, 10, 11, 110, 111, 20, 21, 120, 121};

    /** A model that returns its input, with the rows of both along some axis. */
    private static Model identity(DType type, int inputRows, int outputRows) {
        LayerSpec input = new LayerSpec.InputLayer("x", Shape.of(-1, -1, 2), type, inputRows);
        return model(new Graph(
                List.of(new Graph.Node(input, List.of(), null),
                        new Graph.Node(new LayerSpec.Identity("same", "Dropout"), List.of(new Graph.Ref(0, 0)), null)),
                List.of(0), List.of(new Graph.Output("y", new Graph.Ref(1, 0), outputRows))), new Weights(Map.of()));
    }

    private static Model model(Graph graph, Weights weights) {
        return Model.of(new ModelSpec("m", graph), weights, Examples.NONE,
                ModelOptions.DEFAULT.withKernels(KernelChoice.SCALAR).withWarmUpThread(false));
    }

    private static int[] ints(float[] values) {
        int[] ints = new int[values.length];
        Arrays.setAll(ints, i -> (int) values[i]);
        return ints;
    }

    private static long[] longs(float[] values) {
        return Arrays.stream(ints(values)).asLongStream().toArray();
    }

    private interface Fill {
        void set(InputTensor x);
    }

    private static void assertRows(DType type, Fill... fills) {
        try (Model model = identity(type, 1, 0); Predictor predictor = model.predictor(3, 2)) {
            InputTensor x = predictor.inputs().getFirst();
            for (Fill fill : fills) {
                x.set(new float[12], SHAPE);
                fill.set(x);
                predictor.run();
                assertArrayEquals(ROWS_FIRST, predictor.outputs().getFirst().toFloats());
                assertArrayEquals(SHAPE, x.dims());
                assertArrayEquals(new int[] {3, 2, 2}, predictor.outputs().getFirst().dims());
            }
        }
    }

    @Test
    void everyWayInMovesTheRows() {
        MemorySegment fours = MemorySegment.ofArray(STEPS_FIRST);
        assertRows(DType.FLOAT32, x -> x.set(STEPS_FIRST, SHAPE), x -> x.set(STEPS_FIRST, 3),
                x -> x.set(ints(STEPS_FIRST), SHAPE), x -> x.set(ints(STEPS_FIRST), 3),
                x -> x.set(longs(STEPS_FIRST), SHAPE), x -> x.set(fours, 3),
                x -> x.set(TensorData.of(Shape.of(SHAPE), STEPS_FIRST)), x -> x.setRows(ROWS_FIRST, 3));
        MemorySegment whole = MemorySegment.ofArray(ints(STEPS_FIRST));
        assertRows(DType.INT32, x -> x.set(STEPS_FIRST, SHAPE), x -> x.set(ints(STEPS_FIRST), 3),
                x -> x.set(longs(STEPS_FIRST), SHAPE), x -> x.set(whole, 3),
                x -> x.set(TensorData.of(Shape.of(SHAPE), longs(STEPS_FIRST))));
        MemorySegment eights = MemorySegment.ofArray(longs(STEPS_FIRST));
        assertRows(DType.INT64, x -> x.set(STEPS_FIRST, 3), x -> x.set(ints(STEPS_FIRST), SHAPE),
                x -> x.set(longs(STEPS_FIRST), SHAPE), x -> x.set(eights, 3));
    }

    @Test
    void everyWayOutMovesTheRows() {
        for (DType type : List.of(DType.FLOAT32, DType.INT32, DType.INT64)) {
            try (Model model = identity(type, 0, 1); Predictor predictor = model.predictor(3, 2)) {
                predictor.inputs().getFirst().set(ROWS_FIRST, 3);
                predictor.run();
                OutputTensor y = predictor.outputs().getFirst();
                assertArrayEquals(SHAPE, y.dims());
                assertEquals(2, y.dim(0));
                assertArrayEquals(STEPS_FIRST, y.toFloats());
                float[] floats = new float[12];
                assertEquals(12, y.get(floats));
                assertArrayEquals(STEPS_FIRST, floats);
                assertEquals(12, y.getRows(floats));
                assertArrayEquals(ROWS_FIRST, floats);
                MemorySegment segment = MemorySegment.ofArray(new long[12]);
                assertEquals(12, y.get(segment));
                for (int i = 0; i < 12; i++) {
                    assertEquals(STEPS_FIRST[i], type == DType.INT64 ? segment.getAtIndex(ValueLayout.JAVA_LONG, i)
                            : type == DType.INT32 ? segment.getAtIndex(ValueLayout.JAVA_INT, i)
                                    : segment.getAtIndex(ValueLayout.JAVA_FLOAT, i));
                }
                if (type != DType.FLOAT32) {
                    int[] whole = new int[12];
                    y.get(whole);
                    assertArrayEquals(ints(STEPS_FIRST), whole);
                    assertArrayEquals(longs(STEPS_FIRST), y.toLongs());
                }
                List<Answer> answers = Answer.of(predictor, List.of());
                assertArrayEquals(new float[] {10, 11, 110, 111}, answers.get(1).values());
            }
        }
    }

    @Test
    void anyAxisCanHoldTheRows() {
        float[] values = new float[24];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        for (int axis = 0; axis < 3; axis++) {
            int[] shape = {2, 3, 4};
            LayerSpec input = new LayerSpec.InputLayer("x", Shape.of(-1, -1, -1), DType.FLOAT32, axis);
            Graph graph = new Graph(List.of(new Graph.Node(input, List.of(), null),
                    new Graph.Node(new LayerSpec.Identity("same", "Dropout"), List.of(new Graph.Ref(0, 0)), null)),
                    List.of(0), List.of(new Graph.Output("y", new Graph.Ref(1, 0), axis),
                            new Graph.Output("rows", new Graph.Ref(1, 0))));
            try (Model model = model(graph, new Weights(Map.of())); Predictor predictor = model.predictor(4, 4)) {
                predictor.inputs().getFirst().set(values, shape);
                predictor.run();
                assertArrayEquals(values, predictor.output("y").toFloats());
                assertArrayEquals(shape, predictor.output("y").dims());
                float[] row = Answer.of(predictor, List.of()).getLast().outputs().get("rows");
                int stride = axis == 0 ? 12 : axis == 1 ? 4 : 1;
                assertEquals((shape[axis] - 1) * stride, row[0]);
                assertEquals(24 / shape[axis], row.length);
            }
        }
    }

    @Test
    void textsMoveToo() {
        LayerSpec input = new LayerSpec.InputLayer("x", Shape.of(2, -1), DType.STRING, 1);
        LayerSpec hashing = new PreprocessingLayer.Hashing("y", 1_000_000, false, "", false, 0, 0,
                PreprocessingLayer.OutputMode.INT);
        Graph graph = new Graph(
                List.of(new Graph.Node(input, List.of(), null),
                        new Graph.Node(hashing, List.of(new Graph.Ref(0, 0)), null)),
                List.of(0), List.of(new Graph.Output("ids", new Graph.Ref(1, 0), 1),
                        new Graph.Output("texts", new Graph.Ref(0, 0)),
                        new Graph.Output("moved", new Graph.Ref(0, 0), 1)));
        List<String> texts = List.of("a", "b", "c", "d", "e", "f");
        try (Model model = model(graph, new Weights(Map.of())); Predictor predictor = model.predictor(3, 2)) {
            for (Fill fill : List.<Fill>of(x -> x.set(texts, new int[] {2, 3}), x -> x.set(texts),
                    x -> x.set(TensorData.of(Shape.of(2, 3), texts)))) {
                fill.set(predictor.inputs().getFirst());
                predictor.run();
                assertEquals(List.of("a", "d", "b", "e", "c", "f"), predictor.output("texts").toStrings());
                assertEquals(texts, predictor.output("moved").toStrings());
                assertEquals(List.of("b", "e"), Answer.of(predictor, List.of()).get(1).texts().get("moved"));
            }
        }
    }

    @Test
    void withoutRowsTheWholeCallIsOne() {
        LayerSpec input = new LayerSpec.InputLayer("x", Shape.of(-1, 2), DType.FLOAT32, RowAxis.NONE);
        LayerSpec sum = new Operation.Reduce("sum", Operation.ReduceOp.SUM, List.of(1), false);
        Graph graph = new Graph(
                List.of(new Graph.Node(input, List.of(), null),
                        new Graph.Node(sum, List.of(new Graph.Ref(0, 0)), null)),
                List.of(0), List.of(new Graph.Output("y", new Graph.Ref(1, 0), RowAxis.NONE)));
        try (Model model = model(graph, new Weights(Map.of()));
                Predictor predictor = model.predictor(5, 3);
                Scorer scorer = model.scorer()) {
            InputTensor x = predictor.inputs().getFirst();
            assertEquals(RowAxis.NONE, x.rowAxis());
            assertEquals(Shape.of(-1, 2), x.shape());
            x.set(new float[] {1, 2, 3, 4, 5, 6}, new int[] {3, 2});
            predictor.run();
            assertArrayEquals(new float[] {9, 12}, predictor.outputs().getFirst().toFloats());
            assertArrayEquals(new int[] {2}, predictor.outputs().getFirst().dims());
            assertArrayEquals(new float[] {4, 6}, predictor.predict(1, 2, 3, 4));
            assertArrayEquals(new float[] {4, 6}, scorer.score(1, 2, 3, 4).values());
            String message = assertThrows(InvalidInputException.class, () -> x.set(new float[4], 2)).getMessage();
            assertEquals("input 'x' is given 2 rows, but its whole call is one: its shape is (None, 2) without an axis"
                    + " of rows", message);
            assertThrows(InvalidInputException.class, () -> x.set(new float[4], new int[] {1, 2, 2}));
            assertTrue(model.verify(new Examples(List.of(new Example(false,
                    List.of(TensorData.of(Shape.of(3, 2), 1, 2, 3, 4, 5, 6)),
                    List.of(TensorData.of(Shape.of(2), 9, 12)))), 0, 0)).passed());
        }
    }

    @Test
    void messagesSpeakOfTheArraysOfTheCaller() {
        try (Model model = identity(DType.FLOAT32, 1, 1); Predictor predictor = model.predictor(3, 2)) {
            InputTensor x = predictor.inputs().getFirst();
            x.set(STEPS_FIRST, SHAPE);
            assertEquals("x FLOAT32 (None, None, 2) with rows along axis 1", x.declared());
            assertEquals("input 'x' is given 12 values of shape (3, 2, 3), expected (None, None, 2) with rows along"
                    + " axis 1",
                    assertThrows(InvalidInputException.class, () -> x.set(STEPS_FIRST, new int[] {3, 2, 3}))
                            .getMessage());
            assertTrue(assertThrows(InvalidInputException.class, () -> x.set(new float[16], new int[] {2, 4, 2}))
                    .getMessage().startsWith("input 'x' has 4 rows, but"));
            assertTrue(assertThrows(InvalidInputException.class, () -> x.set(new float[16], new int[] {4, 2, 2}))
                    .getMessage().startsWith("input 'x' has 4 steps, but"));
            assertArrayEquals(SHAPE, x.dims());
            assertThrows(IndexOutOfBoundsException.class, () -> x.dim(3));
            assertThrows(IndexOutOfBoundsException.class, () -> x.dim(-1));
        }
    }

    @Test
    void anAxisThatIsNotThereIsRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> new LayerSpec.InputLayer("x", Shape.of(-1, 2), DType.FLOAT32, 2));
        assertThrows(IllegalArgumentException.class,
                () -> new LayerSpec.InputLayer("x", Shape.of(-1, 2), DType.FLOAT32, -2));
        assertThrows(IllegalArgumentException.class, () -> new Graph.Output("y", new Graph.Ref(0, 0), -2));
        assertTrue(assertThrows(UnsupportedModelException.class, () -> identity(DType.FLOAT32, 0, 3)).getMessage()
                .contains("output 'y' has 3 axes, but its rows along axis 3"));
    }

    /** Dense over features after a recurrent layer, steps first outside. */
    private static Model recurrent(KernelChoice twin, int rowAxis) {
        TestModels make = new TestModels(7);
        make.array("lstm/cell/kernel", 3, 16);
        make.array("lstm/cell/recurrent_kernel", 4, 16);
        make.array("lstm/cell/bias", 16);
        make.array("dense/kernel", 4, 2);
        make.array("dense/bias", 2);
        LayerSpec input = new LayerSpec.InputLayer("x", Shape.of(-1, -1, 3), DType.FLOAT32, rowAxis);
        LayerSpec lstm = new RecurrentLayer.Rnn("lstm",
                List.of(new RecurrentLayer.LstmCell("cell", 4, Activation.TANH, Activation.SIGMOID, true)), true, false,
                false, false, false);
        Graph graph = new Graph(
                List.of(new Graph.Node(input, List.of(), null),
                        new Graph.Node(lstm, List.of(new Graph.Ref(0, 0)), null),
                        new Graph.Node(new CoreLayer.Dense("dense", 2, Activation.LINEAR, true),
                                List.of(new Graph.Ref(1, 0)), null)),
                List.of(0), List.of(new Graph.Output("y", new Graph.Ref(2, 0), rowAxis)));
        return make.model(new ModelSpec("recurrent", graph), twin);
    }

    @Test
    void streamsAndWindowsGoStepByStep() {
        float[] sequence = new TestModels(3).floats(5 * 2 * 3, 1);
        try (Model model = recurrent(KernelChoice.SCALAR, 1);
                Predictor whole = model.predictor(2, 5);
                Stepper stepper = model.stepper(2);
                Stepper single = model.stepper();
                StateStore store = model.stateStore(9);
                Window window = model.window(5)) {
            whole.inputs().getFirst().set(sequence, new int[] {5, 2, 3});
            whole.run();
            float[] expected = whole.outputs().getFirst().toFloats();
            assertEquals(Shape.of(-1, -1, 3), stepper.inputs().getFirst().shape());
            float[] y = new float[4];
            float[] one = new float[2];
            for (int t = 0; t < 5; t++) {
                float[] x = Arrays.copyOfRange(sequence, t * 6, t * 6 + 6);
                float[] both = Arrays.copyOfRange(expected, t * 4, t * 4 + 4);
                // a step of some rows has the same order either way: its axis of steps has one place
                stepper.inputs().getFirst().set(x, new int[] {1, 2, 3});
                stepper.step();
                assertArrayEquals(both, stepper.outputs().getFirst().toFloats());
                single.step(Arrays.copyOf(x, 3), one);
                assertArrayEquals(Arrays.copyOf(both, 2), one);
                assertEquals(t == 4, window.step(Arrays.copyOf(x, 3), one));
            }
            assertArrayEquals(Arrays.copyOfRange(expected, 16, 18), one);
            for (int t = 0; t < 5; t++) {
                assertEquals(2, stepper.step(store, new long[] {8, 3},
                        Arrays.copyOfRange(sequence, t * 6, t * 6 + 6), y));
                assertArrayEquals(Arrays.copyOfRange(expected, t * 4, t * 4 + 4), y);
            }
        }
    }

    @Test
    void movingAllocatesNothing() {
        float[] x = new float[5 * 2 * 3];
        float[] y = new float[5 * 2 * 2];
        int[] shape = {5, 2, 3};
        for (KernelChoice twin : TestModels.twins()) {
            try (Model model = recurrent(twin, 1); Predictor predictor = model.predictor(2, 5)) {
                InputTensor input = predictor.inputs().getFirst();
                OutputTensor output = predictor.outputs().getFirst();
                TestModels.allocatesNothing("a call with moved rows", () -> {
                    input.set(x, shape);
                    predictor.run();
                    output.get(y);
                });
            }
        }
    }

    /** As of an ONNX output that every row of the call would give: the caller's array has no place for the others. */
    @Test
    void anOutputWithoutRowsIsThatOfTheFirstRow() {
        for (DType type : List.of(DType.FLOAT32, DType.INT32, DType.INT64)) {
            try (Model model = identity(type, RowAxis.FIRST, RowAxis.NONE);
                    Predictor predictor = model.predictor(3, 2)) {
                predictor.inputs().getFirst().set(new float[] {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4},
                        new int[] {3, 2, 2});
                predictor.run();
                OutputTensor y = predictor.outputs().getFirst();
                assertArrayEquals(new int[] {2, 2}, y.dims());
                assertEquals(4, y.size());
                assertArrayEquals(new float[] {1, 2, 3, 4}, y.toFloats());
                assertEquals(4, y.get(new float[4]));
                assertEquals(4, y.get(MemorySegment.ofArray(new long[4])));
                assertEquals(Shape.of(2, 2), y.toArray().shape());
                if (type != DType.FLOAT32) {
                    assertArrayEquals(new long[] {1, 2, 3, 4}, y.toLongs());
                    assertEquals(4, y.get(new int[4]));
                }
            }
        }
    }
}
