package lanewise.kernel;

import java.lang.foreign.MemorySegment;
import lanewise.spec.DType;
import lanewise.spec.MapOp;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;

/**
 * The kernels that have no vector form: one definition, which both twins share. Arguments are as in {@link Kernels},
 * except that exactly the values asked for are written. Truth values are integers, 0 or 1. Where a type is asked for,
 * FLOAT32 means floats, and any other one integers of 32 bits. INT64
 * means integers that have 64 bits in the model, but are kept in 32: a result that needs more is an
 * {@link ArithmeticException}, while others wrap around.
 */
public sealed interface CommonKernels permits Kernels {
    /**
     * {@code dst[i] = op(src[i])}, computed in double precision, or as integers if the result is one.
     *
     * @param op   a function that is neither SQUARE of floats (see {@link Kernels#binary}) nor a cast (see
     *             {@link #cast})
     * @param src  values
     * @param type what they are
     * @param dst  takes what {@link MapOp#result} says
     * @param n    how many
     */
    default void map(MapOp op, MemorySegment src, DType type, MemorySegment dst, int n) {
        DType to = op.result(type);
        for (int i = 0; i < n; i++) {
            if (to == DType.INT32) {
                int x = Memory.getInt(src, i);
                Memory.setInt(dst, i,
                        type == DType.INT64 ? WideFunctions.apply(op, x) : IntegerFunctions.apply(op, x));
            } else {
                put(dst, i, to, ScalarFunctions.apply(op, value(src, i, type)));
            }
        }
    }

    /**
     * {@code dst[i] = op(a[i], b[i])}, computed in double precision, or as integers if the result is one.
     *
     * @param op        a function that is not among {@link BinaryOp}, or one of integers
     * @param a         first values
     * @param aOffset   of the first
     * @param aType     what they are
     * @param b         second values
     * @param bOffset   of the first
     * @param bType     what they are
     * @param dst       takes what {@link PairOp#result} says
     * @param dstOffset of the first
     * @param n         how many
     * @throws ArithmeticException with the reason if integers have no result
     */
    default void pair(PairOp op, MemorySegment a, long aOffset, DType aType, MemorySegment b, long bOffset, DType bType,
            MemorySegment dst, long dstOffset, int n) {
        DType to = op.result(aType, bType);
        for (int i = 0; i < n; i++) {
            if (to == DType.INT32) {
                int x = Memory.getInt(a, aOffset + i);
                int y = Memory.getInt(b, bOffset + i);
                Memory.setInt(dst, dstOffset + i, integer(op, x, y, aType, bType));
            } else {
                put(dst, dstOffset + i, to,
                        ScalarFunctions.apply(op, value(a, aOffset + i, aType), value(b, bOffset + i, bType)));
            }
        }
    }

    /**
     * {@code dst[i] = op(a[i], b)}, or {@code op(b, a[i])} if swapped, computed in double precision, or as integers if
     * the result is one.
     *
     * @param op        a function that is not among {@link BinaryOp}, or one of integers
     * @param a         values
     * @param aOffset   of the first
     * @param aType     what they are
     * @param b         the same for all
     * @param bType     what it is
     * @param swapped   whether b comes first
     * @param dst       takes what {@link PairOp#result} says
     * @param dstOffset of the first
     * @param n         how many
     * @throws ArithmeticException with the reason if integers have no result
     */
    default void pair(PairOp op, MemorySegment a, long aOffset, DType aType, double b, DType bType, boolean swapped,
            MemorySegment dst, long dstOffset, int n) {
        DType to = op.result(aType, bType);
        for (int i = 0; i < n; i++) {
            if (to == DType.INT32) {
                int x = Memory.getInt(a, aOffset + i);
                Memory.setInt(dst, dstOffset + i, swapped ? integer(op, (int) b, x, aType, bType)
                        : integer(op, x, (int) b, aType, bType));
            } else {
                double x = value(a, aOffset + i, aType);
                put(dst, dstOffset + i, to,
                        swapped ? ScalarFunctions.apply(op, b, x) : ScalarFunctions.apply(op, x, b));
            }
        }
    }

    private static int integer(PairOp op, int x, int y, DType aType, DType bType) {
        return aType == DType.INT64 || bType == DType.INT64 ? WideFunctions.apply(op, x, y)
                : IntegerFunctions.apply(op, x, y);
    }

    /**
     * Floats as integers, cut toward zero, or integers as floats. What is no integer of 32 bits, NaN among it, becomes
     * the smallest one, as in TensorFlow and ONNX Runtime on x86.
     *
     * @param src  values
     * @param from what they are
     * @param dst  takes the results
     * @param to   FLOAT32 if integers come in, INT32 or INT64 if floats do
     * @param n    how many
     */
    default void cast(MemorySegment src, DType from, MemorySegment dst, DType to, int n) {
        for (int i = 0; i < n; i++) {
            if (from == DType.FLOAT32) {
                float x = Memory.get(src, i);
                Memory.setInt(dst, i, to == DType.INT64 ? WideFunctions.whole(x) : IntegerFunctions.whole(x));
            } else {
                Memory.set(dst, i, Memory.getInt(src, i));
            }
        }
    }

    /**
     * {@code dst[i] = mask[i * maskStride] ? x[i] : y[i]}.
     *
     * @param mask       truth values
     * @param maskOffset of the first
     * @param maskStride from one to the next: 0 repeats the first
     * @param x          values
     * @param y          other values, or null
     * @param other      stands for all of y where that is null
     * @param dst        takes the results
     * @param offset     of the first in x, y and dst
     * @param n          how many
     */
    default void select(MemorySegment mask, long maskOffset, int maskStride, MemorySegment x, MemorySegment y,
            float other,
            MemorySegment dst, long offset, int n) {
        for (int i = 0; i < n; i++) {
            boolean keep = Memory.getInt(mask, maskOffset + (long) i * maskStride) != 0;
            long at = offset + i;
            Memory.set(dst, at, keep ? Memory.get(x, at) : y != null ? Memory.get(y, at) : other);
        }
    }

    /**
     * Whether some value differs from a number; NaN does.
     *
     * @param src    values
     * @param offset of the first
     * @param value  the number
     * @param n      how many
     * @return false if all are equal to it
     */
    default boolean differs(MemorySegment src, long offset, float value, int n) {
        for (int i = 0; i < n; i++) {
            if (Memory.get(src, offset + i) != value) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many boundaries are not greater than each value.
     *
     * @param src        floats
     * @param boundaries ascending
     * @param dst        takes integers
     * @param n          how many
     */
    default void bins(MemorySegment src, float[] boundaries, MemorySegment dst, int n) {
        for (int i = 0; i < n; i++) {
            float value = Memory.get(src, i);
            int bin = 0;
            while (bin < boundaries.length && !(value < boundaries[bin])) {
                bin++;
            }
            Memory.setInt(dst, i, bin);
        }
    }

    /**
     * Adds a weight to a row at each of some positions; positions outside of the row are left out.
     *
     * @param ids          positions
     * @param idOffset     of the first
     * @param weights      a weight for each position, or null for ones
     * @param weightOffset of the first
     * @param n            how many
     * @param presence     whether a position that occurs becomes 1 whatever its weight
     * @param dst          the row
     * @param dstOffset    of its first value
     * @param depth        its length
     */
    default void addAt(MemorySegment ids, long idOffset, MemorySegment weights, long weightOffset, int n,
            boolean presence, MemorySegment dst, long dstOffset, int depth) {
        for (int i = 0; i < n; i++) {
            int id = Memory.getInt(ids, idOffset + i);
            if (id >= 0 && id < depth) {
                float weight = weights == null ? 1f : Memory.get(weights, weightOffset + i);
                long at = dstOffset + id;
                Memory.set(dst, at, presence ? 1f : Memory.get(dst, at) + weight);
            }
        }
    }

    /**
     * Values between four neighbours: {@code mix(mix(a, b, u), mix(c, d, u), v)} with
     * {@code mix(p, q, s) = fma(q - p, s, p)}.
     *
     * @param src       values
     * @param upperLeft offset of the first a
     * @param upperRight offset of the first b
     * @param lowerLeft offset of the first c
     * @param lowerRight offset of the first d
     * @param u         share of the right ones
     * @param v         share of the lower ones
     * @param dst       takes the results
     * @param dstOffset of the first
     * @param n         how many
     */
    default void bilinear(MemorySegment src, long upperLeft, long upperRight, long lowerLeft, long lowerRight, float u,
            float v, MemorySegment dst, long dstOffset, int n) {
        for (int i = 0; i < n; i++) {
            float a = Memory.get(src, upperLeft + i);
            float c = Memory.get(src, lowerLeft + i);
            float upper = Math.fma(Memory.get(src, upperRight + i) - a, u, a);
            float lower = Math.fma(Memory.get(src, lowerRight + i) - c, u, c);
            Memory.set(dst, dstOffset + i, Math.fma(lower - upper, v, upper));
        }
    }

    /**
     * Where the largest or smallest of some values is, the first of equals; for several columns.
     *
     * @param op    ARGMAX or ARGMIN
     * @param src   [n][width] values
     * @param type  what they are
     * @param n     values of a column, at least 1
     * @param width how many columns
     * @param dst   [width] integers
     */
    default void position(ReduceOp op, MemorySegment src, DType type, int n, int width, MemorySegment dst) {
        for (int j = 0; j < width; j++) {
            int best = 0;
            for (int i = 1; i < n; i++) {
                double a = value(src, (long) i * width + j, type);
                double b = value(src, (long) best * width + j, type);
                if (op == ReduceOp.ARGMAX ? a > b : a < b) {
                    best = i;
                }
            }
            Memory.setInt(dst, j, best);
        }
    }

    /**
     * Brings integers to one; for several columns.
     *
     * @param op    SUM, PROD, MAX or MIN
     * @param src   [n][width] integers
     * @param type  what they are: sums and products of INT64 are exact, others wrap around
     * @param n     values of a column, at least 1
     * @param width how many columns
     * @param dst   [width] integers
     */
    default void reduceIntegers(ReduceOp op, MemorySegment src, DType type, int n, int width, MemorySegment dst) {
        if (type == DType.INT64) {
            for (int j = 0; j < width; j++) {
                long all = Memory.getInt(src, j);
                for (long i = 1; i < n; i++) {
                    all = WideFunctions.join(op, all, Memory.getInt(src, i * width + j));
                }
                Memory.setInt(dst, j, WideFunctions.narrow(all));
            }
            return;
        }
        Memory.copy(src, 0, dst, 0, width);
        for (long i = 1; i < n; i++) {
            for (int j = 0; j < width; j++) {
                Memory.setInt(dst, j,
                        IntegerFunctions.apply(op, Memory.getInt(dst, j), Memory.getInt(src, i * width + j)));
            }
        }
    }

    /**
     * The sums (products, ...) of all values of a line up to each one, one after the other.
     *
     * @param op        SUM, PROD, MAX or MIN
     * @param src       values
     * @param type      what they are, and the results
     * @param from      offset of the line's first value, in source and target
     * @param size      how many values the line has
     * @param stride    from value to value, in source and target
     * @param exclusive whether only the values before count; SUM and PROD only
     * @param reverse   whether it begins at the end
     * @param dst       another segment than src
     */
    default void cumulate(ReduceOp op, MemorySegment src, DType type, long from, int size, int stride,
            boolean exclusive, boolean reverse, MemorySegment dst) {
        long step = reverse ? -stride : stride;
        long at = reverse ? from + (size - 1L) * stride : from;
        long whole = op == ReduceOp.PROD ? 1 : 0;
        float sum = whole;
        for (int i = 0; i < size; i++) {
            boolean begins = i == 0 && !exclusive;
            if (type == DType.FLOAT32) {
                float value = Memory.get(src, at);
                float next = begins ? value : joined(op, sum, value);
                Memory.set(dst, at, exclusive ? sum : next);
                sum = next;
            } else {
                int value = Memory.getInt(src, at);
                long next = begins ? value : WideFunctions.join(op, whole, value);
                whole = exclusive ? whole : next;
                Memory.setInt(dst, at, type == DType.INT64 ? WideFunctions.narrow(whole) : (int) whole);
                whole = next;
            }
            at += step;
        }
    }

    private static float joined(ReduceOp op, float a, float b) {
        return switch (op) {
            case SUM -> a + b;
            case PROD -> a * b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            default -> throw new IllegalArgumentException(op + " is no sum, product, largest or smallest value");
        };
    }

    /**
     * Whether some or all of several values are true.
     *
     * @param op    ANY or ALL
     * @param src   [n][width] values, or [width][n] if they lie side by side
     * @param type  what they are; all but 0 are true
     * @param n     how many make one result
     * @param width how many results
     * @param rows  whether the values of a result lie side by side
     * @param dst   [width] truth values
     */
    default void truth(ReduceOp op, MemorySegment src, DType type, int n, int width, boolean rows, MemorySegment dst) {
        for (int j = 0; j < width; j++) {
            boolean all = true;
            boolean any = false;
            for (int i = 0; i < n; i++) {
                boolean is = value(src, rows ? (long) j * n + i : (long) i * width + j, type) != 0;
                all &= is;
                any |= is;
            }
            Memory.setInt(dst, j, (op == ReduceOp.ANY ? any : all) ? 1 : 0);
        }
    }

    /**
     * The largest or smallest values of a line, in order, the first of equals first.
     *
     * @param largest whether the largest or the smallest
     * @param src     values
     * @param type    what they are
     * @param from    offset of the line's first value
     * @param size    how many values the line has
     * @param stride  from value to value, in source and targets
     * @param values  takes the values
     * @param places  takes integers: where in the line they were
     * @param to      offset of the first result in both targets
     * @param count   how many are taken, at most size
     */
    default void topK(boolean largest, MemorySegment src, DType type, long from, int size, int stride,
            MemorySegment values, MemorySegment places, long to, int count) {
        TopK.line(largest, type == DType.FLOAT32, src, from, size, stride, values, places, to, count);
    }

    private static double value(MemorySegment segment, long index, DType type) {
        return type == DType.FLOAT32 ? Memory.get(segment, index) : Memory.getInt(segment, index);
    }

    private static void put(MemorySegment segment, long index, DType type, double value) {
        if (type == DType.FLOAT32) {
            Memory.set(segment, index, (float) value);
        } else {
            Memory.setInt(segment, index, (int) value);
        }
    }
}
