package lanewise.plan.op;

import java.lang.foreign.MemorySegment;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.kernel.RowTable;

/**
 * Copies the row of each id.
 *
 * @param layer its path, for messages
 * @param ids   integers of any rank
 * @param out   the same with one more axis
 * @param table its rows
 */
public record EmbeddingOp(String layer, int ids, int out, RowTable table) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[ids], dims[out]);
        dims[out][dims[out].length - 1] = table.width();
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.each(this, out, ids);
    }

    @Override
    public boolean refusesValues() {
        return true;
    }

    @Override
    public String words() {
        return "look up rows";
    }

    @Override
    public void run(Frame f, Kernels k) {
        MemorySegment to = f.data(out);
        int n = Dims.count(f.dims(ids));
        for (int i = 0; i < n; i++) {
            k.lookup(table, id(f, i), to, (long) i * table.width());
        }
    }

    /** Checks all ids. */
    public void check(Frame f) {
        int n = Dims.count(f.dims(ids));
        for (int i = 0; i < n; i++) {
            id(f, i);
        }
    }

    /** An id, once it is known that there is a row for it. */
    private int id(Frame f, long position) {
        int id = Memory.getInt(f.data(ids), position);
        if (id < 0 || id >= table.count()) {
            throw new InvalidInputException("layer '" + layer + "': id " + id + " at position " + position
                    + " is outside its vocabulary, expected 0 to " + (table.count() - 1));
        }
        return id;
    }
}
