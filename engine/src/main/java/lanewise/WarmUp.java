package lanewise;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import lanewise.error.InvalidInputException;
import lanewise.error.LimitExceededException;
import lanewise.kernel.Rehearsal;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.watch.KernelSwitch;

/**
 * Brings a model's vector kernels up to speed and switches the model to them, once. Three parts:
 *
 * <ol>
 * <li>{@link Rehearsal}: the kernels that matter most are called with small arguments until C2 has compiled them. A
 * second model that uses the same kernels is done with this after one call of each.
 * <li>The model's own plan runs with both twins, until the median of the last three vector runs takes less than half as
 * long as the fastest scalar run. Then the model switches. Small models never get that far: after
 * {@link #PATIENCE_NANOS} of CPU time 80 % will do.
 * <li>The plan runs on, and each of its operations for as long as the others, until a run with vectors allocates no
 * more than a scalar run: vectors are objects until C2 has compiled the code that uses them.
 * </ol>
 *
 * <p>A stream's steps take another road through the same kernels. Once the first {@link Stepper} is made, a stream of
 * zeros is stepped too until its steps allocate nothing: before the switch, or after it where the stepper comes later.
 */
final class WarmUp {
    /**
     * Vector runs must take at most this share of a scalar run; at first, while scalar code is not compiled either, and
     * later.
     */
    private static final double FIRST_MARGIN = 0.5;
    private static final double MARGIN = 0.8;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long MAX_CPU_NANOS = Duration.ofSeconds(10).toNanos();
    /** Of that, what goes into small calls at most. */
    private static final long MAX_REHEARSAL_NANOS = Duration.ofSeconds(5).toNanos();
    /** How long a small call is repeated at most, and how long the compiler then has the processor for itself. */
    private static final long ROUND_NANOS = 1_000_000;
    /** What goes into the steps of a stream at most, and how many of them are looked at together. */
    private static final long MAX_STREAM_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int STREAM_STEPS = 64;
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
    private volatile int smallCalls;
    private volatile int streamSteps;
    private volatile boolean stopped;
    /** Whether nothing is left to do: all is compiled, or it is given up. */
    private volatile boolean done;
    /** Whether the model's streams are stepped, and whether nothing is left to do for them. */
    private volatile boolean streams;
    private volatile boolean streamsDone;
    private volatile String state;

    WarmUp(LoadedModel model, ModelOptions options) {
        this.model = model;
        this.options = options;
        String absent = "scalar: the JVM runs without --add-modules jdk.incubator.vector";
        state = switch (options.kernels()) {
            case DOUBLE -> "double precision: asked for, to check others";
            case SCALAR -> VectorSupport.PRESENT ? "scalar: asked for" : absent;
            case VECTOR -> VectorSupport.PRESENT ? "vector: asked for" : absent;
            case AUTO -> VectorSupport.PRESENT ? "scalar: vector kernels not warmed up yet" : absent;
        };
    }

    String state() {
        return state;
    }

    /** Calls of single kernels that were made for this model. */
    int smallCalls() {
        return smallCalls;
    }

    /** Steps of a stream that were taken for this model. */
    int streamSteps() {
        return streamSteps;
    }

    /** Whether nothing is left to warm up. */
    boolean isDone() {
        return stopped || done && (!streams || streamsDone) || !VectorSupport.PRESENT
                || options.kernels() != ModelOptions.KernelChoice.AUTO;
    }

    /** Has the steps of streams compiled too, as from now on they are taken. */
    void startStreams() {
        if (!streams) {
            streams = true;
            if (options.warmUpThread()) {
                start();
            }
        }
    }

    /** Hands the model to the background thread, if it may; without it, what can be prepared is prepared at once. */
    void start() {
        if (isDone() && model.plan().hasTables()) {
            return;
        }
        if (!options.warmUpThread()) {
            model.makeTables(model.usesVectors());
            return;
        }
        synchronized (WAITING) {
            if (!WAITING.contains(this)) {
                WAITING.add(this);
            }
            if (!threadRuns) {
                threadRuns = true;
                Thread thread = new Thread(WarmUp::work, "lanewise-warm-up");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    /** Stops at the next run. Does not wait for one that is going on, which keeps the memory until it ends. */
    void stop() {
        stopped = true;
        synchronized (WAITING) {
            WAITING.remove(this);
        }
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
        try {
            if (lock.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                try {
                    runAlone(deadline);
                } finally {
                    lock.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return model.usesVectors();
    }

    private void runAlone(long deadline) {
        if (!model.keep()) {
            return;
        }
        try {
            if (!isDone()) {
                warmUp(deadline);
            }
            if (!stopped && isDone()) {
                model.makeTables(model.usesVectors());
            }
        } finally {
            model.release();
        }
    }

    private void warmUp(long deadline) {
        if (!done) {
            warmUpPlan(deadline);
        }
        // a stepper may have come meanwhile
        if (done) {
            takeSteps(deadline);
        }
    }

    private void warmUpPlan(long deadline) {
        try (Predictor predictor = new Predictor(model, model.warmUp(STEPS), 1, STEPS)) {
            try {
                fillInputs(predictor, STEPS, 1);
                predictor.run(false);
            } catch (InvalidInputException e) {
                // a vocabulary of one word knows no id 1
                fillInputs(predictor, STEPS, 0);
                predictor.run(false);
            }
            long start = threads.getCurrentThreadCpuTime();
            if (VectorSupport.MAKES_AOT_CACHE) {
                loadClasses(predictor);
            } else {
                rehearse(predictor, start, deadline);
                takeSteps(deadline);
                compareKernels(predictor, start, deadline);
            }
        } catch (LimitExceededException e) {
            done = true;
            finish("scalar: " + e.getMessage(), 0, 0);
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            done = true;
            if (!model.usesVectors()) {
                finish("scalar: warming up failed, " + e, 0, 0);
            }
        }
    }

    /** Steps a stream with vectors until that allocates nothing, if there is a stepper. */
    private void takeSteps(long deadline) {
        if (!streams || streamsDone || stopped) {
            return;
        }
        if (done && !model.usesVectors()) {
            streamsDone = true;
            return;
        }
        try (Stepper stepper = new Stepper(model, 1, 1)) {
            fillInputs(stepper, 1, 0);
            long end = threads.getCurrentThreadCpuTime() + MAX_STREAM_NANOS;
            int taken = 0;
            while (!streamsDone && !stopped && System.nanoTime() < deadline) {
                long bytes = threads.getCurrentThreadAllocatedBytes();
                long begin = System.nanoTime();
                for (int i = 0; i < STREAM_STEPS; i++) {
                    stepper.run(true);
                }
                long nanos = System.nanoTime() - begin;
                taken += STREAM_STEPS;
                streamSteps = taken;
                streamsDone = threads.getCurrentThreadAllocatedBytes() == bytes
                        || threads.getCurrentThreadCpuTime() > end;
                if (streamsDone) {
                    stepper.expect(nanos / STREAM_STEPS);
                } else {
                    LockSupport.parkNanos(MIN_TIMED_NANOS);
                }
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            // a model that refuses zeros takes its first steps without help
            streamsDone = true;
        }
    }

    /** Makes the classes known that later runs need, by too few calls for any of them to be compiled. */
    private void loadClasses(Predictor predictor) {
        try (Rehearsal rehearsal = predictor.rehearsal()) {
            rehearsal.round(0);
        }
        done = true;
        finish("scalar: this run makes an AOT cache, in which vector kernels that are compiled would do harm", 0, 0);
    }

    /** Has the kernels compiled that take most of the time, and then makes the tables with them. */
    private void rehearse(Predictor predictor, long start, long deadline) {
        try (Rehearsal rehearsal = predictor.rehearsal()) {
            while (!rehearsal.isDone() && !stopped && System.nanoTime() < deadline
                    && threads.getCurrentThreadCpuTime() - start < MAX_REHEARSAL_NANOS) {
                rehearsal.round(ROUND_NANOS);
                smallCalls = rehearsal.count();
                if (!rehearsal.isDone()) {
                    LockSupport.parkNanos(ROUND_NANOS);
                }
            }
            if (rehearsal.isDone() && !stopped) {
                model.makeTables(true);
            }
        }
    }

    private void compareKernels(Predictor predictor, long start, long deadline) {
        long scalarNanos = Long.MAX_VALUE;
        long scalarBytes = Long.MAX_VALUE;
        long[] last = new long[3];
        Arrays.fill(last, Long.MAX_VALUE / 4);
        for (int i = 0; !stopped; i++) {
            // the scalar code gets faster too, so it is timed again from time to time
            if ((i & 31) < 3) {
                scalarNanos = Math.min(scalarNanos, time(predictor, false));
                scalarBytes = Math.min(scalarBytes, allocated);
            }
            last[i % 3] = time(predictor, true);
            boolean compiled = allocated <= scalarBytes;
            long median = Arrays.stream(last).sorted().toArray()[1];
            long spent = threads.getCurrentThreadCpuTime() - start;
            boolean late = spent > MAX_CPU_NANOS;
            if (!model.usesVectors() && median <= (spent < PATIENCE_NANOS ? FIRST_MARGIN : MARGIN) * scalarNanos) {
                model.useVectors();
                finish("vector", median, scalarNanos);
            } else if (!model.usesVectors() && late) {
                finish("scalar: gave up after 10 s of warming up", median, scalarNanos);
            }
            done = late || compiled && model.usesVectors();
            if (model.usesVectors() && compiled) {
                predictor.expect(median);
            }
            if (done || System.nanoTime() > deadline) {
                return;
            }
            if (!compiled) {
                predictor.exercise(Math.max(MIN_TIMED_NANOS, last[i % 3]));
                LockSupport.parkNanos(MIN_TIMED_NANOS);
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
        state = vectorNanos == 0 ? outcome
                : outcome + " (one row of up to " + STEPS + " steps: vector " + vectorNanos / 1000 + " us, scalar "
                        + scalarNanos / 1000 + " us)";
        KernelSwitch event = new KernelSwitch();
        event.model = model.spec().name();
        event.outcome = outcome;
        event.vectorNanos = vectorNanos;
        event.scalarNanos = scalarNanos;
        event.commit();
    }

    /** Fills in a typical row: an id that is not padding, floats that are not zero. */
    private static void fillInputs(Session session, int steps, int id) {
        for (InputTensor input : session.inputs()) {
            int[] shape = input.shape().toArray();
            int size = 1;
            for (int i = 0; i < shape.length; i++) {
                shape[i] = i == input.rowAxis() ? 1 : shape[i] == Shape.ANY ? steps : shape[i];
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
