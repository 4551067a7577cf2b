package lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.spec.DType;
import lanewise.spec.MapOp;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import org.junit.jupiter.api.Test;

/** The kernels without a vector form write what they are asked for, the same through both twins. */
class CommonKernelsTest extends TwinTest {
    private MemorySegment integers(int count, int bound) {
        MemorySegment segment = Memory.floats(arena, count);
        for (int i = 0; i < count; i++) {
            Memory.setInt(segment, i, random.nextInt(2 * bound) - bound);
        }
        return segment;
    }

    @Test
    void functionsWithoutVectorForm() {
        for (int n : SIZES) {
            MemorySegment x = awkward(n + 3);
            MemorySegment y = awkward(n + 5);
            MemorySegment i = integers(n + 5, 4);
            float s = awkward();
            for (MapOp op : MapOp.values()) {
                if (isMapped(op)) {
                    sameAtStart(op.name(), n, (k, out, at) -> k.map(op, x, DType.FLOAT32, out, n));
                    sameAtStart(op + " of integers", n, (k, out, at) -> k.map(op, i, DType.INT32, out, n));
                }
            }
            for (PairOp op : PairOp.values()) {
                if (isPaired(op)) {
                    same(op.name(), n, null,
                            (k, out, at) -> k.pair(op, x, 3, DType.FLOAT32, y, 5, DType.FLOAT32, out, at, n));
                    same(op + " of integers", n, null,
                            (k, out, at) -> k.pair(op, x, 3, DType.FLOAT32, i, 5, DType.INT32, out, at, n));
                    same(op + " with " + s, n, null,
                            (k, out, at) -> k.pair(op, x, 3, DType.FLOAT32, s, DType.FLOAT32, false, out, at, n));
                    same(s + " with " + op, n, null,
                            (k, out, at) -> k.pair(op, x, 3, DType.FLOAT32, s, DType.FLOAT32, true, out, at, n));
                }
            }
            sameAtStart("floats as integers", n, (k, out, at) -> k.cast(x, DType.FLOAT32, out, DType.INT32, n));
            sameAtStart("integers as floats", n, (k, out, at) -> k.cast(i, DType.INT32, out, DType.FLOAT32, n));
            float[] boundaries = {-2f, -0f, 1f, Float.POSITIVE_INFINITY};
            sameAtStart("bins", n, (k, out, at) -> k.bins(x, boundaries, out, n));
            sameAtStart("bilinear", n, (k, out, at) -> k.bilinear(x, 0, 1, 2, 3, 0.25f, 0.75f, out, 0, n));
        }
    }

    @Test
    void nanLiesBehindAllBoundaries() {
        float[] values = {-1f, -0f, 0f, 5f, Float.NaN};
        MemorySegment x = Memory.floats(arena, values.length);
        MemorySegment bins = Memory.floats(arena, values.length);
        for (int i = 0; i < values.length; i++) {
            Memory.set(x, i, values[i]);
        }
        scalar.bins(x, new float[] {0f, 1f}, bins, values.length);
        for (int i = 0; i < values.length; i++) {
            assertEquals(List.of(0, 1, 1, 2, 2).get(i), Memory.getInt(bins, i), "of " + values[i]);
        }
    }

    @Test
    void choices() {
        for (int n : SIZES) {
            MemorySegment mask = integers(n + 3, 1);
            MemorySegment x = awkward(n);
            MemorySegment y = awkward(n);
            sameAtStart("select", n, (k, out, at) -> k.select(mask, 3, 1, x, y, 0f, out, 0, n));
            sameAtStart("select or a number", n, (k, out, at) -> k.select(mask, 3, 1, x, null, 7f, out, 0, n));
            sameAtStart("select with one truth value", n, (k, out, at) -> k.select(mask, 0, 0, x, y, 0f, out, 0, n));
            MemorySegment ones = Memory.floats(arena, n + 2);
            for (int i = 0; i < n; i++) {
                Memory.set(ones, 2 + i, 1f);
            }
            for (Kernels k : List.of(scalar, vector)) {
                assertFalse(k.differs(ones, 2, 1f, n));
                Memory.set(ones, n + 1, Float.NaN);
                assertTrue(k.differs(ones, 2, 1f, n));
                Memory.set(ones, n + 1, 1f);
            }
            MemorySegment ids = integers(20, n);
            MemorySegment weights = ordinary(20);
            for (boolean presence : new boolean[] {false, true}) {
                same("addAt", n, Memory.floats(arena, n),
                        (k, out, at) -> k.addAt(ids, 2, weights, 1, 17, presence, out, at, n));
                same("addAt of ones", n, Memory.floats(arena, n),
                        (k, out, at) -> k.addAt(ids, 2, null, 0, 17, presence, out, at, n));
            }
        }
    }

    @Test
    void reductions() {
        for (int width : SIZES) {
            for (int n : new int[] {1, 2, 17}) {
                MemorySegment x = awkward(n * width);
                MemorySegment truth = integers(n * width, 1);
                for (ReduceOp op : ReduceOp.values()) {
                    String what = op + " of " + n + " x " + width;
                    switch (op) {
                        case SUM, MEAN, PROD, MAX, MIN ->
                            sameAtStart(what, width, (k, out, at) -> k.reduce(op, x, n, width, out));
                        case ARGMAX, ARGMIN ->
                            sameAtStart(what, width, (k, out, at) -> k.position(op, x, DType.FLOAT32, n, width, out));
                        case ANY, ALL -> {
                            for (boolean rows : new boolean[] {false, true}) {
                                sameAtStart(what, width,
                                        (k, out, at) -> k.truth(op, truth, DType.BOOL, n, width, rows, out));
                                sameAtStart(what + " floats", width,
                                        (k, out, at) -> k.truth(op, x, DType.FLOAT32, n, width, rows, out));
                            }
                        }
                        case VAR, STD, NORM, LOGSUMEXP -> assertThrows(IllegalArgumentException.class,
                                () -> scalar.reduce(op, x, n, width, Memory.floats(arena, width)));
                    }
                }
            }
        }
    }

    /** Against a sort that keeps equals in order; the lines' values are three apart. */
    @Test
    void largestAndSmallestValues() {
        for (int size : SIZES) {
            MemorySegment x = awkward(3 * size + 1);
            for (int count : new int[] {1, (size + 1) / 2, size}) {
                for (boolean largest : new boolean[] {false, true}) {
                    Comparator<Integer> order = (i, j) -> {
                        float a = Memory.get(x, 1 + 3L * i);
                        float b = Memory.get(x, 1 + 3L * j);
                        return a == b ? 0 : largest ? Float.compare(b, a) : Float.compare(a, b);
                    };
                    List<Integer> expected = IntStream.range(0, size).boxed().sorted(order).limit(count).toList();
                    for (Kernels k : List.of(scalar, vector)) {
                        MemorySegment values = Memory.floats(arena, 3L * count + 2);
                        MemorySegment places = Memory.floats(arena, 3L * count + 2);
                        k.topK(largest, x, DType.FLOAT32, 1, size, 3, values, places, 2, count);
                        for (int i = 0; i < count; i++) {
                            int place = Memory.getInt(places, 2 + 3L * i);
                            assertEquals(expected.get(i), place, count + " of " + size);
                            assertEquals(Memory.get(x, 1 + 3L * place), Memory.get(values, 2 + 3L * i));
                        }
                    }
                }
            }
        }
    }

    /** Of integers that floats can't tell apart, against the JDK's sort. */
    @Test
    void largestIntegers() {
        int[] x = {Integer.MAX_VALUE - 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, Integer.MAX_VALUE - 2, -1};
        MemorySegment line = Memory.floats(arena, x.length);
        for (int i = 0; i < x.length; i++) {
            Memory.setInt(line, i, x[i]);
        }
        MemorySegment values = Memory.floats(arena, x.length);
        MemorySegment places = Memory.floats(arena, x.length);
        scalar.topK(false, line, DType.INT32, 0, x.length, 1, values, places, 0, x.length);
        int[] order = {2, 3, 5, 4, 0, 1};
        for (int i = 0; i < order.length; i++) {
            assertEquals(order[i], Memory.getInt(places, i));
            assertEquals(x[order[i]], Memory.getInt(values, i));
        }
    }

    /** Against sums in double precision; lines are two apart. */
    @Test
    void sumsUpToEachValue() {
        for (int size : SIZES) {
            MemorySegment x = ordinary(2 * size + 1);
            for (boolean exclusive : new boolean[] {false, true}) {
                for (boolean reverse : new boolean[] {false, true}) {
                    MemorySegment sums = Memory.floats(arena, 2L * size + 1);
                    scalar.cumulate(ReduceOp.SUM, x, DType.FLOAT32, 1, size, 2, exclusive, reverse, sums);
                    double sum = 0;
                    double magnitude = 0;
                    for (int n = 0; n < size; n++) {
                        int i = 1 + 2 * (reverse ? size - 1 - n : n);
                        double before = sum;
                        sum += Memory.get(x, i);
                        magnitude += Math.abs(Memory.get(x, i));
                        assertEquals(exclusive ? before : sum, Memory.get(sums, i),
                                (size + 2) * Math.ulp(1f) * magnitude);
                    }
                }
            }
        }
    }

    @Test
    void integersAreAccumulatedAndReduced() {
        int[] x = {3, Integer.MAX_VALUE, 2, -7};
        MemorySegment line = Memory.floats(arena, x.length);
        for (int i = 0; i < x.length; i++) {
            Memory.setInt(line, i, x[i]);
        }
        accumulates(ReduceOp.SUM, false, false, line, 3, Integer.MIN_VALUE + 2, Integer.MIN_VALUE + 4,
                Integer.MAX_VALUE - 2);
        accumulates(ReduceOp.PROD, true, true, line, 14, -14, -7, 1);
        accumulates(ReduceOp.MAX, false, false, line, 3, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
        accumulates(ReduceOp.MIN, false, true, line, -7, -7, -7, -7);
        MemorySegment out = Memory.floats(arena, 2);
        scalar.reduceIntegers(ReduceOp.SUM, line, DType.INT32, 2, 2, out);
        assertEquals(5, Memory.getInt(out, 0));
        assertEquals(Integer.MAX_VALUE - 7, Memory.getInt(out, 1));
    }

    private void accumulates(ReduceOp op, boolean exclusive, boolean reverse, MemorySegment line, int... expected) {
        MemorySegment out = Memory.floats(arena, expected.length);
        scalar.cumulate(op, line, DType.INT32, 0, expected.length, 1, exclusive, reverse, out);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], Memory.getInt(out, i), op + " " + i);
        }
    }
}
