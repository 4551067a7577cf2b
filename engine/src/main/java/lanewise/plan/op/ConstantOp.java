package lanewise.plan.op;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Puts trained numbers where arithmetic can read them as if they were a value of the call.
 *
 * @param out    takes the numbers
 * @param sizes  their sizes
 * @param values as many floats
 */
public record ConstantOp(int out, int[] sizes, MemorySegment values) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(sizes, dims[out]);
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.each(this, out);
    }

    @Override
    public void run(Frame f, Kernels k) {
        Memory.copy(values, 0, f.data(out), 0, Dims.count(sizes));
    }
}
