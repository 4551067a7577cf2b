package lanewise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.Predictor;
import lanewise.Verification;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.options.ModelOptions;
import lanewise.options.ModelOptions.KernelChoice;
import lanewise.options.Shortcut;
import lanewise.options.WeightFormats;
import lanewise.spec.Accuracy;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;
import lanewise.verify.AccuracyMeasurement;
import lanewise.verify.CaseFolder;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Replays the cases with narrow weights. What is expected is what the same weights give as floats, in double precision
 * and without shortcuts, as near as the case allows of float32.
 */
class NarrowWeightsTest {
    private static final ModelOptions VECTOR = ModelOptions.DEFAULT.withKernels(KernelChoice.VECTOR)
            .withWarmUpThread(false);
    private static final ModelOptions DOUBLE = VECTOR.withKernels(KernelChoice.DOUBLE).without(Shortcut.values());

    @TestFactory
    Stream<DynamicTest> conformance() {
        List<CaseFolder> cases = Conformance.folders().stream().map(CaseFolder::read)
                .filter(one -> one.kind().equals("predict"))
                // sums of the largest floats overflow, but not in double precision
                .filter(one -> !one.name().startsWith("values/")).toList();
        assertTrue(cases.size() >= 550, "only " + cases.size() + " cases found");
        return cases.stream().flatMap(one -> Stream.of(WeightFormat.BFLOAT16, WeightFormat.INT16)
                .map(format -> DynamicTest.dynamicTest(one.name() + " " + format, () -> check(one, format))));
    }

    /** Rounding moves no answer of the trained models by more than this, and changes no label. */
    @ParameterizedTest
    @CsvSource({"sentiment, BFLOAT16, 5e-3, 600", "sentiment, INT16, 1e-4, 600", "forecast, BFLOAT16, 5e-3, 0",
        "forecast, INT16, 1e-4, 0"})
    void trainedModelsKeepTheirAnswers(String name, WeightFormat format, double limit, int labels) {
        Imported imported = Importer.read(Conformance.MODELS.resolve(name));
        WeightFormats formats = new WeightFormats(format, Map.of());
        Accuracy.Output output = new AccuracyMeasurement(imported, formats, imported.examples().calls())
                .measure(limit).outputs().getFirst();
        assertTrue(output.largest() > 0 && output.largest() <= limit, output.toString());
        assertEquals(labels, output.labels());
        assertEquals(0, output.changed());
        try (Model model = imported.with(formats).toModel(VECTOR)) {
            Verification verification = model.verify(imported.examples(), limit);
            assertTrue(verification.passed() && verification.maxError() <= limit, verification.toString());
        }
    }

    private static void check(CaseFolder folder, WeightFormat format) {
        Imported original = folder.models(ImportOptions.DEFAULT).values().iterator().next().read()
                .with(folder.examples());
        Weights narrow = new WeightFormats(format, Map.of()).apply(original.spec(), original.weights());
        if (narrow.narrow().isEmpty()) {
            return;
        }
        ModelOptions vector = VECTOR.withCustomLayers(original.custom());
        try (Model wide = Model.of(original.spec(), decode(narrow), Examples.NONE,
                DOUBLE.withCustomLayers(original.custom()));
                Model model = Model.of(original.spec(), narrow, Examples.NONE, vector)) {
            Examples expected = run(wide, original.examples());
            Verification verification = model.verify(expected).within(0);
            assertTrue(verification.passed(), () -> verification.failure().orElseThrow().message());
        }
    }

    /** Float weights of the same values. */
    private static Weights decode(Weights weights) {
        Map<String, TensorData> arrays = new LinkedHashMap<>(weights.arrays());
        weights.narrow().forEach((key, array) -> arrays.put(key, array.decode()));
        return new Weights(arrays);
    }

    /** The same calls with what a model answers. */
    private static Examples run(Model model, Examples examples) {
        List<Example> calls = new ArrayList<>();
        int rows = 1;
        int steps = 16;
        for (Example call : examples.calls()) {
            for (TensorData input : call.inputs()) {
                for (int size : input.shape().dims()) {
                    rows = Math.max(rows, size);
                    steps = Math.max(steps, size);
                }
            }
        }
        try (Predictor predictor = model.predictor(rows, steps)) {
            for (Example call : examples.calls()) {
                if (call.reset()) {
                    predictor.resetStates();
                }
                Conformance.setNumbers(predictor, call);
                predictor.run();
                calls.add(new Example(call.reset(), call.inputs(),
                        predictor.outputs().stream().map(OutputTensor::toArray).toList()));
            }
        }
        return new Examples(calls, examples.absolute(), examples.relative());
    }
}
