package lanewise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.Predictor;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.options.ModelOptions;
import lanewise.options.Shortcut;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.verify.CaseFolder;
import org.junit.jupiter.api.Test;

/**
 * Shortcuts change no bit of any model's answers, whichever twin computes; folded normalizations no more than the last.
 */
class ShortcutsTest {
    private static final ModelOptions SCALAR = ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR)
            .withWarmUpThread(false);
    private static final ModelOptions VECTOR = SCALAR.withKernels(ModelOptions.KernelChoice.VECTOR);

    private final List<String> different = new ArrayList<>();
    private int folded;
    private int prefixed;
    private int normalized;

    @Test
    void everyModelGivesTheSameWithoutShortcuts() throws IOException {
        for (Path folder : Conformance.folders()) {
            CaseFolder read = CaseFolder.read(folder);
            if (!read.kind().equals("predict")) {
                continue;
            }
            Imported imported = read.models(ImportOptions.DEFAULT).values().iterator().next().read()
                    .with(read.examples());
            if (Conformance.onlyNumbers(imported.spec().graph())) {
                compare(read, imported);
            }
        }
        assertEquals(List.of(), different);
        assertTrue(folded > 20 && prefixed > 2 && normalized > 2, folded + " models with folded embeddings, " + prefixed
                + " with states for padding, " + normalized + " with folded normalizations");
    }

    private void compare(CaseFolder read, Imported imported) {
        try (Model all = imported.toModel(SCALAR.with(Shortcut.values()));
                Model exact = imported.toModel(SCALAR);
                Model none = imported.toModel(VECTOR.without(Shortcut.values()))) {
            folded += all.explain().contains(" folded, ") ? 1 : 0;
            prefixed += all.explain().contains("states kept") ? 1 : 0;
            boolean normalizes = all.explain().contains("folded into");
            normalized += normalizes ? 1 : 0;
            for (Example call : imported.examples().calls()) {
                List<Integer> expected = outputs(none, call);
                if (!outputs(exact, call).equals(expected)) {
                    // what is on by default keeps the bits
                    different.add(read.name());
                }
                List<Integer> near = outputs(all, call);
                for (int i = 0; normalizes && i < expected.size(); i++) {
                    float want = Float.intBitsToFloat(expected.get(i));
                    if (!(Math.abs(Float.intBitsToFloat(near.get(i)) - want) <= 2e-6 * (1 + Math.abs(want)))) {
                        different.add(read.name() + " with folded normalization");
                    }
                }
            }
        }
    }

    /** Bits of all outputs; all NaNs are one. */
    private static List<Integer> outputs(Model model, Example call) {
        List<Integer> bits = new ArrayList<>();
        try (Predictor predictor = model.predictor(128, 64)) {
            Conformance.setNumbers(predictor, call);
            predictor.run();
            for (OutputTensor output : predictor.outputs()) {
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
