package lanewise.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.options.ModelOptions;

/**
 * A program that opens a model file, scores one row, prints a line, and then perhaps goes on scoring and prints how
 * long calls took. What it prints is read by {@link Starts}.
 */
final class ColdStart {
    /** Ids of the row that is scored. */
    static final int[] IDS = new int[28];

    static {
        for (int i = 0; i < IDS.length; i++) {
            IDS[i] = 1 + 37 * i % 1999;
        }
    }

    private ColdStart() {}

    /**
     * Runs.
     *
     * @param args {@code auto|scalar|vector|warmed FILE SECONDS} for Lanewise, {@code busy|waiting FILE SECONDS} for
     *             its switch to vector kernels, or {@code ENGINE FILE 0}
     */
    public static void main(String... args) throws Exception {
        Path file = Path.of(args[1]);
        ModelOptions options = switch (args[0]) {
            case "auto", "busy", "waiting" -> ModelOptions.DEFAULT;
            case "scalar" -> ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR);
            case "vector" -> ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.VECTOR);
            case "warmed" -> ModelOptions.DEFAULT.withWarmUpThread(false);
            default -> null;
        };
        if (options == null) {
            try (Scorer scorer = Engine.named(args[0]).openFile(file)) {
                System.out.println("answer " + scorer.score(new Workload.Call(null, IDS, null, null))[0]);
            }
            return;
        }
        try (Model model = Model.open(file, options); Predictor predictor = model.predictor()) {
            if (args[0].equals("busy") || args[0].equals("waiting")) {
                untilSwitched(model, predictor, args[0].equals("busy") ? 0 : 10, Double.parseDouble(args[2]));
                return;
            }
            float[] y = new float[2];
            if (args[0].equals("warmed")) {
                model.warmUp(Duration.ofSeconds(20));
            }
            predictor.predict(IDS, y);
            System.out.println("answer " + y[0]);
            curve(predictor, y, Double.parseDouble(args[2]));
        }
    }

    /** Scores until the model has switched, and prints how many milliseconds that took since it was opened. */
    private static void untilSwitched(Model model, Predictor predictor, int pauseMillis, double atMostSeconds)
            throws InterruptedException {
        long opened = System.nanoTime();
        float[] y = new float[2];
        double millis = 0;
        while (!model.usesVectors() && millis < 1000 * atMostSeconds) {
            predictor.predict(IDS, y);
            if (pauseMillis > 0) {
                Thread.sleep(pauseMillis);
            }
            millis = (System.nanoTime() - opened) / 1e6;
        }
        System.out.println("switched " + (model.usesVectors() ? millis : Double.POSITIVE_INFINITY));
    }

    /** Prints the median call of every hundredth of the time, which is spread evenly over a logarithmic scale. */
    private static void curve(Predictor predictor, float[] y, double seconds) {
        long start = ManagementFactory.getRuntimeMXBean().getStartTime();
        double end = System.currentTimeMillis() - start + 1000 * seconds;
        double next = System.currentTimeMillis() - start;
        double[] taken = new double[100_000];
        while (next < end) {
            next *= 1.05;
            int n = 0;
            while (System.currentTimeMillis() - start < next || n == 0) {
                long begin = System.nanoTime();
                predictor.predict(IDS, y);
                taken[n++ % taken.length] = (System.nanoTime() - begin) / 1000.0;
            }
            System.out.println("call " + next + " " + Results.median(Arrays.copyOf(taken, Math.min(n, taken.length))));
        }
    }
}
