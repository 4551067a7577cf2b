package lanewise.plan.op;

import java.lang.foreign.MemorySegment;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Copies the row of each id.
 *
 * @param layer its path, for messages
 * @param ids   integers of any rank
 * @param out   the same with one more axis
 * @param table [count][width] floats
 * @param count rows of the table
 * @param width of a row
 */
public record EmbeddingOp(String layer, int ids, int out, MemorySegment table, int count, int width) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[ids], dims[out]);
        dims[out][dims[out].length - 1] = width;
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
    public void run(Frame f, Kernels k) {
        MemorySegment to = f.data(out);
        int n = Dims.count(f.dims(ids));
        for (int i = 0; i < n; i++) {
            Memory.copy(table, id(f, i) * width, to, (long) i * width, width);
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
    private long id(Frame f, long position) {
        int id = Memory.getInt(f.data(ids), position);
        if (id < 0 || id >= count) {
            throw new InvalidInputException("layer '" + layer + "': id " + id + " at position " + position
                    + " is outside its vocabulary, expected 0 to " + (count - 1));
        }
        return id;
    }
}
