package lanewise;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import lanewise.error.InvalidInputException;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Shape;

/**
 * Brings a model's vector kernels up to speed and switches the model to them, once, when it is sure that they are
 * faster: three timings in a row that agree within 20 % and that stay below half of the scalar time, by calls that no
 * longer allocate: vectors are objects until C2 has compiled the kernel that uses them. Small models never get that
 * far: after {@link #PATIENCE_NANOS} of CPU time 80 % will do. It runs the model's own plan, since kernels that were
 * warmed alone were three times slower at first, and then each of its steps for as long as the others: a step that is a
 * small part of a call would stay uncompiled for thousands of calls, and then be the largest part.
 */
final class WarmUp {
    /**
     * Vector runs must take at most this share of a scalar run; at first, while scalar code is not compiled either, and
     * later.
     */
    private static final double FIRST_MARGIN = 0.5;
    private static final double MARGIN = 0.8;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();
    private static final double AGREEMENT = 1.2;
    private static final long MAX_CPU_NANOS = Duration.ofSeconds(10).toNanos();
    /** Runs are timed together until they take this long, since the clock is no finer than some ten nanoseconds. */
    private static final long MIN_TIMED_NANOS = 50_000;
    /** Steps of a run where the model leaves the number open. */
    private static final int STEPS = 16;

    private static final Queue<WarmUp> WAITING = new ArrayDeque<>();
    private static boolean threadRuns;

    private final LoadedModel model;
    private final ModelOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Bytes of a run that was timed last. */
    private long allocated;
    private volatile boolean stopped;
    private volatile boolean gaveUp;
    private volatile String state;

    WarmUp(LoadedModel model, ModelOptions options) {
        this.model = model;
        this.options = options;
        boolean possible = VectorSupport.PRESENT && !neverVectors();
        boolean vectors = model.usesVectors();
        state = options.kernels() == ModelOptions.KernelChoice.DOUBLE ? "double precision: asked for, to check others"
                : !VectorSupport.PRESENT ? "scalar: the JVM runs without --add-modules jdk.incubator.vector"
                        : !possible ? "scalar: asked for"
                                : vectors ? "vector: asked for" : "scalar: vector kernels not warmed up yet";
    }

    String state() {
        return state;
    }

    private boolean neverVectors() {
        return options.kernels() == ModelOptions.KernelChoice.SCALAR
                || options.kernels() == ModelOptions.KernelChoice.DOUBLE;
    }

    private boolean isDone() {
        return stopped || model.usesVectors() || gaveUp || !VectorSupport.PRESENT || neverVectors();
    }

    /** Hands the model to the background thread, if it may; without it, what can be prepared is prepared at once. */
    void start() {
        if (isDone() && model.plan().hasTables()) {
            return;
        }
        if (!options.warmUpThread()) {
            model.makeTables();
            return;
        }
        synchronized (WAITING) {
            WAITING.add(this);
            if (!threadRuns) {
                threadRuns = true;
                Thread thread = new Thread(WarmUp::work, "lanewise-warm-up");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    /** Stops at the next run; returns when no run of this model is going on. */
    void stop() {
        stopped = true;
        synchronized (WAITING) {
            WAITING.remove(this);
        }
        // a run that is going on ends before the model's memory goes
        lock.lock();
        lock.unlock();
    }

    private static void work() {
        while (true) {
            WarmUp next;
            synchronized (WAITING) {
                next = WAITING.poll();
                if (next == null) {
                    threadRuns = false;
                    return;
                }
            }
            next.run(Duration.ofDays(1));
        }
    }

    /** Warms up in this thread, or waits for the one that does; returns whether vectors compute now. */
    boolean run(Duration atMost) {
        long deadline = System.nanoTime() + Math.min(atMost.toNanos(), Long.MAX_VALUE / 4);
        boolean locked = false;
        try {
            locked = lock.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (locked && !isDone()) {
                warmUp(deadline);
            }
            if (locked && !stopped && isDone()) {
                model.makeTables();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (locked) {
                lock.unlock();
            }
        }
        return model.usesVectors();
    }

    private void warmUp(long deadline) {
        try (Predictor predictor = new Predictor(model, 1, STEPS)) {
            try {
                fillInputs(predictor, 1);
                predictor.run(false);
            } catch (InvalidInputException e) {
                // a vocabulary of one word knows no id 1
                fillInputs(predictor, 0);
            }
            compareKernels(predictor, deadline);
        } catch (RuntimeException | LinkageError e) {
            gaveUp = true;
            finish("scalar: warming up failed, " + e, 0, 0);
        }
    }

    private void compareKernels(Predictor predictor, long deadline) {
        long start = threads.getCurrentThreadCpuTime();
        long scalarNanos = Long.MAX_VALUE;
        long scalarBytes = Long.MAX_VALUE;
        long[] last = {Long.MAX_VALUE / 4, 0, 0};
        for (int i = 0; !stopped; i++) {
            // the scalar code gets faster too, so it is timed again from time to time
            if ((i & 31) < 3) {
                scalarNanos = Math.min(scalarNanos, time(predictor, false));
                scalarBytes = Math.min(scalarBytes, allocated);
            }
            last[i % 3] = time(predictor, true);
            boolean compiled = allocated <= scalarBytes;
            long slowest = Arrays.stream(last).max().orElseThrow();
            long fastest = Arrays.stream(last).min().orElseThrow();
            long spent = threads.getCurrentThreadCpuTime() - start;
            boolean faster = slowest <= (spent < PATIENCE_NANOS ? FIRST_MARGIN : MARGIN) * scalarNanos;
            boolean late = spent > MAX_CPU_NANOS;
            if (faster && (late || compiled && slowest <= AGREEMENT * fastest)) {
                model.useVectors();
                finish("vector", slowest, scalarNanos);
                return;
            }
            if (late) {
                gaveUp = true;
                finish("scalar: gave up after 10 s of warming up", slowest, scalarNanos);
                return;
            }
            if (System.nanoTime() > deadline) {
                return;
            }
            if (!compiled) {
                predictor.exercise(Math.max(MIN_TIMED_NANOS, last[i % 3]));
            }
        }
    }

    /** Nanoseconds of one run; notes what the runs have allocated. */
    private long time(Predictor predictor, boolean withVectors) {
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long begin = System.nanoTime();
        long taken = 0;
        int runs = 0;
        while (taken < MIN_TIMED_NANOS && !stopped) {
            predictor.run(withVectors);
            runs++;
            taken = System.nanoTime() - begin;
        }
        allocated = (threads.getCurrentThreadAllocatedBytes() - bytes) / Math.max(1, runs);
        return taken / Math.max(1, runs);
    }

    private void finish(String outcome, long vectorNanos, long scalarNanos) {
        state = outcome + " (one row of up to " + STEPS + " steps: vector " + vectorNanos / 1000 + " us, scalar "
                + scalarNanos / 1000 + " us)";
        KernelSwitch event = new KernelSwitch();
        event.model = model.spec().name();
        event.outcome = outcome;
        event.vectorNanos = vectorNanos;
        event.scalarNanos = scalarNanos;
        event.commit();
    }

    /** Fills in a typical row: an id that is not padding, floats that are not zero. */
    private static void fillInputs(Predictor predictor, int id) {
        for (InputTensor input : predictor.inputs()) {
            int[] shape = input.shape().toArray();
            int size = 1;
            for (int i = 0; i < shape.length; i++) {
                shape[i] = i == input.rowAxis() ? 1 : shape[i] == Shape.ANY ? STEPS : shape[i];
                size *= shape[i];
            }
            if (input.dtype() == DType.STRING) {
                input.set(Collections.nCopies(size, "a b"), shape);
            } else if (input.dtype() == DType.FLOAT32) {
                float[] values = new float[size];
                for (int i = 0; i < size; i++) {
                    values[i] = 0.01f * (i % 17 - 8);
                }
                input.set(values, shape);
            } else {
                int[] values = new int[size];
                Arrays.fill(values, id);
                input.set(values, shape);
            }
        }
    }
}
