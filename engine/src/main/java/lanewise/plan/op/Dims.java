package lanewise.plan.op;

import lanewise.error.InvalidInputException;
import lanewise.spec.Shape;

/**
 * Arithmetic with sizes of dimensions, where {@link Shape#ANY} (known only at the call) stays unknown. The same code
 * finds shapes when a model is planned, the largest sizes when a predictor is made, and the sizes of each call.
 */
public final class Dims {
    private Dims() {}

    public static int times(int a, int b) {
        return a == Shape.ANY || b == Shape.ANY ? Shape.ANY : Math.multiplyExact(a, b);
    }

    public static int plus(int a, int b) {
        return a == Shape.ANY || b == Shape.ANY ? Shape.ANY : Math.addExact(a, b);
    }

    /** The product of {@code dims[from, to)}. */
    public static int count(int[] dims, int from, int to) {
        int count = 1;
        for (int i = from; i < to; i++) {
            count = times(count, dims[i]);
        }
        return count;
    }

    public static int count(int[] dims) {
        return count(dims, 0, dims.length);
    }

    /** All but the last axis. */
    public static int rows(int[] dims) {
        return count(dims, 0, dims.length - 1);
    }

    public static int last(int[] dims) {
        return dims[dims.length - 1];
    }

    public static void copy(int[] from, int[] to) {
        System.arraycopy(from, 0, to, 0, from.length);
    }

    /** Makes a negative axis count from the start. */
    public static int axis(int axis, int rank) {
        return axis < 0 ? axis + rank : axis;
    }

    /** Refuses a call in which two dimensions that must agree do not. */
    public static void same(String layer, String what, int a, int b) {
        if (a != b) {
            throw new InvalidInputException(
                    "layer '" + layer + "': its inputs differ in " + what + ": " + a + " and " + b
                            + ", expected the same");
        }
    }

    /** The same for an axis, whose name is made only where it is needed: calls allocate nothing. */
    public static void same(String layer, int axis, int a, int b) {
        if (a != b) {
            same(layer, "axis " + axis, a, b);
        }
    }

    public static String text(int[] dims) {
        return Shape.of(dims).toString();
    }
}
