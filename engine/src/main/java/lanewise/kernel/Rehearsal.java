package lanewise.kernel;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import lanewise.spec.WeightFormat;

/**
 * Calls the vector kernels that take most of a plan's time, with the smallest arguments that lead to them, until C2 has
 * compiled them. C2 compiles what was called some thousand times, however little a call does. Calls of whole models do
 * much, and make C2 compile hundreds of methods of the Vector API first, each for itself and in vain.
 *
 * <p>A kernel that C2 has compiled allocates no vectors any more. So a single call is enough where another model has
 * had the same kernels compiled.
 *
 * <p>Belongs to one thread.
 */
public final class Rehearsal implements AutoCloseable {
    /** Inputs of a matrix: narrow weights come in pairs. */
    private static final int INPUTS = 2;
    /** Floats of each operand: gates of a step, or rows of a product, and what kernels write beyond them. */
    private static final int FLOATS = 1 << 14;
    /**
     * Of so many calls, one has something to compute. (Products of several rows always have: their kernel was 5 %
     * slower when it was compiled for loops that hardly ever run.)
     */
    private static final int EMPTY = 64;
    /** Calls of a round at most: what is called often enough waits for the compiler, which needs the processor too. */
    private static final int CALLS = 300;

    /** What a call is: the product of some rows, steps of one row, or one step with the product of its input. */
    private enum Kind {
        PRODUCT, STEPS, STEP
    }

    /** What leads to a kernel, for a matrix of some form. */
    private record Call(Kind kind, int rows, WeightFormat format, int gates, int units) {}

    /** A small matrix, and one with nothing to compute. */
    private record Operands(Panels small, Panels empty) {}

    /** Shared, as the memory of calls is: compiled code that has seen another kind of arena allocates vectors. */
    private final Arena arena = OffHeap.shared(OffHeap.Bound.NONE);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final VectorKernels kernels = new VectorKernels();
    private final MemorySegment x = Memory.floats(arena, FLOATS);
    private final MemorySegment y = Memory.floats(arena, FLOATS);
    private final MemorySegment out = Memory.floats(arena, FLOATS);
    private final StepRun run = new StepRun();
    /** What is not compiled yet. */
    private final Map<Call, Operands> waiting = new LinkedHashMap<>();
    private int count;

    /** Creates a rehearsal of nothing; only where the Vector API is present. */
    public Rehearsal() {
        run.rows = 1;
        run.steps = 1;
        run.a = Memory.floats(arena, FLOATS);
        run.h = Memory.floats(arena, FLOATS);
        run.c = Memory.floats(arena, FLOATS);
        run.scratch = y;
    }

    /**
     * Adds the product of some rows with a matrix.
     *
     * @param w    the matrix
     * @param rows how many
     */
    public void product(Panels w, int rows) {
        // the same mix of blocks of six, four and one
        int left = rows % 6;
        int few = rows < 12 ? rows : left + (left == 2 || left == 3 ? 12 : 6);
        int units = units(w);
        waiting.computeIfAbsent(new Call(Kind.PRODUCT, Math.max(1, few), w.format, w.gates, units), call -> {
            Panels small = Panels.zeros(arena, w, INPUTS, units);
            return new Operands(small, call.rows > 1 ? small : Panels.zeros(arena, w, 0, units));
        });
    }

    /**
     * Adds a step of one row, see {@link Kernels#lstmSteps} and {@link Kernels#gruSteps}.
     *
     * @param w packed recurrent kernel, of four or three gates
     */
    public void steps(Panels w) {
        product(w, 1);
        int units = units(w);
        waiting.computeIfAbsent(new Call(Kind.STEPS, 1, w.format, w.gates, units),
                call -> new Operands(Panels.zeros(arena, w, INPUTS, units), Panels.zeros(arena, w, INPUTS, 0)));
    }

    /**
     * Adds the next step of a stream, see {@link Kernels#lstmStep} and {@link Kernels#gruStep}.
     *
     * @param w packed kernel
     * @param u packed recurrent kernel, of four or three gates
     */
    public void step(Panels w, Panels u) {
        product(w, 1);
        int units = units(u);
        waiting.computeIfAbsent(new Call(Kind.STEP, 1, u.format, u.gates, units), call -> {
            Panels small = Panels.zeros(arena, u, INPUTS, units);
            return new Operands(small, small);
        });
    }

    /** The fewest units with as many vectors in the last group, and with groups in pairs or not. */
    private static int units(Panels w) {
        int panels = w.padded() / Panels.WIDTH;
        int pair = 2 * (w.gates > 1 ? 1 : Panels.GROUP);
        return (panels < 2 * pair ? panels : pair + panels % pair) * Panels.WIDTH;
    }

    /**
     * Whether all is compiled.
     *
     * @return true if nothing is left
     */
    public boolean isDone() {
        return waiting.isEmpty();
    }

    /**
     * The work so far.
     *
     * @return calls
     */
    public int count() {
        return count;
    }

    /**
     * Makes each call that is not compiled yet a number of times.
     *
     * @param nanos how long at most, each
     */
    public void round(long nanos) {
        waiting.entrySet().removeIf(entry -> isCompiled(entry.getKey(), entry.getValue(), nanos));
    }

    private boolean isCompiled(Call call, Operands operands, long nanos) {
        long bytes = threads.getCurrentThreadAllocatedBytes();
        make(call, operands.small);
        if (threads.getCurrentThreadAllocatedBytes() == bytes) {
            return true;
        }
        long end = System.nanoTime() + nanos;
        for (int i = 1; i <= CALLS && System.nanoTime() < end; i++) {
            make(call, i % EMPTY == 0 ? operands.small : operands.empty);
        }
        return false;
    }

    private void make(Call call, Panels w) {
        count++;
        switch (call.kind) {
            case PRODUCT -> kernels.matMul(w, x, 0, INPUTS, call.rows, y, 0, (long) w.gates * w.padded());
            case STEPS -> {
                run.out = null;
                if (w.gates == 4) {
                    kernels.lstmSteps(w, run);
                } else {
                    kernels.gruSteps(w, run);
                }
            }
            case STEP -> {
                run.out = out;
                if (w.gates == 4) {
                    kernels.lstmStep(w, w, x, 0, run);
                } else {
                    kernels.gruStep(w, w, x, 0, run);
                }
            }
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
