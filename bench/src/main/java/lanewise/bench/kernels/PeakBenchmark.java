package lanewise.bench.kernels;

import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;

/** How fast one core multiplies and adds. */
public class PeakBenchmark extends CoreBenchmark {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int ROUNDS = 10_000;
    /** Floating-point operations of a call. */
    public static final double FLOPS = 12.0 * 2 * ROUNDS * F.length();

    /** What it multiplies with; a field, so that nothing is known at compile time. */
    public float factor = 1e-3f;

    /** Twelve independent chains of fma in registers. */
    @Benchmark
    public float fmaPeak() {
        FloatVector x = broadcast(F, factor);
        FloatVector y = broadcast(F, factor + 1);
        FloatVector a = x;
        FloatVector b = x;
        FloatVector c = x;
        FloatVector d = x;
        FloatVector e = x;
        FloatVector f = x;
        FloatVector g = x;
        FloatVector i = x;
        FloatVector j = x;
        FloatVector k = x;
        FloatVector m = x;
        FloatVector n = x;
        for (int r = 0; r < ROUNDS; r++) {
            a = x.fma(y, a);
            b = x.fma(y, b);
            c = x.fma(y, c);
            d = x.fma(y, d);
            e = x.fma(y, e);
            f = x.fma(y, f);
            g = x.fma(y, g);
            i = x.fma(y, i);
            j = x.fma(y, j);
            k = x.fma(y, k);
            m = x.fma(y, m);
            n = x.fma(y, n);
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(i).add(j).add(k).add(m).add(n).lane(0);
    }
}
