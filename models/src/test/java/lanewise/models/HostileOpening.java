package lanewise.models;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import lanewise.Model;
import lanewise.convert.ImportOptions;
import lanewise.convert.Importer;
import lanewise.error.LanewiseException;
import lanewise.kernel.OffHeap;
import lanewise.options.Limit;
import lanewise.options.Limits;
import lanewise.options.ModelOptions;

/** The program that {@link HostileModelsTest} runs in a JVM of its own: opens files and says what came of each. */
final class HostileOpening {
    /** So that what is counted off the heap belongs to opening and warming up. */
    private static final Limits LIMITS = Limits.DEFAULT.with(Limit.SCRATCH, 64_000_000);
    private static final ImportOptions OPTIONS = ImportOptions.DEFAULT
            .withModel(ModelOptions.DEFAULT.withLimits(LIMITS));

    /** When the last file was open. */
    private static long opened;

    private HostileOpening() {}

    /**
     * Prints for each file its name, milliseconds until it was open or refused, the most bytes off-heap so far, and the
     * outcome.
     */
    public static void main(String[] files) {
        for (String file : files) {
            Path path = Path.of(file);
            opened = 0;
            long begin = System.nanoTime();
            String outcome = open(path);
            long end = opened == 0 ? System.nanoTime() : opened;
            System.out.println(path.getFileName() + "\t" + (end - begin) / 1_000_000 + "\t" + OffHeap.highest() + "\t"
                    + outcome.replaceAll("\\s+", " "));
        }
        // a warm-up may still be going on
        System.exit(0);
    }

    private static String open(Path path) {
        try (Model model = Importer.open(path, OPTIONS)) {
            opened = System.nanoTime();
            model.warmUp(Duration.ofMillis(20));
            tryMaxima(model);
            return "answer";
        } catch (LanewiseException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return "undocumented " + e;
        }
    }

    /** A call of any size is taken or refused. */
    private static void tryMaxima(Model model) {
        for (int[] maxima : new int[][] {{Integer.MAX_VALUE, Integer.MAX_VALUE}, {1, Integer.MAX_VALUE}, {100_000, 1},
            {1000, 1000}, {1, Model.DEFAULT_MAX_STEPS}}) {
            take(() -> model.predictor(maxima[0], maxima[1]));
        }
        for (int rows : new int[] {1, 17, 1000, 100_000, Integer.MAX_VALUE}) {
            take(() -> model.stepper(rows));
            take(() -> model.window(rows));
            take(() -> model.stateStore(rows));
        }
        take(() -> model.stateStore(Long.MAX_VALUE));
    }

    private static void take(Supplier<AutoCloseable> call) {
        try (AutoCloseable made = call.get()) {
            Objects.requireNonNull(made);
        } catch (LanewiseException e) {
            // as documented
            return;
        } catch (Exception e) {
            throw e instanceof RuntimeException undocumented ? undocumented : new IllegalStateException(e);
        }
    }
}
