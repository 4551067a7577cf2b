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
public record BroadcastOp(String layer, BinaryOp op, int a, int b, int out) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Broadcast.shape(dims[a], dims[b], dims[out]);
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.each(this, out, a, b);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] da = f.dims(a);
        int[] db = f.dims(b);
        int[] d = f.dims(out);
        Broadcast.check(layer, da, db);
        // the longest tail of axes in which each operand is either whole or a single value is one kernel call
        int skipped = 0;
        boolean wholeA = true;
        boolean wholeB = true;
        boolean singleA = true;
        boolean singleB = true;
        while (skipped < d.length) {
            int axis = d.length - 1 - skipped;
            boolean nextWholeA = wholeA && da[axis] == d[axis];
            boolean nextWholeB = wholeB && db[axis] == d[axis];
            boolean nextSingleA = singleA && da[axis] == 1;
            boolean nextSingleB = singleB && db[axis] == 1;
            if (!nextWholeA && !(nextSingleA && nextWholeB) || !nextWholeB && !(nextSingleB && nextWholeA)) {
                break;
            }
            wholeA = nextWholeA;
            wholeB = nextWholeB;
            singleA = nextSingleA;
            singleB = nextSingleB;
            skipped++;
        }
        int inner = Dims.count(d, d.length - skipped, d.length);
        int innerA = wholeA ? inner : 1;
        int innerB = wholeB ? inner : 1;
        int outer = inner == 0 ? 0 : Dims.count(d) / inner;
        for (int i = 0; i < outer; i++) {
            long at = Broadcast.index(i, d, da, skipped) * innerA;
            long bt = Broadcast.index(i, d, db, skipped) * innerB;
            if (wholeA && wholeB) {
                k.binary(op, f.data(a), at, f.data(b), bt, f.data(out), (long) i * inner, inner);
            } else if (wholeA) {
                k.binary(op, f.data(a), at, Memory.get(f.data(b), bt), false, f.data(out), (long) i * inner, inner);
            } else {
                k.binary(op, f.data(b), bt, Memory.get(f.data(a), at), true, f.data(out), (long) i * inner, inner);
            }
        }
    }
}
