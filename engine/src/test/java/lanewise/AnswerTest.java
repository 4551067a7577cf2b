package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import lanewise.error.InvalidInputException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.Examples;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import org.junit.jupiter.api.Test;

/** Scorers that grow, and answers with labels. */
class AnswerTest {
    private static final ModelOptions QUIET = ModelOptions.DEFAULT.withWarmUpThread(false);

    /** A model that gives its input back. */
    private static Model identity(int features, String... labels) {
        ModelSpec spec = TestModels.chain(TestModels.floats(new int[] {-1, features}), new CoreLayer.Activate("same",
                Activation.LINEAR));
        return Model.of(spec.with(null, List.of(labels)), new TestModels(1).weights(), Examples.NONE, QUIET);
    }

    @Test
    void labelsAreRanked() {
        try (Model model = identity(3, "a", "b", "c"); Scorer scorer = model.scorer()) {
            Answer answer = scorer.score(0.2f, 0.4f, 0.4f);
            assertEquals(new Label("b", 1, 0.4f), answer.label());
            assertEquals(List.of("b", "c", "a"), answer.top(5).stream().map(Label::name).toList());
            assertEquals(List.of("b"), answer.top(1).stream().map(Label::name).toList());
            assertEquals(List.of(), answer.top(0));
            assertArrayEquals(new float[] {0.2f, 0.4f, 0.4f}, answer.values());
            assertEquals(OptionalInt.empty(), answer.knownWords());
        }
    }

    @Test
    void everyRowOfACallHasItsAnswer() {
        try (Model model = identity(2); Predictor predictor = model.predictor(3, 1)) {
            predictor.predict(new float[] {1, 2, 3, 4, 6, 5}, 3, new float[6]);
            List<Answer> answers = Answer.of(predictor, List.of("a", "b"));
            assertEquals(List.of("b", "b", "a"), answers.stream().map(a -> a.label().name()).toList());
            assertArrayEquals(new float[] {3, 4}, answers.get(1).values());
            assertEquals("y", answers.getLast().withLabels(List.of("y", "z")).label().name());
            assertThrows(UnsupportedOperationException.class, () -> answers.getFirst().outputs().clear());
        }
    }

    /** One probability stands for two labels. */
    @Test
    void oneValueSpeaksForTwoLabels() {
        try (Model model = identity(1, "no", "yes"); Scorer scorer = model.scorer()) {
            assertEquals(new Label("yes", 1, 0.5f), scorer.score(0.5f).label());
            assertEquals(new Label("no", 0, 0.75f), scorer.score(0.25f).label());
            assertEquals(List.of("no", "yes"), scorer.score(0.25f).top(2).stream().map(Label::name).toList());
        }
    }

    @Test
    void labelsThatDoNotFitAreNamed() {
        try (Model model = identity(3, "a", "b");
                Scorer scorer = model.scorer();
                Model plain = identity(3);
                Scorer none = plain.scorer()) {
            InvalidInputException e = assertThrows(InvalidInputException.class, scorer.score(1, 2, 3f)::label);
            assertEquals("there are 2 labels [a, b], but the first output has 3 values a row", e.getMessage());
            Answer answer = none.score(1, 2, 3f);
            assertFalse(answer.hasLabels());
            assertThrows(InvalidInputException.class, answer::label);
            assertThrows(InvalidInputException.class, () -> none.score(1, 2f));
        }
    }

    @Test
    void aScorerGrowsWithItsCalls() {
        ModelSpec spec = TestModels.chain(TestModels.floats(-1, -1, 2),
                new CoreLayer.Activate("same", Activation.LINEAR));
        try (Model model = Model.of(spec, new TestModels(1).weights(), Examples.NONE, QUIET);
                Scorer scorer = model.scorer()) {
            float[] small = {1, 2, 3, 4};
            float[] large = new float[2000];
            Arrays.fill(large, 7);
            assertArrayEquals(small, scorer.score(small).values());
            Predictor first = scorer.predictor(1, 2);
            assertArrayEquals(large, scorer.score(large).values());
            assertTrue(scorer.predictor(1, 1000) != first);
            assertThrows(IllegalStateException.class, first::run);
            assertArrayEquals(small, scorer.score(small).values());
            Scorer closed = model.scorer();
            closed.score(small);
            closed.close();
            assertThrows(IllegalStateException.class, () -> closed.score(small));
        }
    }

    /** A row by name: nested, flat, or with its batch of one; its answer has the shape of a row. */
    @Test
    void rowsByName() {
        ModelSpec spec = TestModels.chain(TestModels.floats(new int[] {-1, -1, 2}), new CoreLayer.Activate("same",
                Activation.LINEAR));
        try (Model model = Model.of(spec, new TestModels(1).weights(), Examples.NONE, QUIET);
                Scorer scorer = model.scorer()) {
            String in = scorer.predictor(1, 1).inputs().getFirst().name();
            float[] values = new float[200];
            for (int i = 0; i < values.length; i++) {
                values[i] = i;
            }
            for (Shape shape : List.of(Shape.of(100, 2), Shape.of(200), Shape.of(1, 100, 2))) {
                Answer answer = scorer.score(Map.of(in, TensorData.of(shape, values)));
                assertArrayEquals(values, answer.values());
                TensorData array = answer.arrays().values().iterator().next();
                assertEquals(Shape.of(100, 2), array.shape());
                assertArrayEquals(values, array.toFloats());
            }
            for (Shape shape : List.of(Shape.of(50, 4), Shape.of(2, 50, 2), Shape.of(25, 8))) {
                assertThrows(InvalidInputException.class,
                        () -> scorer.score(Map.of(in, TensorData.of(shape, values))), shape.toString());
            }
            assertThrows(InvalidInputException.class,
                    () -> scorer.score(Map.of(in, TensorData.of(Shape.of(3), 1f, 2, 3))));
            assertThrows(InvalidInputException.class, () -> scorer.score(Map.of()));
            assertThrows(InvalidInputException.class,
                    () -> scorer.score(
                            Map.of(in, TensorData.of(Shape.of(1, 2), 1f, 2), "other", TensorData.of(Shape.of(1), 1f))));
            List<Answer> two = scorer.scoreRows(Map.of(in, TensorData.of(Shape.of(2, 50, 2), values)));
            assertArrayEquals(Arrays.copyOfRange(values, 100, 200), two.get(1).values());
            assertEquals(2, scorer.predictor(1, 1).outputs().getFirst().dim(0));
        }
    }
}
