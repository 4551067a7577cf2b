package lanewise.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.Shortcut;
import lanewise.kernel.Memory;
import lanewise.kernel.Panels;
import lanewise.kernel.ScalarKernels;
import lanewise.kernel.StepRun;

/** The shortcuts that a plan takes while it is being made, what they cost, and what they save. */
final class Shortcuts {
    /** Multiplications that padding prefixes may take when a model is opened: some 50 ms. */
    private static final long PREFIX_WORK = 200_000_000;

    private final Set<Shortcut> allowed;
    private final Arena arena;
    private final List<String> notes = new ArrayList<>();
    private final Map<Integer, EmbeddingStep> embeddings = new HashMap<>();
    private final Map<Integer, PaddedInput> padded = new HashMap<>();
    private final Map<Integer, Integer> uses = new HashMap<>();
    private final Map<Integer, Integer> folds = new HashMap<>();
    private long bytesLeft;
    private long bytes;

    /**
     * A sequence whose first steps are the same for every text that begins with as much padding.
     *
     * @param ids    the texts
     * @param x      the steps of nothing but padding
     * @param stride from step to step in x, 0 if all are the same
     */
    private record PaddedInput(int ids, MemorySegment x, long stride) {}

    Shortcuts(Set<Shortcut> allowed, long bytesLeft, Arena arena) {
        this.allowed = allowed;
        this.bytesLeft = bytesLeft;
        this.arena = arena;
    }

    private boolean takes(Shortcut shortcut) {
        return allowed.contains(shortcut);
    }

    /** Whether a layer that starts from zeros leaves out the product with them. */
    boolean skipsZeros(String path, RnnCell cell) {
        if (!takes(Shortcut.ZERO_STATE) || !cell.skipsZeros()) {
            return false;
        }
        notes.add(path + ": no product with the zeros of the first step, which saves " + (long) cell.units() * cell.gateFloats()
                + " multiplications a call");
        return true;
    }

    /** One line for each shortcut taken. */
    List<String> notes() {
        return notes;
    }

    /** Memory that tables take. */
    long bytes() {
        return bytes;
    }

    /** Notes that a layer reads a value. */
    void use(int value) {
        uses.merge(value, 1, Integer::sum);
    }

    /** Notes what makes a value. */
    void madeBy(EmbeddingStep step) {
        embeddings.put(step.out(), step);
        padded.put(step.out(), new PaddedInput(step.ids(), step.table(), 0));
    }

    /** Whether a step need not run, since all that read its result look it up in a table of their own. */
    boolean isNeedless(Step step) {
        return step instanceof EmbeddingStep e && folds.containsKey(e.out()) && folds.get(e.out()).equals(uses.get(e.out()));
    }

    /** Notes that a layer reads an embedding only through tables. */
    void folded(int value) {
        folds.merge(value, 1, Integer::sum);
    }

    private boolean reserve(long needed) {
        if (needed > bytesLeft) {
            return false;
        }
        bytesLeft -= needed;
        bytes += needed;
        return true;
    }

    /** Computes the input parts of all rows of the embedding that makes x; null if there is none, or no room. */
    FoldedEmbedding fold(String path, Value x, RnnCell cell) {
        EmbeddingStep embedding = embeddings.get(x.id());
        if (embedding == null || !takes(Shortcut.FOLDED_EMBEDDING) || x.rank() != 3) {
            return null;
        }
        int gates = cell.gateFloats();
        long size = 4L * embedding.count() * gates;
        if (!reserve(size)) {
            notes.add(path + ": embedding not folded, its table of " + size + " bytes is beyond the limit");
            return null;
        }
        long begin = System.nanoTime();
        MemorySegment table = Memory.floats(arena, (long) embedding.count() * gates);
        new ScalarKernels().matMul(cell.input(), embedding.table(), 0, embedding.width(), embedding.count(), table, 0, gates);
        notes.add(String.format("%s: %s folded, a table of %.1f MB made in %d ms saves %d multiplications a step", path, embedding.layer(),
                size / 1e6, (System.nanoTime() - begin) / 1_000_000, (long) embedding.width() * gates));
        return new FoldedEmbedding(embedding, table);
    }

    /**
     * Computes the states after every length of padding; null if the sequence is not made of padded texts of fixed length.
     *
     * @param path   of the layer
     * @param x      its input
     * @param out    its output of all steps, or null
     * @param cell   what it computes
     * @param states how many states it has
     * @param starts makes room for the length of each row's padding
     */
    PaddingPrefix prefix(String path, Value x, Value out, RnnCell cell, int states, java.util.function.IntSupplier starts) {
        PaddedInput input = padded.get(x.id());
        int steps = x.rank() == 3 ? x.dim(1) : -1;
        if (input == null || steps < 2 || !takes(Shortcut.PADDING_PREFIX)) {
            return null;
        }
        int units = cell.units();
        int width = Panels.padded(units);
        long work = (long) steps * cell.gateFloats() * (cell.input().inputs() + units);
        if (work > PREFIX_WORK || !reserve(4L * states * (steps + 1) * width)) {
            notes.add(path + ": no states kept for padding, " + steps + " steps are too many");
            return null;
        }
        MemorySegment[] kept = new MemorySegment[states];
        for (int s = 0; s < states; s++) {
            kept[s] = Memory.floats(arena, (long) (steps + 1) * width);
        }
        MemorySegment outputs = out == null ? null : Memory.floats(arena, (long) steps * units);
        try (Arena scratch = Arena.ofConfined()) {
            run(cell, input, steps, kept, outputs, scratch);
        }
        if (out != null) {
            padded.put(out.id(), new PaddedInput(input.ids, outputs, units));
        }
        notes.add(path + ": states kept for up to " + steps + " steps of padding in front, which cost nothing then");
        return new PaddingPrefix(input.ids, starts.getAsInt(), kept);
    }

    private static void run(RnnCell cell, PaddedInput input, int steps, MemorySegment[] kept, MemorySegment outputs, Arena scratch) {
        ScalarKernels kernels = new ScalarKernels();
        int width = Panels.padded(cell.units());
        int gates = cell.gateFloats();
        StepRun run = new StepRun();
        run.rows = 1;
        run.steps = 1;
        run.a = Memory.floats(scratch, gates);
        run.h = Memory.floats(scratch, width);
        run.c = kept.length > 1 ? Memory.floats(scratch, width) : run.h;
        run.scratch = Memory.floats(scratch, gates + width);
        for (int t = 0; t < steps; t++) {
            kernels.matMul(cell.input(), input.x, t * input.stride, 0, 1, run.a, 0, gates);
            cell.steps(kernels, run);
            Memory.copy(run.h, 0, kept[0], (t + 1L) * width, width);
            if (kept.length > 1) {
                Memory.copy(run.c, 0, kept[1], (t + 1L) * width, width);
            }
            if (outputs != null) {
                Memory.copy(run.h, 0, outputs, (long) t * cell.units(), cell.units());
            }
        }
    }
}
