package lanewise.kernel;

import static jdk.incubator.vector.VectorOperators.GT;
import static lanewise.kernel.Lanes.load;
import static lanewise.kernel.Lanes.of;
import static lanewise.kernel.Lanes.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The vector twin's arithmetic on two or three values. Offsets count bytes. */
final class VectorBinary {
    private static final int LENGTH = Lanes.LENGTH;

    private VectorBinary() {}

    static void binary(BinaryOp op, MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment dst, long d, int n) {
        check(a, ao, b, bo, dst, d, n);
        switch (op) {
            case ADD -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).add(load(b, bo + 4L * i)), dst, d + 4L * i);
                }
            }
            case SUBTRACT -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).sub(load(b, bo + 4L * i)), dst, d + 4L * i);
                }
            }
            case MULTIPLY -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).mul(load(b, bo + 4L * i)), dst, d + 4L * i);
                }
            }
            case DIVIDE -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).div(load(b, bo + 4L * i)), dst, d + 4L * i);
                }
            }
            case MAXIMUM -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).max(load(b, bo + 4L * i)), dst, d + 4L * i);
                }
            }
            case MINIMUM -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).min(load(b, bo + 4L * i)), dst, d + 4L * i);
                }
            }
            case LEAKY -> {
                for (int i = 0; i < n; i += LENGTH) {
                    FloatVector x = load(a, ao + 4L * i);
                    store(x.mul(load(b, bo + 4L * i)).blend(x, x.compare(GT, 0f)), dst, d + 4L * i);
                }
            }
        }
    }

    static void binary(BinaryOp op, MemorySegment a, long ao, float b, boolean swapped, MemorySegment dst, long d, int n) {
        check(a, ao, a, ao, dst, d, n);
        // a loop for each case: with the choice inside the loop, vectors of several origins met and were put on the heap
        switch (op) {
            case ADD -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).add(b), dst, d + 4L * i);
                }
            }
            case MULTIPLY -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).mul(b), dst, d + 4L * i);
                }
            }
            case MAXIMUM -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).max(b), dst, d + 4L * i);
                }
            }
            case MINIMUM -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).min(b), dst, d + 4L * i);
                }
            }
            case SUBTRACT, DIVIDE, LEAKY -> {
                if (swapped) {
                    withScalarFirst(op, a, ao, b, dst, d, n);
                } else {
                    withScalarSecond(op, a, ao, b, dst, d, n);
                }
            }
        }
    }

    private static void withScalarFirst(BinaryOp op, MemorySegment a, long ao, float b, MemorySegment dst, long d, int n) {
        switch (op) {
            case SUBTRACT -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(of(b).sub(load(a, ao + 4L * i)), dst, d + 4L * i);
                }
            }
            case DIVIDE -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(of(b).div(load(a, ao + 4L * i)), dst, d + 4L * i);
                }
            }
            default -> {
                for (int i = 0; i < n; i += LENGTH) {
                    FloatVector x = load(a, ao + 4L * i);
                    store(b > 0f ? of(b) : x.mul(b), dst, d + 4L * i);
                }
            }
        }
    }

    private static void withScalarSecond(BinaryOp op, MemorySegment a, long ao, float b, MemorySegment dst, long d, int n) {
        switch (op) {
            case SUBTRACT -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).sub(b), dst, d + 4L * i);
                }
            }
            case DIVIDE -> {
                for (int i = 0; i < n; i += LENGTH) {
                    store(load(a, ao + 4L * i).div(b), dst, d + 4L * i);
                }
            }
            default -> {
                for (int i = 0; i < n; i += LENGTH) {
                    FloatVector x = load(a, ao + 4L * i);
                    store(x.mul(b).blend(x, x.compare(GT, 0f)), dst, d + 4L * i);
                }
            }
        }
    }

    static void multiplyAdd(MemorySegment r, long ro, MemorySegment b, long bo, MemorySegment a, long ao, MemorySegment dst,
                            long d, int n) {
        check(r, ro, b, bo, dst, d, n);
        check(a, ao, a, ao, dst, d, n);
        for (int i = 0; i < n; i += LENGTH) {
            store(load(r, ro + 4L * i).fma(load(b, bo + 4L * i), load(a, ao + 4L * i)), dst, d + 4L * i);
        }
    }

    static void scaleShift(MemorySegment src, long offset, float scale, float shift, MemorySegment dst, int n) {
        check(src, offset, src, offset, dst, offset, n);
        for (int i = 0; i < n; i += LENGTH) {
            store(load(src, offset + 4L * i).fma(of(scale), of(shift)), dst, offset + 4L * i);
        }
    }

    private static void check(MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment dst, long d, int n) {
        long bytes = 4L * ((n + LENGTH - 1) & -LENGTH);
        if (a.byteSize() < ao + bytes || b.byteSize() < bo + bytes || dst.byteSize() < d + bytes) {
            throw new IndexOutOfBoundsException("arithmetic: segments of " + a.byteSize() + ", " + b.byteSize() + " and "
                    + dst.byteSize() + " bytes, needed " + bytes + " from " + ao + ", " + bo + ", " + d);
        }
    }
}
