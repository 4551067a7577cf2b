package lanewise;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import lanewise.error.UnsupportedModelException;
import lanewise.format.ModelIdentity;
import lanewise.kernel.DoubleKernels;
import lanewise.kernel.OffHeap;
import lanewise.kernel.ScalarKernels;
import lanewise.options.Limit;
import lanewise.options.Limits;
import lanewise.options.ModelOptions;
import lanewise.plan.Plan;
import lanewise.plan.Planner;
import lanewise.plan.stream.StreamPlan;
import lanewise.spec.ModelSpec;
import lanewise.spec.Weights;
import lanewise.watch.SpeedWatch;

/**
 * What a {@link Model} knows: its description, its plan with the packed weights, and which kernels compute. Knows
 * nothing about its users. Any number of threads may use it.
 */
final class LoadedModel {
    private static final int UNCLAIMABLE = -1;

    private final ModelSpec spec;
    private final OffHeap arena;
    private final Limits limits;
    private final Plan plan;
    private final boolean doubles;
    private final SpeedWatch watch;
    private final SpeedWatch stepWatch;
    private final ModelIdentity identity;
    private volatile StreamPlan streamPlan;
    private volatile StateLayout stateLayout;
    private volatile boolean vectors;
    private volatile boolean closed;
    /** Those who need the memory: the owner until it closes the model, and whoever warms it up. */
    private final AtomicInteger users = new AtomicInteger(1);
    /** Pools that serve the model; {@link #UNCLAIMABLE} once the last of them has let it go. */
    private final AtomicInteger claims = new AtomicInteger();

    /**
     * Plans a model and packs its weights.
     *
     * @throws lanewise.error.UnsupportedModelException if something can't be run, with every reason
     */
    LoadedModel(ModelSpec spec, Weights weights, ModelOptions options) {
        this.spec = spec;
        limits = options.limits();
        Weights kept = options.weights().map(formats -> formats.apply(spec, weights)).orElse(weights);
        identity = ModelIdentity.of(spec, kept, changingBits(options));
        OffHeap memory = OffHeap.shared(
                new OffHeap.Bound(Limit.WEIGHTS, limits.of(Limit.WEIGHTS), Float.BYTES * weights.count(),
                        "packing " + weights.count() + " weights"));
        try {
            plan = Planner.plan(spec, kept, memory, options);
            // tables have a limit of their own, beyond which they are not made
            memory.bound(
                    new OffHeap.Bound(Limit.WEIGHTS, limits.of(Limit.WEIGHTS), options.shortcutBytes(), "tables"));
        } catch (OutOfMemoryError e) {
            memory.close();
            throw new UnsupportedModelException(List.of("its packed weights need more memory than there is"));
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
        arena = memory;
        watch = new SpeedWatch(spec.name(), "call", plan.weightBytes());
        stepWatch = new SpeedWatch(spec.name(), "step", plan.weightBytes());
        doubles = options.kernels() == ModelOptions.KernelChoice.DOUBLE;
        vectors = VectorSupport.PRESENT && options.kernels() == ModelOptions.KernelChoice.VECTOR;
    }

    /** The options that answers depend on, apart from the formats of weights. */
    private static List<String> changingBits(ModelOptions options) {
        Stream<String> shortcuts = options.shortcuts().stream().filter(shortcut -> !shortcut.keepsBits())
                .map(Enum::name).sorted();
        return options.kernels() == ModelOptions.KernelChoice.DOUBLE
                ? Stream.concat(shortcuts, Stream.of("DOUBLE")).toList() : shortcuts.toList();
    }

    ModelSpec spec() {
        return spec;
    }

    Plan plan() {
        return plan;
    }

    /** The plan of a stream, made when it is first asked for. */
    StreamPlan streamPlan() {
        StreamPlan made = streamPlan;
        if (made == null) {
            synchronized (this) {
                checkOpen();
                try {
                    made = streamPlan == null ? StreamPlan.of(plan) : streamPlan;
                } catch (ArithmeticException e) {
                    throw new UnsupportedModelException(
                            List.of("the sizes of a step are too large: " + e.getMessage()));
                }
                streamPlan = made;
            }
        }
        return made;
    }

    /** What tells the model from others. */
    long identity() {
        return identity.number();
    }

    /** What a state of its streams consists of, found out when it is first asked for. */
    StateLayout stateLayout() {
        StateLayout made = stateLayout;
        if (made == null) {
            made = StateLayout.of(spec, streamPlan());
            stateLayout = made;
        }
        return made;
    }

    /** Knows what calls should take. */
    SpeedWatch watch() {
        return watch;
    }

    /** Knows what steps of streams should take. */
    SpeedWatch stepWatch() {
        return stepWatch;
    }

    /** Whether the model already uses the vector kernels. */
    boolean usesVectors() {
        return vectors;
    }

    /** Uses the vector kernels from now on, permanently. */
    void useVectors() {
        vectors = true;
    }

    /** Makes the tables of shortcuts; one thread at a time, and not after {@link #close}. */
    void makeTables(boolean withVectors) {
        plan.makeTables(arena, withVectors ? VectorSupport.kernels() : scalarKernels());
    }

    /** How much one predictor may need. */
    OffHeap.Bound scratch(String what) {
        return new OffHeap.Bound(Limit.SCRATCH, limits.of(Limit.SCRATCH), 0, what);
    }

    /** How much warming up may need. */
    OffHeap.Bound warmUp(int steps) {
        return new OffHeap.Bound(Limit.WARM_UP, limits.of(Limit.WARM_UP), 0, "a call of one row of " + steps
                + " steps, to warm up with,");
    }

    /** What computes where vectors do not. */
    ScalarKernels scalarKernels() {
        return doubles ? new DoubleKernels() : new ScalarKernels();
    }

    boolean isClosed() {
        return closed;
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
    }

    /**
     * Keeps the memory until {@link #release}, also when the model is closed meanwhile.
     *
     * @return false if the model is closed
     */
    boolean keep() {
        int now = users.get();
        while (now > 0 && !closed) {
            if (users.compareAndSet(now, now + 1)) {
                return true;
            }
            now = users.get();
        }
        return false;
    }

    /** Ends what {@link #keep} began; the last user frees the memory. */
    void release() {
        if (users.decrementAndGet() == 0) {
            arena.close();
        }
    }

    /** Has a pool serve the model; refuses a closed one. */
    void claim() {
        int now;
        do {
            now = claims.get();
            if (closed || now == UNCLAIMABLE) {
                throw new IllegalStateException("the model is closed");
            }
        } while (!claims.compareAndSet(now, now + 1));
    }

    /**
     * Ends what {@link #claim} began.
     *
     * @param served whether the pool has served it, rather than refused it
     * @return whether nobody serves it any more, so that it is to be closed
     */
    boolean unclaim(boolean served) {
        int now;
        do {
            now = claims.get();
        } while (!claims.compareAndSet(now, now == 1 && served ? UNCLAIMABLE : now - 1));
        return now == 1 && served;
    }

    /** Refuses all calls from now on; frees the memory, or leaves that to those who keep it. */
    void close() {
        synchronized (users) {
            if (closed) {
                return;
            }
            closed = true;
        }
        release();
    }
}
