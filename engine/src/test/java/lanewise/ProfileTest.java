package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Pattern;
import lanewise.error.InvalidInputException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.ModelSpec;
import lanewise.spec.OperationTime;
import lanewise.spec.RecurrentLayer;
import org.junit.jupiter.api.Test;

/** Measuring where the time of a call goes, and how operations are listed. */
class ProfileTest {
    private final TestModels models = new TestModels(8);

    private Model model(boolean stateful) {
        models.array("rnn/cell/kernel", 3, 4 * 5);
        models.array("rnn/cell/recurrent_kernel", 5, 4 * 5);
        models.array("rnn/cell/bias", 4 * 5);
        models.array("dense/kernel", 5, 2);
        models.array("dense/bias", 2);
        RecurrentLayer.Cell cell = new RecurrentLayer.LstmCell("cell", 5, Activation.TANH, Activation.SIGMOID, true);
        ModelSpec spec = TestModels.chain(TestModels.floats(-1, 4, 3),
                new RecurrentLayer.Rnn("rnn", List.of(cell), false, false, false, stateful, false),
                new CoreLayer.Dense("dense", 2, Activation.SOFTMAX, true));
        return models.model(spec, ModelOptions.KernelChoice.SCALAR);
    }

    @Test
    void measuresEachOperationAndChangesNoAnswer() {
        float[] x = models.floats(12, 1);
        try (Model model = model(false); Predictor predictor = model.predictor()) {
            float[] expected = predictor.predict(x);
            List<OperationTime> times = predictor.profile(7);
            assertEquals(List.of("rnn", "dense", "dense"), times.stream().map(OperationTime::layer).toList());
            assertEquals(List.of("steps of 5 units", "matrix product", "softmax"),
                    times.stream().map(OperationTime::what).toList());
            assertTrue(times.stream().allMatch(time -> time.micros() >= 0), times.toString());
            assertArrayEquals(expected, predictor.output("out").toFloats());
            assertArrayEquals(expected, predictor.predict(x));
            assertThrows(InvalidInputException.class, () -> predictor.profile(0));
        }
    }

    @Test
    void statefulLayersTakeEachCallForTheNext() {
        float[] x = models.floats(12, 1);
        try (Model model = model(true); Predictor profiled = model.predictor(); Predictor called = model.predictor()) {
            profiled.predict(x);
            called.predict(x);
            profiled.profile(2);
            called.run();
            called.run();
            assertArrayEquals(called.predict(x), profiled.predict(x));
        }
    }

    /** Readers know layers, not our classes. */
    @Test
    void explainNamesNoClasses() {
        try (Model model = model(false)) {
            String listing = model.explain().substring(model.explain().indexOf("operations"));
            assertFalse(Pattern.compile("[a-z][A-Z]").matcher(listing).find(), listing);
            assertTrue(listing.contains("dense  matrix product"), listing);
        }
    }
}
