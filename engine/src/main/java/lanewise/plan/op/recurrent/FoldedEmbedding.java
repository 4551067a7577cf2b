package lanewise.plan.op.recurrent;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.kernel.OffHeap;
import lanewise.kernel.RowTable;
import lanewise.plan.op.EmbeddingOp;
import lanewise.plan.op.Frame;

/**
 * What a recurrent layer adds for its input, for every row of the embedding before it: {@code bias + row * kernel} in
 * the kernels' own order of additions, so that no bit changes. [count][gateFloats]
 */
public final class FoldedEmbedding extends Table {
    /**
     * Rows that are multiplied together. More would take less time each, but with kernels that nothing else of the
     * model needs: to have those compiled takes longer than the table of ten thousand words.
     */
    static final int ROWS = 1;

    private final String layer;
    private final EmbeddingOp embedding;
    private final RnnCell cell;
    private MemorySegment rows;

    public FoldedEmbedding(String layer, EmbeddingOp embedding, RnnCell cell) {
        this.layer = layer;
        this.embedding = embedding;
        this.cell = cell;
    }

    /** What the table takes. */
    public static long bytes(EmbeddingOp embedding, RnnCell cell) {
        return 4L * embedding.table().count() * cell.gateFloats();
    }

    @Override
    void compute(Arena arena, Kernels k) {
        int gates = cell.gateFloats();
        RowTable table = embedding.table();
        rows = Memory.floats(arena, (long) table.count() * gates);
        try (Arena scratch = OffHeap.confined()) {
            MemorySegment x = Memory.floats(scratch, table.width());
            for (int id = 0; id < table.count(); id++) {
                k.lookup(table, id, x, 0);
                k.matMul(cell.input(), x, 0, table.width(), ROWS, rows, (long) id * gates, gates);
            }
        }
    }

    /** Copies the input parts of some ids, which are known to be valid. */
    void copy(Frame f, long first, int count, MemorySegment to, long offset) {
        int gates = cell.gateFloats();
        for (int i = 0; i < count; i++) {
            Memory.copy(rows, (long) Memory.getInt(f.data(embedding.ids()), first + i) * gates, to,
                    offset + (long) i * gates, gates);
        }
    }

    @Override
    String describe() {
        return String.format("%s: %s folded, a table of %.1f MB saves %d multiplications a step", layer,
                embedding.layer(),
                bytes(embedding, cell) / 1e6, (long) embedding.table().width() * cell.gateFloats());
    }
}
