package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.ModelSpec;
import lanewise.spec.Operation;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import org.junit.jupiter.api.Test;

/** Inputs take arrays of any type that fits them. */
class TensorDataInputTest {
    private static float[] run(DType type, LayerSpec layer, TensorData data) {
        LayerSpec input = new LayerSpec.InputLayer("x", Shape.of(Shape.ANY, 2), type);
        Graph graph = new Graph(
                List.of(new Graph.Node(input, List.of(), null),
                        new Graph.Node(layer, List.of(new Graph.Ref(0, 0)), null)),
                List.of(0), List.of(new Graph.Output("y", new Graph.Ref(1, 0))));
        try (Model model = Model.of(new ModelSpec("m", graph), new Weights(Map.of()), Examples.NONE,
                ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR).withWarmUpThread(false));
                Predictor predictor = model.predictor(3, 1)) {
            predictor.inputs().getFirst().set(data);
            predictor.run();
            return predictor.outputs().getFirst().toFloats();
        }
    }

    private static float[] absolute(DType type, TensorData data) {
        return run(type, new Operation.Map("y", MapOp.ABSOLUTE), data);
    }

    @Test
    void numbersOfAnyTypeAreTaken() {
        Shape two = Shape.of(2, 2);
        assertArrayEquals(new float[] {1.5f, 2, 3, 4}, absolute(DType.FLOAT32, TensorData.of(two, -1.5f, 2, -3, 4)));
        assertArrayEquals(new float[] {1, 2, 3, 4}, absolute(DType.INT32, TensorData.of(two, -1L, 2L, -3L, 4L)));
        assertArrayEquals(new float[] {1, 2, 3, 4},
                absolute(DType.INT32, TensorData.of(DType.INT32, two, -1, 2, -3, 4)));
    }

    @Test
    void textsGoToLayersThatReadTexts() {
        LayerSpec hashing = new PreprocessingLayer.Hashing("y", 1_000_000, false, "", false, 0, 0,
                PreprocessingLayer.OutputMode.INT);
        float[] ids = run(DType.STRING, hashing, TensorData.of(Shape.of(1, 2), List.of("a", "b")));
        float[] swapped = run(DType.STRING, hashing, TensorData.of(Shape.of(1, 2), List.of("b", "a")));
        assertNotEquals(ids[0], ids[1]);
        assertArrayEquals(new float[] {ids[1], ids[0]}, swapped);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThrows(InvalidInputException.class,
                () -> absolute(DType.FLOAT32, TensorData.of(Shape.of(4), 1, 2f, 3, 4)));
        assertThrows(InvalidInputException.class,
                () -> absolute(DType.FLOAT32, TensorData.of(Shape.of(1, 2), List.of("a", "b"))));
        assertThrows(InvalidInputException.class,
                () -> absolute(DType.INT32, TensorData.of(Shape.of(1, 2), 1L << 40, 1L)));
    }
}
