package lanewise.plan.op;

import java.lang.foreign.MemorySegment;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Puts fixed numbers where a layer reads them as if they were a value of the call: one row, repeated for each row of
 * the call, or as many rows as the call must then have.
 *
 * @param layer  the layer, for messages
 * @param like   a value whose rows are the call's
 * @param out    takes the numbers
 * @param sizes  their sizes, [1 or rows, ...]
 * @param values as many numbers, four bytes each
 */
public record ConstantRowsOp(String layer, int like, int out, int[] sizes, MemorySegment values) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(sizes, dims[out]);
        dims[out][0] = dims[like][0];
    }

    @Override
    public PlanOp stream(Streaming s) {
        if (sizes[0] > 1) {
            throw new Problem("its values are those of " + sizes[0] + " rows, but a stream has rows of its own");
        }
        return s.each(this, out);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int rows = f.dims(out)[0];
        if (sizes[0] > 1 && rows != sizes[0]) {
            throw new InvalidInputException("layer '" + layer + "': the model holds values of it for " + sizes[0]
                    + " rows, but this call has " + rows + "; call it with " + sizes[0] + " rows");
        }
        int row = Dims.count(sizes, 1, sizes.length);
        for (int b = 0; b < rows; b++) {
            Memory.copy(values, sizes[0] > 1 ? (long) b * row : 0, f.data(out), (long) b * row, row);
        }
    }
}
