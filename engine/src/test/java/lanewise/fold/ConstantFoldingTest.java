package lanewise.fold;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.error.InvalidInputException;
import lanewise.error.UnsupportedModelException;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.ModelSpec;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import org.junit.jupiter.api.Test;

/** Layers on known values give what a model gives. */
class ConstantFoldingTest {
    private static final TensorData X = TensorData.of(Shape.of(2, 3), 0.1f, -2.7f, 1e-3f, 40f, -0f, Float.NaN);

    @Test
    void givesTheBitsOfACall() {
        for (MapOp op : List.of(MapOp.ERF, MapOp.SIN, MapOp.LOG, MapOp.SQUARE)) {
            Operation.Map map = new Operation.Map("f", op);
            LayerSpec input = new LayerSpec.InputLayer("x", Shape.of(Shape.ANY, 3), DType.FLOAT32);
            Graph graph = new Graph(
                    List.of(new Graph.Node(input, List.of(), null),
                            new Graph.Node(map, List.of(new Graph.Ref(0, 0)), null)),
                    List.of(0), List.of(new Graph.Output("y", new Graph.Ref(1, 0))));
            try (Model model = Model.of(new ModelSpec("m", graph), new Weights(Map.of()), Examples.NONE,
                    ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR).withWarmUpThread(false));
                    Predictor predictor = model.predictor(2, 1)) {
                predictor.inputs().getFirst().set(X);
                predictor.run();
                assertArrayEquals(predictor.outputs().getFirst().toFloats(),
                        ConstantFolding.compute(map, X).toFloats(), op.name());
            }
        }
    }

    @Test
    void arraysAreBroadcastAndReduced() {
        TensorData y = TensorData.of(Shape.of(1, 3), 10f, 20f, 30f);
        Operation.Pair product = new Operation.Pair("p", PairOp.MULTIPLY, 0, false);
        assertArrayEquals(new float[] {0.1f * 2, -2.7f * 2, 1e-3f * 2, 40f * 3, -0f, Float.NaN},
                ConstantFolding.compute(product, X, TensorData.of(Shape.of(2, 1), 2f, 3f)).toFloats());
        TensorData sum = ConstantFolding.compute(new Operation.Reduce("s", ReduceOp.SUM, List.of(1), true), y);
        assertEquals(Shape.of(1, 1), sum.shape());
        assertArrayEquals(new float[] {60f}, sum.toFloats());
        TensorData less = ConstantFolding.compute(new Operation.Pair("l", PairOp.LESS, 15f, false), y);
        assertEquals(DType.BOOL, less.dtype());
        assertArrayEquals(new int[] {1, 0, 0}, less.toInts());
        TensorData cast = ConstantFolding.compute(new Operation.Map("c", MapOp.TO_INT), y);
        assertEquals(DType.INT32, cast.dtype());
        assertArrayEquals(new int[] {10, 20, 30}, cast.toInts());
    }

    @Test
    void whatCannotBeComputedIsRefused() {
        Operation.Pair sum = new Operation.Pair("sum", PairOp.ADD, 0, false);
        TensorData other = TensorData.of(Shape.of(2, 2), 1f, 2f, 3f, 4f);
        UnsupportedModelException refusal = assertThrows(UnsupportedModelException.class,
                () -> ConstantFolding.compute(sum, X, other));
        assertTrue(refusal.getMessage().contains("'sum'"), refusal.getMessage());
        assertThrows(IllegalArgumentException.class,
                () -> ConstantFolding.compute(sum, X, TensorData.of(Shape.of(2), 1L, 2L)));
        assertThrows(InvalidInputException.class,
                () -> ConstantFolding.compute(sum, X, TensorData.of(Shape.of(3, 3), new float[9])));
    }
}
