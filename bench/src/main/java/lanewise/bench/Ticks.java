package lanewise.bench;

import java.time.Duration;
import java.util.Locale;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.options.ModelOptions;
import org.HdrHistogram.Histogram;

/**
 * A stream at a fixed rate, for {@link Streams}: how long after a tick was due its answer was there, whatever kept it,
 * so that no pause is left out (no "coordinated omission"). Garbage is made between the ticks, as a service around it
 * would, so that the collector runs too. Prints one line of figures.
 */
final class Ticks {
    private static final int PER_SECOND = 10_000;
    private static final int WARM_UP_SECONDS = 4;
    /** Bytes a tick, 100 MB a second, which die young. */
    private static final int GARBAGE = 10_000;
    /** Keeps the compiler from leaving the allocation out; nobody reads it. */
    @SuppressWarnings("UnusedVariable")
    private static volatile byte[] garbage;

    private Ticks() {}

    /**
     * Runs.
     *
     * @param args name of a {@link StreamShape}, {@code step}, {@code fire} or {@code nothing}, seconds
     */
    public static void main(String... args) {
        StreamShape shape = StreamShape.named(args[0]);
        Network network = shape.network();
        try (Model model = network.model(-1, ModelOptions.DEFAULT.withWarmUpThread(false))) {
            model.warmUp(Duration.ofSeconds(20));
            try (Stepper stepper = model.stepper()) {
                float[] y = new float[network.outputs()];
                float[] x = StreamBenchmark.check(shape, network, stepper, y);
                Histogram after = new Histogram(3);
                run(stepper, args[1], x, y, WARM_UP_SECONDS, new Histogram(3), new Histogram(3));
                Histogram work = new Histogram(3);
                run(stepper, args[1], x, y, Integer.parseInt(args[2]), after, work);
                System.out.println(String.format(Locale.ROOT, "ticks %.3f %.3f %.3f %.3f %.3f",
                        after.getValueAtPercentile(50) / 1e3,
                        after.getValueAtPercentile(99) / 1e3, after.getValueAtPercentile(99.9) / 1e3,
                        after.getMaxValue() / 1e3,
                        work.getValueAtPercentile(50) / 1e3));
            }
        }
    }

    private static void run(Stepper stepper, String how, float[] x, float[] y, int seconds, Histogram after,
            Histogram work) {
        long period = 1_000_000_000 / PER_SECOND;
        boolean fires = how.equals("fire");
        // what the machine itself delays
        boolean works = !how.equals("nothing");
        long due = System.nanoTime() + period;
        for (int tick = 0; tick < seconds * PER_SECOND; tick++, due += period) {
            if (fires) {
                stepper.prepare();
            }
            long begin = System.nanoTime();
            while (begin < due) {
                Thread.onSpinWait();
                begin = System.nanoTime();
            }
            if (works) {
                stepper.step(x, y);
            }
            long end = System.nanoTime();
            after.recordValue(end - due);
            work.recordValue(end - begin);
            garbage = new byte[GARBAGE];
        }
    }
}
