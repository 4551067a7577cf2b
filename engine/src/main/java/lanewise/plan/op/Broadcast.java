package lanewise.plan.op;

import lanewise.error.InvalidInputException;
import lanewise.spec.Shape;

/** Arrays of the same rank side by side, where axes of size 1 are repeated. */
public final class Broadcast {
    private Broadcast() {}

    /**
     * The sizes of the result. Where the sizes of a call do not fit, the larger one, since {@link #check} refuses
     * later.
     */
    public static void shape(int[] a, int[] b, int[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = a[i] == b[i] ? a[i] : a[i] == 1 ? b[i] : b[i] == 1 ? a[i]
                    : a[i] == Shape.ANY ? b[i] : b[i] == Shape.ANY ? a[i] : Math.max(a[i], b[i]);
        }
    }

    /** Whether two sizes may stand side by side, an unknown one with any other. */
    public static boolean fits(int a, int b) {
        return a == b || a == 1 || b == 1 || a == Shape.ANY || b == Shape.ANY;
    }

    public static void check(String layer, int[] a, int[] b) {
        for (int i = 0; i < a.length; i++) {
            if (a[i] != b[i] && a[i] != 1 && b[i] != 1) {
                throw new InvalidInputException("layer '" + layer + "': its inputs of shapes " + Dims.text(a) + " and "
                        + Dims.text(b) + " do not fit together");
            }
        }
    }

    /**
     * Where an element of the result lies in an operand.
     *
     * @param i       index in the result, counted in blocks of the last {@code skipped} axes
     * @param out     sizes of the result
     * @param operand sizes of the operand
     * @param skipped how many of the last axes are left out
     * @return index in the operand, counted in its own blocks
     */
    public static long index(int i, int[] out, int[] operand, int skipped) {
        long index = 0;
        long stride = 1;
        for (int axis = out.length - 1 - skipped; axis >= 0; axis--) {
            int at = i % out[axis];
            i /= out[axis];
            index += operand[axis] == 1 ? 0 : at * stride;
            stride *= operand[axis];
        }
        return index;
    }
}
