package lanewise.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import lanewise.Model;
import lanewise.Verification;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.error.UnsupportedModelException;
import lanewise.options.CustomLayers;
import lanewise.options.ModelOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model with a custom layer gives what Keras gave, and is refused without it. */
class CustomLayerTest {
    private static final Path MODEL = Path.of(System.getProperty("models")).resolve("custom-layer");

    @Test
    void givesWhatKerasGave(@TempDir Path folder) {
        CustomLayers custom = CustomLayers.NONE.and("Attention", List.of("W", "b", "u"), TutorialAttention::new);
        Imported imported = Importer.read(MODEL, ImportOptions.DEFAULT.withCustomLayers(custom));
        Path file = folder.resolve("model.gguf");
        imported.write(file);
        ModelOptions options = ModelOptions.DEFAULT.withWarmUpThread(false).withCustomLayers(custom);
        try (Model model = imported.toModel(ModelOptions.DEFAULT.withWarmUpThread(false));
                Model written = Model.open(file, options)) {
            Verification verification = model.verify();
            assertTrue(verification.passed(), verification.toString());
            assertEquals(3, verification.calls());
            assertEquals(verification, written.verify());
        }
        UnsupportedModelException e = assertThrows(UnsupportedModelException.class, () -> Model.open(file));
        assertTrue(e.getMessage().contains("withCustom"), e.getMessage());
    }

    @Test
    void isRefusedWithoutTheLayer() {
        UnsupportedModelException e = assertThrows(UnsupportedModelException.class, () -> Importer.read(MODEL));
        assertTrue(e.getMessage().contains("tutorial>Attention") && e.getMessage().contains("CustomLayer"),
                e.getMessage());
    }
}
