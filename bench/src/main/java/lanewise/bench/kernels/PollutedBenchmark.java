package lanewise.bench.kernels;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Setup;

/**
 * The kernels in a JVM where other code has loaded vectors from heap segments of several kinds first, as any library in
 * a user's process may: what the JDK's shared methods then know of their segments would slow a careless kernel 5 to 19
 * times.
 */
public class PollutedBenchmark extends KernelBenchmark {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

    /** What the other code has summed up. */
    public float sum;

    /** Runs the other code until it is compiled. */
    @Setup
    public void pollute() {
        List<MemorySegment> segments = List.of(MemorySegment.ofArray(new float[1024]),
                MemorySegment.ofArray(new byte[4096]),
                MemorySegment.ofArray(new int[1024]), MemorySegment.ofArray(new double[512]));
        for (int i = 0; i < 20_000; i++) {
            sum += sum(segments.get(i % segments.size()));
        }
    }

    private static float sum(MemorySegment segment) {
        FloatVector total = broadcast(F, 0f);
        for (long at = 0; at < segment.byteSize(); at += F.vectorByteSize()) {
            total = total.add(fromMemorySegment(F, segment, at, ByteOrder.nativeOrder()));
        }
        return total.lane(0);
    }
}
