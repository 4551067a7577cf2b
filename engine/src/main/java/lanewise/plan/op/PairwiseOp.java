package lanewise.plan.op;

import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.spec.Broadcast;

/** An operation on two arrays of the same rank, value by value; axes of size 1 are repeated. */
public interface PairwiseOp extends PlanOp {
    /** Path of the layer, for messages. */
    String layer();

    /** First array. */
    int a();

    /** Second array. */
    int b();

    /** The result. */
    int out();

    @Override
    default void shape(int[][] dims) {
        Broadcast.shape(dims[a()], dims[b()], dims[out()]);
    }

    @Override
    default void run(Frame f, Kernels k) {
        int[] da = f.dims(a());
        int[] db = f.dims(b());
        int[] d = f.dims(out());
        check(layer(), da, db);
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
            long to = (long) i * inner;
            if (wholeA && wholeB) {
                both(f, k, at, bt, to, inner);
            } else if (wholeA) {
                singleB(f, k, at, bt, to, inner);
            } else {
                singleA(f, k, at, bt, to, inner);
            }
        }
    }

    /** Computes values side by side of both arrays. */
    void both(Frame f, Kernels k, long at, long bt, long to, int n);

    /** Computes values side by side of the first array with one value of the second. */
    void singleB(Frame f, Kernels k, long at, long bt, long to, int n);

    /** Computes values side by side of the second array with one value of the first. */
    void singleA(Frame f, Kernels k, long at, long bt, long to, int n);

    /** Refuses arrays of a call whose sizes do not fit. */
    static void check(String layer, int[] a, int[] b) {
        if (!Broadcast.fits(a, b)) {
            throw new InvalidInputException("layer '" + layer + "': its inputs of shapes " + Dims.text(a) + " and "
                    + Dims.text(b) + " do not fit together");
        }
    }
}
