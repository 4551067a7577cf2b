package lanewise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.Verification;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.options.ModelOptions;
import lanewise.verify.CaseFolder;
import lanewise.verify.CaseResult;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Replays the trained models and the cases that real Keras saved, with both kernel twins. */
class ModelsTest {
    @TestFactory
    Stream<DynamicTest> conformance() throws IOException {
        List<Path> cases = Conformance.folders();
        assertTrue(cases.size() >= 602, "only " + cases.size() + " cases found");
        return cases.stream()
                .flatMap(folder -> Stream.of(ModelOptions.KernelChoice.SCALAR, ModelOptions.KernelChoice.VECTOR)
                        .map(twin -> DynamicTest.dynamicTest(Conformance.MODELS.relativize(folder) + " " + twin, () -> {
                            CaseResult result = CaseResult.of(CaseFolder.read(folder),
                                    ImportOptions.DEFAULT.withModel(
                                            ModelOptions.DEFAULT.withKernels(twin).withWarmUpThread(false)));
                            assertEquals(CaseResult.Outcome.PASS, result.outcome(), result.line());
                        })));
    }

    @Test
    void trainedModelsGiveWhatKerasGave(@TempDir Path folder) {
        for (String name : List.of("sentiment", "forecast", "stream")) {
            Imported imported = Importer.read(Conformance.MODELS.resolve(name));
            Path file = folder.resolve(name + ".gguf");
            imported.write(file);
            for (ModelOptions.KernelChoice twin : List.of(ModelOptions.KernelChoice.SCALAR,
                    ModelOptions.KernelChoice.VECTOR)) {
                try (Model model = imported.toModel(ModelOptions.DEFAULT.withKernels(twin).withWarmUpThread(false));
                        Model written = Model.open(file,
                                ModelOptions.DEFAULT.withKernels(twin).withWarmUpThread(false))) {
                    Verification verification = model.verify();
                    assertTrue(verification.passed(), verification.toString());
                    assertTrue(verification.calls() >= 5);
                    assertTrue(verification.maxError() <= 1e-5, name + " is off by " + verification.maxError());
                    assertEquals(verification, written.verify(), "the same from the model file");
                    assertEquals(imported.spec().graph(), written.spec().graph());
                }
            }
        }
    }
}
