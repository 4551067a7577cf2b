package lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.error.InvalidSpecException;
import lanewise.error.UnsupportedModelException;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.LayerSpec;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import lanewise.text.TextVectorizer;
import org.junit.jupiter.api.Test;

/** What once ended in an exception of Java's own is refused with a message. */
class RefusedPartsTest {
    private static Model texts(int oovIndices, boolean invert) {
        LayerSpec input = invert ? TestModels.ids(-1, 2)
                : new LayerSpec.InputLayer("texts", Shape.of(-1, 2), DType.STRING);
        LayerSpec lookup = new PreprocessingLayer.Lookup("lookup", false, invert, oovIndices, "[UNK]", false, "", false,
                false, 0, 0, PreprocessingLayer.OutputMode.INT, 0);
        return Model.of(TestModels.chain(input, lookup),
                new Weights(Map.of("lookup/vocabulary", TensorData.of(Shape.of(2), List.of("a", "b")))), Examples.NONE,
                ModelOptions.DEFAULT.withWarmUpThread(false));
    }

    @Test
    void anArrayHasSizes() {
        assertEquals("an array has the shape (None,), expected sizes", assertThrows(InvalidSpecException.class,
                () -> TensorData.of(Shape.of(-1), 1f)).getMessage());
        int[] large = {Integer.MAX_VALUE, Integer.MAX_VALUE, 3};
        assertTrue(assertThrows(InvalidSpecException.class, () -> Shape.of(large)).getMessage().contains("too large"));
    }

    @Test
    void placesOfUnknownValuesAreCounted() {
        for (int places : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertTrue(assertThrows(UnsupportedModelException.class, () -> texts(places, true)).getMessage()
                    .contains("has " + places + " places for unknown values"));
        }
        assertTrue(assertThrows(UnsupportedModelException.class, () -> texts(-1, false)).getMessage()
                .contains("has -1 places for unknown values"));
    }

    @Test
    void textsThatWereNotSetAreRefused() {
        try (Model model = texts(1, false); Predictor predictor = model.predictor()) {
            assertTrue(assertThrows(IllegalStateException.class, predictor::run).getMessage()
                    .contains("input 'texts' was given no values"));
        }
    }

    @Test
    void aWindowOfTextsIsRefused() {
        try (Model model = texts(1, false)) {
            String message = assertThrows(InvalidInputException.class, () -> model.window(2)).getMessage();
            assertTrue(message.contains("input 'texts' holds STRING, a window takes floats or integers"), message);
        }
    }

    @Test
    void stepsBeyondIntegersAreRefused() {
        LayerSpec up = new ReshapingLayer.UpSampling("up", List.of(1 << 30), false, false);
        LayerSpec again = new ReshapingLayer.UpSampling("again", List.of(1 << 30), false, false);
        try (Model model = Model.of(TestModels.chain(TestModels.floats(new int[] {-1, -1, 3}), up, again),
                new Weights(Map.of()), Examples.NONE, ModelOptions.DEFAULT.withWarmUpThread(false))) {
            assertThrows(UnsupportedModelException.class, model::stepper);
        }
    }

    @Test
    void aSliceDropsAxesThatItTakesPartsOf() {
        for (int axis : new int[] {-1, 0, 2, 99}) {
            assertTrue(assertThrows(InvalidSpecException.class, () -> new ShapeOperation.Slice("s", List.of(0),
                    List.of(1), List.of(1), List.of(axis), List.of())).getMessage().contains("drops axis " + axis));
        }
    }

    /**
     * How many ids there are is known once the texts are split, and these have more words than the predictor has
     * steps.
     */
    @Test
    void anOutputOfARefusedCallHasNoValues() {
        LayerSpec split = new PreprocessingLayer.TextVectorization("texts", TextVectorizer.Standardize.NONE,
                TextVectorizer.Split.WHITESPACE, List.of(), PreprocessingLayer.OutputMode.INT, 0, 0);
        try (Model model = Model.of(
                TestModels.chain(new LayerSpec.InputLayer("x", Shape.of(-1, 1), DType.STRING), split),
                new Weights(Map.of("texts/vocabulary", TensorData.of(Shape.of(2), List.of("", "[UNK]")))),
                Examples.NONE, ModelOptions.DEFAULT.withWarmUpThread(false));
                Predictor predictor = model.predictor(1, 4)) {
            predictor.inputs().getFirst().set("a b c d e f");
            assertThrows(InvalidInputException.class, predictor::run);
            OutputTensor ids = predictor.outputs().getFirst();
            assertEquals("'" + ids.name() + "' has no values: the last call was refused before their number was known",
                    assertThrows(InvalidInputException.class, ids::toArray).getMessage());
            assertThrows(InvalidInputException.class, () -> ids.get(new int[99]));
            predictor.inputs().getFirst().set("a b");
            predictor.run();
            assertEquals(2, ids.toLongs().length);
        }
    }
}
