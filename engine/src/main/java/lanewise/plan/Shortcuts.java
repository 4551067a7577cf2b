package lanewise.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import lanewise.options.Shortcut;
import lanewise.plan.op.EmbeddingOp;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.recurrent.FoldableEmbeddingOp;
import lanewise.plan.op.recurrent.FoldedEmbedding;
import lanewise.plan.op.recurrent.PaddingPrefix;
import lanewise.plan.op.recurrent.RnnCell;
import lanewise.plan.op.recurrent.Table;

/** The shortcuts that a plan takes while it is being made. */
final class Shortcuts {
    /** The maximum number of multiplications for the states of padding: about 50 ms. */
    private static final long PREFIX_WORK = 200_000_000;

    private final Set<Shortcut> allowed;
    private final List<Object> notes = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();
    private final Map<Integer, EmbeddingOp> embeddings = new HashMap<>();
    private final Map<Integer, PaddingPrefix.Source> sources = new HashMap<>();
    private final Map<Integer, Integer> uses = new HashMap<>();
    private final Map<Integer, List<FoldedEmbedding>> folds = new HashMap<>();
    private final Map<Integer, Integer> foldedUses = new HashMap<>();
    private final long limit;
    private long bytes;

    Shortcuts(Set<Shortcut> allowed, long limit) {
        this.allowed = allowed;
        this.limit = limit;
    }

    boolean takes(Shortcut shortcut) {
        return allowed.contains(shortcut);
    }

    private boolean reserve(long needed) {
        if (needed > limit - bytes) {
            return false;
        }
        bytes += needed;
        return true;
    }

    /** One line for each shortcut taken, when it is turned into text. */
    List<Object> notes() {
        return notes;
    }

    /** In the order in which they have to be made. */
    List<Table> tables() {
        return tables;
    }

    /** Memory that tables take. */
    long bytes() {
        return bytes;
    }

    private <T extends Table> T add(T table) {
        tables.add(table);
        notes.add(table);
        return table;
    }

    /** Whether a layer that starts from zeros leaves out the product with them. */
    boolean skipsZeros(String path, RnnCell cell) {
        if (!takes(Shortcut.ZERO_STATE) || !cell.skipsZeros()) {
            return false;
        }
        notes.add(path + ": no product with the zeros of the first step, which saves "
                + (long) cell.units() * cell.gateFloats()
                + " multiplications a call");
        return true;
    }

    /** Notes that a layer reads a value. */
    void use(int value) {
        uses.merge(value, 1, Integer::sum);
    }

    /** Whether only one layer reads a value. */
    boolean isReadOnce(int value) {
        return uses.getOrDefault(value, 0) == 1;
    }

    /** Notes what makes a value. */
    void madeBy(EmbeddingOp op) {
        embeddings.put(op.out(), op);
        sources.put(op.out(), new PaddingPrefix.Embedded(op));
    }

    /** Notes that a layer reads an embedding only through tables. */
    void folded(int value) {
        foldedUses.merge(value, 1, Integer::sum);
    }

    /** The operation itself, or what may stand for an embedding that is only read through tables. */
    PlanOp replace(PlanOp op) {
        if (op instanceof EmbeddingOp e && foldedUses.containsKey(e.out())
                && foldedUses.get(e.out()).equals(uses.get(e.out()))) {
            return new FoldableEmbeddingOp(e, List.copyOf(folds.get(e.out())));
        }
        return op;
    }

    /** A table of the input parts of all rows of the embedding that makes x; null if there is none, or no room. */
    FoldedEmbedding fold(String path, Value x, RnnCell cell) {
        EmbeddingOp embedding = embeddings.get(x.id());
        if (embedding == null || !takes(Shortcut.FOLDED_EMBEDDING) || x.rank() != 3) {
            return null;
        }
        long size = FoldedEmbedding.bytes(embedding, cell);
        if (!reserve(size)) {
            notes.add(path + ": " + embedding.layer() + " not folded, its table of " + size
                    + " bytes is beyond the limit");
            return null;
        }
        FoldedEmbedding table = add(new FoldedEmbedding(path, embedding, cell));
        folds.computeIfAbsent(x.id(), id -> new ArrayList<>()).add(table);
        return table;
    }

    /**
     * A table of the states after every length of padding; null if the sequence is not made of texts of fixed length.
     *
     * @param path   of the layer
     * @param x      its input
     * @param out    its output of all steps, or null
     * @param cell   what it computes
     * @param states how many states it has
     * @param starts makes room for the length of each row's padding
     */
    PaddingPrefix prefix(String path, Value x, Value out, RnnCell cell, int states, IntSupplier starts) {
        PaddingPrefix.Source source = sources.get(x.id());
        int steps = x.rank() == 3 ? x.dim(1) : -1;
        if (source == null || steps < 2 || !takes(Shortcut.PADDING_PREFIX)) {
            return null;
        }
        long work = (long) steps * cell.gateFloats() * (cell.input().inputs() + cell.units());
        if (work > PREFIX_WORK || !reserve(PaddingPrefix.bytes(cell, states, steps))) {
            notes.add(path + ": no states kept for padding, " + steps + " steps would take too much time or memory");
            return null;
        }
        PaddingPrefix table = add(new PaddingPrefix(path, source, cell, states, steps, starts.getAsInt()));
        if (out != null) {
            sources.put(out.id(), new PaddingPrefix.Outputs(table));
        }
        return table;
    }
}
