package lanewise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.options.ModelOptions;
import lanewise.spec.Example;
import lanewise.verify.CaseFolder;
import org.junit.jupiter.api.Test;

/** Calls allocate nothing, whatever layers a model has, as long as it reads and writes numbers only. */
class SteadyStateTest {
    private static final int WARM_CALLS = 30;
    private static final int ROUNDS = 5;
    private static final int CALLS = 10;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void callsAllocateNothing() throws IOException {
        int measured = 0;
        List<String> allocating = new ArrayList<>();
        for (Path folder : Conformance.folders()) {
            CaseFolder read = CaseFolder.read(folder);
            if (!read.kind().equals("predict")) {
                continue;
            }
            Imported imported = read.models(ImportOptions.DEFAULT).values().iterator().next().read()
                    .with(read.examples());
            Example call = imported.examples().calls().getFirst();
            if (Conformance.onlyNumbers(imported.spec().graph())) {
                measured++;
                long bytes = bytes(imported, call);
                // the JDK allocates where it reduces an angle like 1e30
                if (bytes > 0 && !read.name().equals("values/functions")) {
                    allocating.add(read.name() + ": " + bytes);
                }
            }
        }
        assertTrue(measured > 500, "only " + measured + " models measured");
        assertEquals(List.of(), allocating);
    }

    /** The fewest bytes of a round of calls: a compiler that steps in allocates once. */
    private long bytes(Imported imported, Example call) {
        long fewest = Long.MAX_VALUE;
        try (Model model = imported
                .toModel(ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR).withWarmUpThread(false));
                Predictor predictor = model.predictor(128, 64)) {
            Conformance.setNumbers(predictor, call);
            for (int i = 0; i < WARM_CALLS; i++) {
                predictor.run();
            }
            for (int round = 0; round < ROUNDS && fewest > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < CALLS; i++) {
                    predictor.run();
                }
                fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
            }
        }
        return fewest;
    }
}
