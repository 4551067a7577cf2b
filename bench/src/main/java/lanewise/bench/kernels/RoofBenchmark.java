package lanewise.bench.kernels;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The limits of memory: how fast one core reads what lies in which cache, and multiplies a matrix with a vector there.
 */
public class RoofBenchmark extends CoreBenchmark {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Units of an LSTM whose recurrent weights are read. */
    @Param({"32", "64", "128", "256", "512"})
    public int units;

    private Arena arena;
    private MemorySegment w;
    private float[] h;

    /** Makes weights of units x 4 units floats. */
    @Setup
    public void prepare() {
        arena = Arena.ofConfined();
        w = arena.allocate(16L * units * units, 64);
        h = new float[units];
        Arrays.fill(h, 0.5f);
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        arena.close();
    }

    /** All weights read once, added to eight sums: the roof of memory. */
    @Benchmark
    public float plainRead() {
        long bytes = w.byteSize();
        int vector = F.vectorByteSize();
        FloatVector a = broadcast(F, 0f);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int q = 0; q < bytes; q += 4 * vector) {
            a = a.add(fromMemorySegment(F, w, q, ORDER));
            b = b.add(fromMemorySegment(F, w, q + vector, ORDER));
            c = c.add(fromMemorySegment(F, w, q + 2 * vector, ORDER));
            d = d.add(fromMemorySegment(F, w, q + 3 * vector, ORDER));
        }
        return a.add(b).add(c.add(d)).lane(0);
    }

    /** The matrix times a vector as a plain loop writes it: eight sums along the weights, each input broadcast. */
    @Benchmark
    public float matrixVector() {
        return multiply(w, h);
    }

    /**
     * The product of a matrix of any width with a vector.
     *
     * @param w the matrix, a row for each number of the vector
     * @param h the vector
     * @return something that depends on all sums
     */
    public static float multiply(MemorySegment w, float[] h) {
        int n = h.length;
        int vector = F.vectorByteSize();
        long panel = 8L * vector;
        float result = 0;
        for (long p = 0; p < w.byteSize(); p += panel * n) {
            FloatVector a = broadcast(F, 0f);
            FloatVector b = a;
            FloatVector c = a;
            FloatVector d = a;
            FloatVector e = a;
            FloatVector f = a;
            FloatVector g = a;
            FloatVector i = a;
            for (int k = 0; k < n; k++) {
                FloatVector x = broadcast(F, h[k]);
                long q = p + k * panel;
                a = fromMemorySegment(F, w, q, ORDER).fma(x, a);
                b = fromMemorySegment(F, w, q + vector, ORDER).fma(x, b);
                c = fromMemorySegment(F, w, q + 2L * vector, ORDER).fma(x, c);
                d = fromMemorySegment(F, w, q + 3L * vector, ORDER).fma(x, d);
                e = fromMemorySegment(F, w, q + 4L * vector, ORDER).fma(x, e);
                f = fromMemorySegment(F, w, q + 5L * vector, ORDER).fma(x, f);
                g = fromMemorySegment(F, w, q + 6L * vector, ORDER).fma(x, g);
                i = fromMemorySegment(F, w, q + 7L * vector, ORDER).fma(x, i);
            }
            result += a.add(b).add(c.add(d)).add(e.add(f).add(g.add(i))).lane(0);
        }
        return result;
    }
}
