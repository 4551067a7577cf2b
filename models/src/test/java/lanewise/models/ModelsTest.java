package lanewise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.Verification;
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
        return cases.stream().flatMap(folder -> Stream.of(ModelOptions.Twin.SCALAR, ModelOptions.Twin.VECTOR)
                .map(twin -> DynamicTest.dynamicTest(Conformance.MODELS.relativize(folder) + " " + twin, () -> {
                    CaseResult result = CaseResult.of(CaseFolder.read(folder), new ModelOptions(twin, false));
                    assertEquals(CaseResult.Outcome.PASS, result.outcome(), result.line());
                })));
    }

    @Test
    void trainedModelsGiveWhatKerasGave(@TempDir Path folder) {
        for (String name : List.of("sentiment", "forecast", "stream")) {
            Imported imported = Importer.read(Conformance.MODELS.resolve(name));
            Path file = folder.resolve(name + ".gguf");
            imported.write(file);
            for (ModelOptions.Twin twin : List.of(ModelOptions.Twin.SCALAR, ModelOptions.Twin.VECTOR)) {
                try (Model model = imported.toModel(new ModelOptions(twin, false));
                        Model written = Model.open(file, new ModelOptions(twin, false))) {
                    Verification verification = model.verify();
                    assertTrue(verification.passed(), verification.failure());
                    assertTrue(verification.calls() >= 5);
                    assertTrue(verification.maxError() <= 1e-5, name + " is off by " + verification.maxError());
                    assertEquals(verification, written.verify(), "the same from the model file");
                    assertEquals(imported.spec().graph(), written.spec().graph());
                }
            }
        }
    }
}
