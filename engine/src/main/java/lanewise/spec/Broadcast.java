package lanewise.spec;

import java.util.Arrays;

/**
 * Broadcasting: arrays are aligned at their last axes; axes of size 1, and missing leading axes, are repeated. Negative
 * sizes are known only at the call and fit any other size. Nothing is allocated, except where a new array is returned.
 */
public final class Broadcast {
    private Broadcast() {}

    /**
     * Whether two sizes can be broadcast.
     *
     * @param a a size
     * @param b another
     * @return true if they are equal, or one is 1 or unknown
     */
    public static boolean fits(int a, int b) {
        return a == b || a == 1 || b == 1 || a < 0 || b < 0;
    }

    /**
     * Whether two shapes can be broadcast.
     *
     * @param a sizes
     * @param b other sizes, of the same or another rank
     * @return true if all sizes fit
     */
    public static boolean fits(int[] a, int[] b) {
        for (int i = 1; i <= a.length && i <= b.length; i++) {
            if (!fits(a[a.length - i], b[b.length - i])) {
                return false;
            }
        }
        return true;
    }

    /**
     * The size of the result along one axis.
     *
     * @param a a size
     * @param b another
     * @return the size that is not 1, or the known one of the two; the larger one if they do not fit
     */
    public static int size(int a, int b) {
        if (a == b || b == 1 || b < 0 && a != 1) {
            return a;
        }
        return a == 1 || a < 0 ? b : Math.max(a, b);
    }

    /**
     * The sizes of the result of arrays of the same rank.
     *
     * @param a   sizes
     * @param b   others
     * @param out receives the sizes of the result
     */
    public static void shape(int[] a, int[] b, int[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = size(a[i], b[i]);
        }
    }

    /**
     * The sizes of the result of arrays of any rank.
     *
     * @param a sizes
     * @param b others
     * @return the sizes of the result, a new array
     */
    public static int[] shape(int[] a, int[] b) {
        int[] longer = a.length >= b.length ? a : b;
        int[] shorter = a.length >= b.length ? b : a;
        int[] out = Arrays.copyOf(longer, longer.length);
        for (int i = 1; i <= shorter.length; i++) {
            out[out.length - i] = size(a[a.length - i], b[b.length - i]);
        }
        return out;
    }

    /**
     * Finds where a value of the result is in an operand.
     *
     * @param i       index in the result, counted in blocks of the last {@code skipped} axes
     * @param out     sizes of the result
     * @param operand sizes of the operand, of as many axes or fewer
     * @param skipped how many of the last axes are left out
     * @return index in the operand, counted in its own blocks
     */
    public static long index(int i, int[] out, int[] operand, int skipped) {
        int missing = out.length - operand.length;
        long index = 0;
        long stride = 1;
        int rest = i;
        for (int axis = out.length - 1 - skipped; axis >= missing; axis--) {
            int size = operand[axis - missing];
            index += size == 1 ? 0 : rest % out[axis] * stride;
            rest /= out[axis];
            stride *= size;
        }
        return index;
    }
}
