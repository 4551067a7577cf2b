package lanewise.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.Broadcast;
import lanewise.spec.ShapeOperation;

/** Arithmetic with the sizes of axes. */
final class OnnxSizes {
    private OnnxSizes() {}

    /** One size for two, of which one may be 1. */
    static int broadcast(int a, int b) {
        if (!Broadcast.fits(a, b)) {
            throw new Unsupported("its inputs of " + a + " and " + b + " along one axis do not fit together");
        }
        return Broadcast.size(a, b);
    }

    /** The sizes of two values side by side, of which all are known. */
    static int[] broadcast(int[] a, int[] b) {
        if (!Broadcast.fits(a, b)) {
            throw new Unsupported(
                    "its inputs " + OnnxValue.text(a) + " and " + OnnxValue.text(b) + " do not fit together");
        }
        return Broadcast.shape(a, b);
    }

    /** A number as 32 bits, which every size and position of a model fits into. */
    static int exact(long value, String what) {
        if (value != (int) value) {
            throw new Unsupported("its " + what + " is " + value + ", which is out of range");
        }
        return (int) value;
    }

    /** How many values there are of sizes that are all known. */
    static int count(int... dims) {
        double count = Arrays.stream(dims).asDoubleStream().reduce(1, (a, b) -> a * b);
        if (Arrays.stream(dims).anyMatch(dim -> dim < 0)) {
            throw new OpenSize("it has to know how many values " + OnnxValue.text(dims) + " are");
        } else if (count > Integer.MAX_VALUE) {
            throw new Unsupported("the values of " + OnnxValue.text(dims) + " are too many");
        }
        return (int) count;
    }

    /** Refuses a value that has another number of axes. */
    static void needRank(OnnxValue value, int rank, String what) {
        if (value.rank() != rank) {
            throw new Unsupported("its " + what + " has the sizes " + OnnxValue.text(value.dims()) + ", expected "
                    + rank + " axes");
        }
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
        return replaced(dims, axis);
    }

    /** Makes an axis that counts from the end count from the start. */
    static int axis(long axis, int rank) {
        long at = axis < 0 ? axis + rank : axis;
        if (at < 0 || at >= rank) {
            throw new Unsupported("its axis is " + axis + ", but the value has " + rank + " axes");
        }
        return (int) at;
    }

    /** For each new axis the old one, as an attribute {@code perm} has them; null turns all around. */
    static int[] order(long[] perm, int rank) {
        int[] order = perm == null ? IntStream.range(0, rank).map(i -> rank - 1 - i).toArray()
                : Arrays.stream(perm).mapToInt(axis -> axis(axis, rank)).toArray();
        if (order.length != rank || Arrays.stream(order).distinct().count() != rank) {
            throw new Unsupported("it reorders " + rank + " axes as " + Arrays.toString(order));
        }
        return order;
    }

    /** The sizes without some axes of size 1; null for all of them. */
    static int[] squeezed(int[] dims, long[] axes) {
        boolean[] gone = new boolean[dims.length];
        for (int i = 0; i < dims.length; i++) {
            gone[i] = axes == null && dims[i] == 1;
        }
        for (int i = 0; axes != null && i < axes.length; i++) {
            int axis = axis(axes[i], dims.length);
            if (dims[axis] != 1) {
                throw new Unsupported(
                        "it takes axis " + axis + " away from " + OnnxValue.text(dims) + ", whose size is not 1");
            }
            gone[axis] = true;
        }
        return IntStream.range(0, dims.length).filter(i -> !gone[i]).map(i -> dims[i]).toArray();
    }

    /** Where axes of size 1 are put in, ascending, in the result. */
    static int[] added(long[] axes, int rank) {
        if (axes == null) {
            throw new Unsupported("its axes are missing");
        }
        int[] added = Arrays.stream(axes).mapToInt(axis -> axis(axis, rank + axes.length)).sorted().toArray();
        if (Arrays.stream(added).distinct().count() != added.length) {
            throw new Unsupported("its axes are " + Arrays.toString(axes) + ", expected each once");
        }
        return added;
    }

    /** The sizes with one of 1 put in. */
    static int[] inserted(int[] dims, int axis) {
        return IntStream.range(0, dims.length + 1).map(i -> i == axis ? 1 : dims[i < axis ? i : i - 1]).toArray();
    }

    /** The sizes with others in place of one. */
    static int[] replaced(int[] dims, int axis, int... by) {
        return IntStream
                .concat(IntStream.concat(Arrays.stream(dims, 0, axis), Arrays.stream(by)),
                        Arrays.stream(dims, axis + 1, dims.length))
                .toArray();
    }

    /** Names of sizes known only at run time, and how they follow from each other. */
    static final class Symbols {
        private int last = OnnxValue.ROWS;
        /** For sizes that are others and a number: the other, and the number. */
        private final Map<Integer, int[]> offsets = new HashMap<>();

        /** A name for a size known only at run time. */
        int next() {
            if (--last <= OnnxValue.ROWS - OnnxValue.MOST_SYMBOLS) {
                throw new Unsupported("the model has too many sizes known only at run time");
            }
            return last;
        }

        /** A name for a size that is another one and a number. */
        int offset(int symbol, int by) {
            int[] known = offsets.getOrDefault(symbol, new int[] {symbol, 0});
            int sum = known[1] + by;
            int made = sum == 0 ? known[0] : next();
            offsets.putIfAbsent(made, new int[] {known[0], sum});
            return made;
        }

        /** The size that another one is made of, and the number that is added; itself and 0 where nothing is known. */
        int[] base(int symbol) {
            return offsets.getOrDefault(symbol, new int[] {symbol, 0});
        }

        /**
         * A position that is given as a size and a number, from the end of an axis of that size.
         *
         * @param symbol the name of the sum
         * @param size   of the axis
         * @return the number: -1 for the last position
         */
        int fromEnd(int symbol, int size) {
            int[] known = offsets.getOrDefault(symbol, new int[] {symbol, 0});
            if (known[0] != size || known[1] > 0) {
                throw new OpenSize("it asks for a position known only at run time");
            }
            return known[1];
        }
    }
}
