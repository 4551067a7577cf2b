package lanewise.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.spec.WeightFormat;

/**
 * Times each step of a stream by itself, for {@link Steps}, as {@code lanewise time --stream} does. What reading the
 * clock takes is measured, taken off, and named. Prints one line of figures in nanoseconds.
 */
final class StepTimes {
    /** {@link Stepper#step()}: inputs and outputs stay where they are. */
    static final String CALL = "call";
    /** From and to the caller's arrays. */
    static final String STEP = "step";
    /** What is left of a step after {@link Stepper#prepare}. */
    static final String FIRE = "fire";

    /** Where the line has the median. */
    static final int P50 = 0;
    /** Where the line has what 99 of 100 steps reach. */
    static final int P99 = 1;
    /** Where the line has the cost of the clock that was taken off. */
    static final int CLOCK = 2;
    /** Where the line has the median of blocks of steps between two looks at the clock; NaN for prepared steps. */
    static final int BLOCKS = 3;

    private static final int PER_SECOND_AT_MOST = 20_000_000;
    private static final int BLOCK = 100;
    private static final int CLOCK_ROUNDS = 20;
    private static final int CLOCK_READS = 50_000;
    private static final double SETTLE_SECONDS = 1;

    private StepTimes() {}

    /** One step, and what comes before it untimed. */
    private interface Work {
        void prepare();

        void step();
    }

    /**
     * Runs.
     *
     * @param args name of a {@link SmallStream} or a {@link StreamShape}; {@code call}, {@code step} or {@code fire};
     *             a format of weights; seconds
     */
    public static void main(String... args) {
        WeightFormat format = WeightFormat.valueOf(args[2]);
        double seconds = Double.parseDouble(args[3]);
        SmallStream small = SmallStream.named(args[0]);
        Network network = small == null ? StreamShape.named(args[0]).network() : null;
        try (Model model = small == null ? network.model(-1, Lanewise.options(format))
                : small.model(Lanewise.options(format))) {
            model.warmUp(Duration.ofSeconds(20));
            try (Stepper stepper = model.stepper()) {
                float[] y = new float[small == null ? network.outputs() : 1];
                float[] x = small == null ? StreamBenchmark.check(StreamShape.named(args[0]), network.rounded(format),
                        stepper, y) : small.check(stepper, y);
                stepper.inputs().getFirst().set(x);
                Work work = work(stepper, args[1], x, y);
                run(work, args[1], SETTLE_SECONDS);
                double blocks = args[1].equals(FIRE) ? Double.NaN : blocks(work, seconds);
                long[] times = run(work, args[1], seconds);
                double clock = clock();
                System.out.println(
                        String.format(Locale.ROOT, "steps %.1f %.1f %.1f %.1f", times[times.length / 2] - clock,
                                times[times.length / 100 * 99] - clock, clock, blocks));
            }
        }
    }

    private static Work work(Stepper stepper, String how, float[] x, float[] y) {
        return switch (how) {
            case CALL -> new Work() {
                @Override
                public void prepare() {}

                @Override
                public void step() {
                    stepper.step();
                }
            };
            case STEP -> new Work() {
                @Override
                public void prepare() {}

                @Override
                public void step() {
                    stepper.step(x, y);
                }
            };
            case FIRE -> new Work() {
                @Override
                public void prepare() {
                    stepper.prepare();
                }

                @Override
                public void step() {
                    stepper.fire(x, y);
                }
            };
            default -> throw new IllegalArgumentException(how);
        };
    }

    /** The times of single steps, sorted. */
    private static long[] run(Work work, String how, double seconds) {
        long[] times = new long[(int) (seconds * PER_SECOND_AT_MOST)];
        boolean isFire = how.equals(FIRE);
        int n = 0;
        long now = System.nanoTime();
        long end = now + (long) (seconds * 1e9);
        while (now < end && n < times.length) {
            work.prepare();
            // a step with nothing before it begins where the last one ended
            long begin = isFire ? System.nanoTime() : now;
            work.step();
            now = System.nanoTime();
            times[n++] = now - begin;
        }
        long[] taken = Arrays.copyOf(times, n);
        Arrays.sort(taken);
        return taken;
    }

    private static double blocks(Work work, double seconds) {
        long[] times = new long[(int) (seconds * PER_SECOND_AT_MOST) / BLOCK];
        int n = 0;
        long now = System.nanoTime();
        long end = now + (long) (seconds * 1e9);
        while (now < end && n < times.length) {
            long begin = now;
            for (int i = 0; i < BLOCK; i++) {
                work.step();
            }
            now = System.nanoTime();
            times[n++] = now - begin;
        }
        Arrays.sort(times, 0, n);
        return times[n / 2] / (double) BLOCK;
    }

    /** The least mean of some rounds: the first are not compiled yet. */
    private static double clock() {
        double least = Double.MAX_VALUE;
        for (int round = 0; round < CLOCK_ROUNDS; round++) {
            long[] times = new long[CLOCK_READS];
            long start = System.nanoTime();
            long now = start;
            for (int i = 0; i < times.length; i++) {
                long begin = now;
                now = System.nanoTime();
                times[i] = now - begin;
            }
            least = Math.min(least, (now - start) / (double) CLOCK_READS);
        }
        return least;
    }
}
