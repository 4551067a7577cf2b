package lanewise.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static lanewise.kernel.VectorShape.F;
import static lanewise.kernel.VectorShape.LENGTH;
import static lanewise.kernel.VectorShape.ORDER;
import static lanewise.kernel.VectorShape.bytes;
import static lanewise.kernel.VectorShape.tooShort;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The vector twin's arithmetic on two or three values, a loop for each operation. Offsets count bytes. */
final class VectorBinary {
    private VectorBinary() {}

    static void binary(BinaryOp op, MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment dst, long to,
            int count) {
        switch (op) {
            case ADD -> add(a, ao, b, bo, dst, to, count);
            case SUBTRACT -> subtract(a, ao, b, bo, dst, to, count);
            case MULTIPLY -> multiply(a, ao, b, bo, dst, to, count);
            case DIVIDE -> divide(a, ao, b, bo, dst, to, count);
            case MAXIMUM -> maximum(a, ao, b, bo, dst, to, count);
            case MINIMUM -> minimum(a, ao, b, bo, dst, to, count);
            case LARGEST -> largest(a, ao, b, bo, dst, to, count);
            case LEAKY -> leaky(a, ao, b, bo, dst, to, count);
        }
    }

    static void binary(BinaryOp op, MemorySegment a, long ao, float b, boolean swapped, MemorySegment dst, long to,
            int count) {
        switch (op) {
            case ADD -> add(a, ao, b, dst, to, count);
            case SUBTRACT -> {
                if (swapped) {
                    subtractFrom(a, ao, b, dst, to, count);
                } else {
                    subtract(a, ao, b, dst, to, count);
                }
            }
            case MULTIPLY -> multiply(a, ao, b, dst, to, count);
            case DIVIDE -> {
                if (swapped) {
                    divideFrom(a, ao, b, dst, to, count);
                } else {
                    divide(a, ao, b, dst, to, count);
                }
            }
            case MAXIMUM -> maximum(a, ao, b, dst, to, count);
            case MINIMUM -> minimum(a, ao, b, dst, to, count);
            case LARGEST -> {
                if (swapped) {
                    largestFrom(a, ao, b, dst, to, count);
                } else {
                    largest(a, ao, b, dst, to, count);
                }
            }
            case LEAKY -> {
                if (swapped) {
                    leakyFrom(a, ao, b, dst, to, count);
                } else {
                    leaky(a, ao, b, dst, to, count);
                }
            }
        }
    }

    private static void add(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || b.byteSize() < bo + bytes(count)
                || dst.byteSize() < to + bytes(count)) {
            throw tooShort("add", a, b, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            FloatVector y = fromMemorySegment(F, b, bo + 4L * i, ORDER);
            x.add(y).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void subtract(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment dst, long to,
            int count) {
        if (a.byteSize() < ao + bytes(count) || b.byteSize() < bo + bytes(count)
                || dst.byteSize() < to + bytes(count)) {
            throw tooShort("subtract", a, b, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            FloatVector y = fromMemorySegment(F, b, bo + 4L * i, ORDER);
            x.sub(y).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void multiply(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment dst, long to,
            int count) {
        if (a.byteSize() < ao + bytes(count) || b.byteSize() < bo + bytes(count)
                || dst.byteSize() < to + bytes(count)) {
            throw tooShort("multiply", a, b, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            FloatVector y = fromMemorySegment(F, b, bo + 4L * i, ORDER);
            x.mul(y).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void divide(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment dst, long to,
            int count) {
        if (a.byteSize() < ao + bytes(count) || b.byteSize() < bo + bytes(count)
                || dst.byteSize() < to + bytes(count)) {
            throw tooShort("divide", a, b, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            FloatVector y = fromMemorySegment(F, b, bo + 4L * i, ORDER);
            x.div(y).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void maximum(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment dst, long to,
            int count) {
        if (a.byteSize() < ao + bytes(count) || b.byteSize() < bo + bytes(count)
                || dst.byteSize() < to + bytes(count)) {
            throw tooShort("maximum", a, b, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            FloatVector y = fromMemorySegment(F, b, bo + 4L * i, ORDER);
            x.max(y).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void minimum(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment dst, long to,
            int count) {
        if (a.byteSize() < ao + bytes(count) || b.byteSize() < bo + bytes(count)
                || dst.byteSize() < to + bytes(count)) {
            throw tooShort("minimum", a, b, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            FloatVector y = fromMemorySegment(F, b, bo + 4L * i, ORDER);
            x.min(y).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void leaky(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment dst, long to,
            int count) {
        if (a.byteSize() < ao + bytes(count) || b.byteSize() < bo + bytes(count)
                || dst.byteSize() < to + bytes(count)) {
            throw tooShort("leaky", a, b, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            FloatVector y = fromMemorySegment(F, b, bo + 4L * i, ORDER);
            x.mul(y).blend(x, x.compare(GT, 0f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void add(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("add", a, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            x.add(b).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void subtract(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("subtract", a, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            x.sub(b).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void multiply(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("multiply", a, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            x.mul(b).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void divide(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("divide", a, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            x.div(b).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void largest(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment dst, long to,
            int count) {
        if (a.byteSize() < ao + bytes(count) || b.byteSize() < bo + bytes(count)
                || dst.byteSize() < to + bytes(count)) {
            throw tooShort("largest", a, b, dst);
        }
        FloatVector least = broadcast(F, ScalarMath.LEAST);
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            FloatVector y = fromMemorySegment(F, b, bo + 4L * i, ORDER);
            FloatVector first = least.blend(x, x.compare(GT, ScalarMath.LEAST));
            first.blend(y, y.compare(GT, first)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void largest(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("largest", a, dst);
        }
        FloatVector least = broadcast(F, ScalarMath.LEAST);
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            FloatVector first = least.blend(x, x.compare(GT, ScalarMath.LEAST));
            first.blend(b, first.compare(LT, b)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    /** The number comes first. */
    private static void largestFrom(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("largest", a, dst);
        }
        FloatVector first = broadcast(F, b > ScalarMath.LEAST ? b : ScalarMath.LEAST);
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector y = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            first.blend(y, y.compare(GT, first)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void maximum(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("maximum", a, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            x.max(b).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void minimum(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("minimum", a, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            x.min(b).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void leaky(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("leaky", a, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            x.mul(b).blend(x, x.compare(GT, 0f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void subtractFrom(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("subtractFrom", a, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            broadcast(F, b).sub(x).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void divideFrom(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("divideFrom", a, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            broadcast(F, b).div(x).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    private static void leakyFrom(MemorySegment a, long ao, float b, MemorySegment dst, long to, int count) {
        if (a.byteSize() < ao + bytes(count) || dst.byteSize() < to + bytes(count)) {
            throw tooShort("leakyFrom", a, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, a, ao + 4L * i, ORDER);
            FloatVector y = broadcast(F, b);
            y.mul(x).blend(y, y.compare(GT, 0f)).intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    static void multiplyAdd(MemorySegment r, long ro, MemorySegment b, long bo, MemorySegment a, long ao,
            MemorySegment dst,
            long to, int count) {
        if (r.byteSize() < ro + bytes(count) || b.byteSize() < bo + bytes(count) || a.byteSize() < ao + bytes(count)
                || dst.byteSize() < to + bytes(count)) {
            throw tooShort("multiplyAdd", r, b, a, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector x = fromMemorySegment(F, r, ro + 4L * i, ORDER);
            x.fma(fromMemorySegment(F, b, bo + 4L * i, ORDER), fromMemorySegment(F, a, ao + 4L * i, ORDER))
                    .intoMemorySegment(dst, to + 4L * i, ORDER);
        }
    }

    static void scaleShift(MemorySegment src, long offset, float scale, float shift, MemorySegment dst, int count) {
        if (src.byteSize() < offset + bytes(count) || dst.byteSize() < offset + bytes(count)) {
            throw tooShort("scaleShift", src, dst);
        }
        for (int i = 0; i < count; i += LENGTH) {
            fromMemorySegment(F, src, offset + 4L * i, ORDER).fma(broadcast(F, scale), broadcast(F, shift))
                    .intoMemorySegment(dst, offset + 4L * i, ORDER);
        }
    }
}
