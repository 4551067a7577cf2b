package lanewise.cli.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.Predictor;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.error.LanewiseException;
import lanewise.options.ModelOptions;
import lanewise.options.WeightFormats;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import lanewise.verify.CaseFolder;
import org.junit.jupiter.api.Test;

/**
 * Gates that are shown are those that the engine computes with: their states are the engine's, and no answer
 * changes.
 */
class TracedCallTest {
    private static final Path MODELS = Path.of(System.getProperty("models"));
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withWarmUpThread(false)
            .withKernels(ModelOptions.KernelChoice.SCALAR);

    private final Set<String> seen = new HashSet<>();

    /** Follows the first call of a model; returns how many cells were watched. */
    private int follow(String name, Imported imported, double tolerance) {
        if (imported.examples().calls().isEmpty()) {
            return 0;
        }
        ModelOptions options = OPTIONS.withCustomLayers(imported.custom());
        Example call = imported.examples().calls().getFirst();
        TracedCall traced = TracedCall.of(imported.spec(), imported.weights(), options, call);
        try (Model model = imported.toModel(options); Predictor predictor = model.predictor(List.of(call))) {
            for (int i = 0; i < predictor.inputs().size(); i++) {
                predictor.inputs().get(i).set(call.inputs().get(i));
            }
            predictor.run();
            List<TensorData> plain = predictor.outputs().stream().map(OutputTensor::toArray).toList();
            for (int i = 0; i < plain.size(); i++) {
                assertEquals(bits(plain.get(i)), bits(traced.outputs().get(i)), name);
            }
        }
        for (GateTrace trace : traced.traces()) {
            assertTrue(trace.difference() <= tolerance, name + " " + trace.path() + ": " + trace.difference());
            seen.addAll(trace.values().keySet());
        }
        return traced.traces().size();
    }

    private static List<Object> bits(TensorData array) {
        List<Object> all = new ArrayList<>(array.shape().dims());
        if (array.dtype() == DType.STRING) {
            all.addAll(array.strings());
        } else if (array.dtype() == DType.FLOAT32) {
            for (float value : array.toFloats()) {
                all.add(Float.isNaN(value) ? "NaN" : Float.floatToRawIntBits(value));
            }
        } else {
            for (long value : array.toLongs()) {
                all.add(value);
            }
        }
        return all;
    }

    /** Every recurrent layer of the cases: all activations, masks, directions, first states, stacks, nested models. */
    @Test
    void statesAreTheEngines() {
        int watched = 0;
        int models = 0;
        for (String group : List.of("recurrent", "cells", "masking", "onnx_recurrent", "topology", "architectures",
                "torch")) {
            for (Path folder : CaseFolder.below(MODELS.resolve("conformance").resolve(group))) {
                CaseFolder given = CaseFolder.read(folder);
                for (CaseFolder.Reader reader : given.models(ImportOptions.DEFAULT).values()) {
                    Imported imported;
                    try {
                        imported = reader.read().with(given.examples());
                        imported.toModel(OPTIONS).close();
                    } catch (LanewiseException e) {
                        continue;
                    }
                    int cells = follow(folder.getFileName().toString(), imported, 2e-5);
                    watched += cells;
                    models += cells > 0 ? 1 : 0;
                    break;
                }
            }
        }
        assertTrue(models >= 240 && watched > models, models + " models, " + watched + " cells");
        assertEquals(Set.of(GateNames.INPUT, GateNames.FORGET, GateNames.CANDIDATE, GateNames.CELL, GateNames.OUTPUT,
                GateNames.HIDDEN, GateNames.UPDATE, GateNames.RESET), seen);
    }

    @Test
    void roundedWeightsAreFollowedAsTheyAreKept() {
        for (WeightFormat format : List.of(WeightFormat.BFLOAT16, WeightFormat.INT16)) {
            for (String name : List.of("sentiment", "forecast")) {
                Imported imported = Importer.read(MODELS.resolve(name)).with(WeightFormats.parse(
                        format.name().toLowerCase(Locale.ROOT)));
                assertTrue(follow(name, imported, 1e-5) > 0);
            }
        }
    }

    /** A masked step leaves the state and has no gates. */
    @Test
    void maskedStepsAreMarked() {
        Path folder = MODELS.resolve("conformance/masking/embedding_post__lstm");
        CaseFolder given = CaseFolder.read(folder);
        Imported imported = given.models(ImportOptions.DEFAULT).values().iterator().next().read()
                .with(given.examples());
        TracedCall traced = TracedCall.of(imported.spec(), imported.weights(), OPTIONS,
                imported.examples().calls().getFirst());
        GateTrace trace = traced.traces().getFirst();
        int last = trace.steps() - 1;
        assertTrue(trace.masked()[last], "the first row of this case is padded at its end");
        assertEquals(null, trace.values().get(GateNames.FORGET)[last]);
        assertEquals(trace.values().get(GateNames.HIDDEN)[last - 1][0], trace.values().get(GateNames.HIDDEN)[last][0]);
    }
}
