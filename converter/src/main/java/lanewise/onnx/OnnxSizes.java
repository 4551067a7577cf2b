package lanewise.onnx;

import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.ShapeOperation;

/** Arithmetic with the sizes of axes. */
final class OnnxSizes {
    private OnnxSizes() {}

    /** One size for two, of which one may be 1. */
    static int broadcast(int a, int b) {
        if (a != b && a > 1 && b > 1) {
            throw new Unsupported("its inputs of " + a + " and " + b + " along one axis do not fit together");
        }
        return a == 1 || b > 1 ? b : a;
    }

    /** How many positions a slice takes. */
    static int length(int size, int begin, int end, int step) {
        int open = ShapeOperation.Slice.OPEN;
        int low = step > 0 ? 0 : -1;
        int high = step > 0 ? size : size - 1;
        int from = begin == open ? step > 0 ? 0 : size - 1 : Math.clamp(begin < 0 ? begin + size : begin, low, high);
        int to = end == open ? step > 0 ? size : -1 : Math.clamp(end < 0 ? end + size : end, low, high);
        return Math.max(0, Math.ceilDiv(to - from, step));
    }

    /** The sizes of all axes but one. */
    static int[] without(int[] dims, int axis) {
        int[] rest = new int[dims.length - 1];
        System.arraycopy(dims, 0, rest, 0, axis);
        System.arraycopy(dims, axis + 1, rest, axis, rest.length - axis);
        return rest;
    }
}
