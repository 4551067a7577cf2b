package lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.TestModels;
import lanewise.error.InvalidInputException;
import lanewise.error.UnsupportedModelException;
import lanewise.fold.ConstantFolding;
import lanewise.options.ModelOptions;
import lanewise.spec.AxisOperation;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.Operation.Pair;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.Reduce;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import org.junit.jupiter.api.Test;

/** Operations along an axis give what their definitions say; numpy's names for the same are in the comments. */
class AxisOperationsTest {
    private static final TensorData X = floats(Shape.of(2, 3, 2), 5, 1, 3, 2, 4, 6, -1, 0, 7, -3, 2, 2);

    private static TensorData floats(Shape shape, float... values) {
        return TensorData.of(shape, values);
    }

    private static TensorData ints(Shape shape, int... values) {
        return TensorData.of(DType.INT32, shape, values);
    }

    private static void gives(TensorData got, Shape shape, float... values) {
        assertEquals(shape, got.shape());
        assertEquals(DType.FLOAT32, got.dtype());
        assertArrayEquals(values, got.toFloats());
    }

    private static void givesIntegers(TensorData got, Shape shape, int... values) {
        assertEquals(shape, got.shape());
        assertEquals(DType.INT32, got.dtype());
        assertArrayEquals(values, got.toInts());
    }

    /** take_along_axis: each value has a position of its own, or shares one along an axis of size 1. */
    @Test
    void takesAlongAnAxis() {
        LayerSpec take = new AxisOperation.TakeAlongAxis("take", 1);
        gives(ConstantFolding.compute(take, X, ints(Shape.of(2, 1, 2), 2, -3, 0, 1)), Shape.of(2, 1, 2), 4, 1, -1, -3);
        gives(ConstantFolding.compute(take, X, ints(Shape.of(2, 2, 1), 2, 0, 1, 1)), Shape.of(2, 2, 2), 4, 6, 5, 1, 7,
                -3, 7, -3);
        LayerSpec last = new AxisOperation.TakeAlongAxis("take", -1);
        givesIntegers(
                ConstantFolding.compute(last, ints(Shape.of(2, 2), 1, 2, 3, 4),
                        ints(Shape.of(2, 3), 0, 1, -1, 1, 1, -2)),
                Shape.of(2, 3), 1, 2, 2, 4, 4, 3);
        for (int bad : new int[] {2, -3}) {
            InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> ConstantFolding
                    .compute(last, ints(Shape.of(1, 2), 1, 2), ints(Shape.of(1, 1), bad)));
            assertEquals("layer 'take': position " + bad + " is outside of its axis, expected -2 to 1",
                    refusal.getMessage());
        }
        assertThrows(UnsupportedModelException.class,
                () -> ConstantFolding.compute(take, X, ints(Shape.of(2, 1), 0, 0)));
    }

    /** For each row, take. */
    @Test
    void gathersPartsOfEachRow() {
        LayerSpec steps = new AxisOperation.Gather("gather", 1);
        gives(ConstantFolding.compute(steps, X, ints(Shape.of(2), 2, -3)), Shape.of(2, 2), 4, 6, -1, 0);
        gives(ConstantFolding.compute(steps, X, ints(Shape.of(2, 2), 0, 0, 2, 1)), Shape.of(2, 2, 2), 5, 1, 5, 1, 2,
                2, 7, -3);
        LayerSpec features = new AxisOperation.Gather("gather", -1);
        gives(ConstantFolding.compute(features, X, ints(Shape.of(2, 1, 1), 1, 0)), Shape.of(2, 3, 1, 1), 1, 2, 6, -1,
                7, 2);
    }

    /** A table that all rows share. */
    @Test
    void gathersFromATableOfTheModel() {
        TestModels models = new TestModels(1);
        float[] table = models.array("table/value", 1, 4, 3);
        LayerSpec input = TestModels.ids(-1, Shape.ANY);
        Graph graph = new Graph(
                List.of(new Graph.Node(input, List.of(), null),
                        new Graph.Node(new lanewise.spec.Operation.Constant("table"), List.of(), null),
                        new Graph.Node(new AxisOperation.Gather("gather", 1),
                                List.of(new Graph.Ref(1, 0), new Graph.Ref(0, 0)), null)),
                List.of(0), List.of(new Graph.Output("out", new Graph.Ref(2, 0))));
        for (ModelOptions.KernelChoice twin : TestModels.twins()) {
            try (Model model = models.model(new ModelSpec("m", graph), twin);
                    Predictor predictor = model.predictor(2, 2)) {
                predictor.inputs().getFirst().set(ints(Shape.of(2, 2), 3, 0, 1, 1));
                predictor.run();
                float[] got = predictor.outputs().getFirst().toFloats();
                int[] ids = {3, 0, 1, 1};
                for (int i = 0; i < got.length; i++) {
                    assertEquals(table[ids[i / 3] * 3 + i % 3], got[i]);
                }
            }
        }
    }

    @Test
    void oneHotVectors() {
        LayerSpec last = new AxisOperation.OneHot("hot", 3, -1);
        gives(ConstantFolding.compute(last, ints(Shape.of(2, 2), 0, 2, 3, -1)), Shape.of(2, 2, 3), 1, 0, 0, 0, 0, 1, 0,
                0, 0, 0, 0, 0);
        gives(ConstantFolding.compute(last, floats(Shape.of(1, 2), 1.9f, -0.5f)), Shape.of(1, 2, 3), 0, 1, 0, 1, 0, 0);
        LayerSpec first = new AxisOperation.OneHot("hot", 3, 1);
        gives(ConstantFolding.compute(first, ints(Shape.of(1, 2), 0, 2)), Shape.of(1, 3, 2), 1, 0, 0, 0, 0, 1);
    }

    /** cumsum, cumprod and their forms in ONNX. */
    @Test
    void sumsUpToEachValue() {
        gives(ConstantFolding.compute(new AxisOperation.Cumulate("c", ReduceOp.SUM, 1, false, false), X),
                Shape.of(2, 3, 2), 5, 1, 8, 3, 12, 9, -1, 0, 6, -3, 8, -1);
        gives(ConstantFolding.compute(new AxisOperation.Cumulate("c", ReduceOp.SUM, 1, true, true), X),
                Shape.of(2, 3, 2), 7, 8, 4, 6, 0, 0, 9, -1, 2, 2, 0, 0);
        gives(ConstantFolding.compute(new AxisOperation.Cumulate("c", ReduceOp.PROD, 2, true, false), X),
                Shape.of(2, 3, 2), 1, 5, 1, 3, 1, 4, 1, -1, 1, 7, 1, 2);
        gives(ConstantFolding.compute(new AxisOperation.Cumulate("c", ReduceOp.MAX, 1, false, false), X),
                Shape.of(2, 3, 2), 5, 1, 5, 2, 5, 6, -1, 0, 7, 0, 7, 2);
        TensorData truth = TensorData.of(DType.BOOL, Shape.of(1, 3), 1, 0, 1);
        givesIntegers(ConstantFolding.compute(new AxisOperation.Cumulate("c", ReduceOp.SUM, 1, false, false), truth),
                Shape.of(1, 3), 1, 1, 2);
        assertThrows(UnsupportedModelException.class, () -> ConstantFolding
                .compute(new AxisOperation.Cumulate("c", ReduceOp.MAX, 1, true, false), X));
        assertThrows(UnsupportedModelException.class, () -> ConstantFolding
                .compute(new AxisOperation.Cumulate("c", ReduceOp.MEAN, 1, false, false), X));
    }

    @Test
    void sortsStably() {
        float nan = Float.NaN;
        TensorData x = floats(Shape.of(1, 6), 3, nan, -0f, 0, 3, -1);
        gives(ConstantFolding.compute(new AxisOperation.Sort("s", 1, false, false), x), Shape.of(1, 6), -1, -0f, 0, 3,
                3, nan);
        givesIntegers(ConstantFolding.compute(new AxisOperation.Sort("s", 1, false, true), x), Shape.of(1, 6), 5, 2, 3,
                0, 4,
                1);
        givesIntegers(ConstantFolding.compute(new AxisOperation.Sort("s", 1, true, true), x), Shape.of(1, 6), 1, 0, 4,
                2, 3,
                5);
        gives(ConstantFolding.compute(new AxisOperation.Sort("s", 1, false, false), X), Shape.of(2, 3, 2), 3, 1, 4, 2,
                5, 6, -1, -3, 2, 0, 7, 2);
    }

    /** triu and tril. */
    @Test
    void triangles() {
        TensorData x = floats(Shape.of(1, 2, 3), 1, 2, 3, 4, Float.NaN, 6);
        gives(ConstantFolding.compute(new AxisOperation.Triangle("t", 0, true), x), Shape.of(1, 2, 3), 1, 2, 3, 0,
                Float.NaN, 6);
        gives(ConstantFolding.compute(new AxisOperation.Triangle("t", 1, true), x), Shape.of(1, 2, 3), 0, 2, 3, 0, 0,
                6);
        gives(ConstantFolding.compute(new AxisOperation.Triangle("t", 0, false), x), Shape.of(1, 2, 3), 1, 0, 0, 4,
                Float.NaN, 0);
        gives(ConstantFolding.compute(new AxisOperation.Triangle("t", -5, false), x), Shape.of(1, 2, 3), 0, 0, 0, 0, 0,
                0);
        gives(ConstantFolding.compute(new AxisOperation.Triangle("t", -5, true), x), Shape.of(1, 2, 3), x.toFloats());
        UnsupportedModelException refusal = assertThrows(UnsupportedModelException.class, () -> ConstantFolding
                .compute(new AxisOperation.Triangle("t", 0, true), floats(Shape.of(1, 2), 1, 2)));
        assertTrue(refusal.getMessage().contains("expected at least a matrix in each row"), refusal.getMessage());
    }

    /** A size that only the call knows. */
    @Test
    void positionsOfAnOpenAxis() {
        List<Graph.Node> nodes = new ArrayList<>();
        nodes.add(new Graph.Node(TestModels.floats(-1, Shape.ANY, 2), List.of(), null));
        nodes.add(new Graph.Node(new AxisOperation.Positions("at", 1), List.of(new Graph.Ref(0, 0)), null));
        nodes.add(new Graph.Node(new Reduce("sum", ReduceOp.SUM, List.of(2), false), List.of(new Graph.Ref(0, 0)),
                null));
        nodes.add(new Graph.Node(new Pair("add", PairOp.ADD, 0, false),
                List.of(new Graph.Ref(2, 0), new Graph.Ref(1, 0)), null));
        ModelSpec spec = new ModelSpec("m",
                new Graph(nodes, List.of(0), List.of(new Graph.Output("out", new Graph.Ref(3, 0)))));
        for (ModelOptions.KernelChoice twin : TestModels.twins()) {
            try (Model model = new TestModels(1).model(spec, twin); Predictor predictor = model.predictor(2, 5)) {
                for (int steps : new int[] {1, 3, 5}) {
                    predictor.inputs().getFirst().set(floats(Shape.of(2, steps, 2), new float[2 * steps * 2]));
                    predictor.run();
                    float[] got = predictor.outputs().getFirst().toFloats();
                    for (int i = 0; i < 2 * steps; i++) {
                        assertEquals(i % steps, got[i]);
                    }
                }
            }
        }
    }

    /** Integers stay integers, also where floats could not hold them. */
    @Test
    void integersAreExact() {
        TensorData x = ints(Shape.of(1, 2), 16_777_217, -7);
        givesIntegers(ConstantFolding.compute(new Pair("p", PairOp.ADD, 2, false), x), Shape.of(1, 2), 16_777_219, -5);
        givesIntegers(ConstantFolding.compute(new Pair("p", PairOp.MOD, 10, false), x), Shape.of(1, 2), 7, 3);
        givesIntegers(ConstantFolding.compute(new Pair("p", PairOp.MULTIPLY, 0, false), x, x), Shape.of(1, 2),
                (1 << 25) + 1, 49);
        gives(ConstantFolding.compute(new Pair("p", PairOp.MULTIPLY, 0.5f, false), x), Shape.of(1, 2), 8388608.5f,
                -3.5f);
        givesIntegers(ConstantFolding.compute(new Reduce("r", ReduceOp.SUM, List.of(1), false), x), Shape.of(1),
                16_777_210);
        givesIntegers(ConstantFolding.compute(new Reduce("r", ReduceOp.MAX, List.of(1), true), x), Shape.of(1, 1),
                16_777_217);
        InvalidInputException refusal = assertThrows(InvalidInputException.class,
                () -> ConstantFolding.compute(new Pair("p", PairOp.MOD, 0, false), x));
        assertEquals("layer 'p': divides an integer by zero", refusal.getMessage());
        UnsupportedModelException floats = assertThrows(UnsupportedModelException.class,
                () -> ConstantFolding.compute(new Pair("p", PairOp.GCD, 2, false), X));
        assertTrue(floats.getMessage().contains("expected integers"), floats.getMessage());
    }

    @Test
    void callsAllocateNothing() {
        List<LayerSpec> operations = List.of(new AxisOperation.OneHot("hot", 4, 1),
                new AxisOperation.Cumulate("sum", ReduceOp.SUM, 2, false, true),
                new AxisOperation.Sort("sort", 1, true, false), new AxisOperation.Triangle("triangle", 1, true));
        List<LayerSpec> layers = new ArrayList<>(List.of(TestModels.ids(-1, 7)));
        layers.addAll(operations);
        try (Model model = new TestModels(1).model(TestModels.chain(layers.toArray(LayerSpec[]::new)),
                ModelOptions.KernelChoice.SCALAR); Predictor predictor = model.predictor(2, 1)) {
            predictor.inputs().getFirst().set(ints(Shape.of(2, 7), 0, 1, 2, 3, 4, 3, 2, 1, 0, 1, 2, 3, 3, 3));
            TestModels.allocatesNothing("operations along an axis", predictor::run);
        }
    }
}
