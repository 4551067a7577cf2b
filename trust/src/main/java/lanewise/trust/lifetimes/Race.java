package lanewise.trust.lifetimes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.error.LanewiseException;
import lanewise.options.ModelOptions;
import lanewise.spec.Examples;
import lanewise.trust.random.RandomModel;

/** Threads that get in each other's way for some time. */
abstract class Race {
    static final int THREADS = 4;
    private static final int MOST_FINDINGS = 50;

    private final long nanos;
    private long begin;
    private final Map<String, Long> findings = new TreeMap<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    /** Calls that gave the right bits, and calls that were refused as documented. */
    final AtomicLong right = new AtomicLong();
    final AtomicLong refused = new AtomicLong();

    Race(long nanos) {
        this.nanos = nanos;
    }

    final void run() throws InterruptedException {
        begin = System.nanoTime();
        race();
    }

    /** Races until {@link #isOver}. */
    abstract void race() throws InterruptedException;

    final boolean isOver() {
        return System.nanoTime() - begin > nanos;
    }

    final synchronized void found(String what) {
        if (findings.size() < MOST_FINDINGS || findings.containsKey(what)) {
            findings.merge(what, 1L, Long::sum);
        }
    }

    final void count(String what, long count) {
        counts.put(what, count);
    }

    final Map<String, Long> counts() {
        return counts;
    }

    final synchronized List<String> findings() {
        List<String> lines = new ArrayList<>();
        findings.forEach((what, times) -> lines.add(times + " x " + what));
        return lines;
    }

    /** Starts a thread whose failures are findings. */
    final Thread start(Runnable work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                // a thread that ends by an exception has found something
                found("a thread ended with " + e);
            }
        });
        thread.start();
        return thread;
    }

    static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** A model for floats that is always the same, of one row and fixed steps. */
    static RandomModel small(int number) {
        int found = 0;
        for (long seed = 0;; seed++) {
            RandomModel model = RandomModel.of(seed);
            if (model.ids() == 0 && model.rowSize() > 8 && answers(model) && found++ == number) {
                return model;
            }
        }
    }

    private static boolean answers(RandomModel random) {
        try (Model model = open(random, false); Predictor predictor = model.predictor()) {
            return predictor.predict(row(random, 0)).length > 1;
        } catch (LanewiseException e) {
            return false;
        }
    }

    static Model open(RandomModel random, boolean warmUpThread) {
        return Model.of(random.spec(), random.weights(), Examples.NONE,
                ModelOptions.DEFAULT.withWarmUpThread(warmUpThread));
    }

    /** A row of ordinary numbers. */
    static float[] row(RandomModel model, long seed) {
        float[] x = new float[model.rowSize()];
        Random random = new Random(seed);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    /** The answers to {@link #row} of each number. */
    static float[][] expected(RandomModel random, int rows) {
        float[][] expected = new float[rows][];
        try (Model model = open(random, false); Predictor predictor = model.predictor()) {
            for (int i = 0; i < rows; i++) {
                expected[i] = predictor.predict(row(random, i));
            }
        }
        return expected;
    }

    /** Whether all bits are the same, those of NaN aside. */
    static boolean same(float[] a, float[] b) {
        return Arrays.equals(a, b);
    }
}
