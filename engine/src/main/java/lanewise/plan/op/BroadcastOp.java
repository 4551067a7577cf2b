package lanewise.plan.op;

import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;

/**
 * Arithmetic on two arrays of the same rank; axes of size 1 are repeated.
 *
 * @param layer its path, for messages
 * @param op    what is done
 * @param a     first array
 * @param b     second array
 * @param out   the result
 */
public record BroadcastOp(String layer, BinaryOp op, int a, int b, int out) implements PairwiseOp {
    @Override
    public PlanOp stream(Streaming s) {
        return s.each(this, out, a, b);
    }

    @Override
    public void both(Frame f, Kernels k, long at, long bt, long to, int n) {
        k.binary(op, f.data(a), at, f.data(b), bt, f.data(out), to, n);
    }

    @Override
    public void singleB(Frame f, Kernels k, long at, long bt, long to, int n) {
        k.binary(op, f.data(a), at, Memory.get(f.data(b), bt), false, f.data(out), to, n);
    }

    @Override
    public void singleA(Frame f, Kernels k, long at, long bt, long to, int n) {
        k.binary(op, f.data(b), bt, Memory.get(f.data(a), at), true, f.data(out), to, n);
    }
}
