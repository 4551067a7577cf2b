package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Which steps lie within a length of each row.
 *
 * @param x       a sequence, for its sizes
 * @param lengths a float for each row
 * @param out     takes truth values, [batch, steps]
 */
public record WithinLengthOp(int x, int lengths, int out) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        dims[out][0] = dims[x][0];
        dims[out][1] = dims[x][1];
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.whole(this, "needs the length of the sequence, which a stream does not have", out, x, lengths);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int steps = f.dims(out)[1];
        for (int i = 0; i < f.dims(out)[0]; i++) {
            float length = Memory.get(f.data(lengths), i);
            for (int t = 0; t < steps; t++) {
                Memory.setInt(f.data(out), (long) i * steps + t, t < length ? 1 : 0);
            }
        }
    }
}
