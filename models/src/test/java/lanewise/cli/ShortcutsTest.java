package lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lanewise.Model;
import lanewise.ModelOptions;
import lanewise.Predictor;
import lanewise.Shortcut;
import lanewise.Tensor;
import lanewise.convert.Imported;
import lanewise.spec.DType;
import lanewise.spec.Example;
import org.junit.jupiter.api.Test;

/** Shortcuts change no bit of any model's answers, whichever twin computes. */
class ShortcutsTest {
    @Test
    void everyModelGivesTheSameBitsWithoutShortcuts() throws IOException {
        List<String> different = new ArrayList<>();
        int folded = 0;
        int prefixed = 0;
        for (Path folder : Conformance.folders()) {
            CaseFolder read = CaseFolder.read(folder);
            if (!read.kind().equals("predict")) {
                continue;
            }
            Imported imported = read.models().values().iterator().next().read();
            if (!Conformance.onlyNumbers(imported.spec().graph())) {
                continue;
            }
            ModelOptions scalar = new ModelOptions(ModelOptions.Twin.SCALAR, false);
            ModelOptions vector = scalar.withTwin(ModelOptions.Twin.VECTOR);
            try (Model all = imported.toModel(scalar); Model none = imported.toModel(vector.without(Shortcut.values()))) {
                folded += all.explain().contains(" folded, ") ? 1 : 0;
                prefixed += all.explain().contains("states kept") ? 1 : 0;
                for (Example call : read.examples().calls()) {
                    if (!outputs(all, call).equals(outputs(none, call))) {
                        different.add(read.name());
                    }
                }
            }
        }
        assertEquals(List.of(), different);
        assertTrue(folded > 20 && prefixed > 2, folded + " models with folded embeddings, " + prefixed + " with states for padding");
    }

    /** Bits of all outputs; all NaNs are one. */
    private static List<Integer> outputs(Model model, Example call) {
        List<Integer> bits = new ArrayList<>();
        try (Predictor predictor = model.predictor(16, 64)) {
            Conformance.setNumbers(predictor, call);
            predictor.run();
            for (Tensor output : predictor.outputs()) {
                if (output.dtype() == DType.FLOAT32) {
                    for (float value : output.toFloats()) {
                        bits.add(Float.floatToIntBits(value));
                    }
                }
            }
        }
        return bits;
    }
}
