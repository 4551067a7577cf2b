package lanewise.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The shape of vectors on this machine, and the loop style of all kernels with vectors.
 *
 * <p>A loop calls methods of the Vector API only, since the JDK forces C2 to inline these. It does not force C2 to
 * inline a method of ours, however small: if C2 has made 18000 nodes already, or the loop was not hot when its method
 * was compiled, our method stays a call. Every vector that goes in or out of a call is an object on the heap: the
 * answers are right, 3 to 20 times slower. So loads, stores and polynomials are written out in each loop, and a kernel
 * that needs two polynomials is two loops. Accumulators are local variables, never arrays. {@code KernelAllocationTest}
 * fails where a loop breaks these rules.
 *
 * <p>Every kernel asks its segments for their size before its loop: beyond the check, this tells C2 their class in this
 * method; without it, code elsewhere in the JVM that loads vectors from heap segments would slow the loop 5 to 19
 * times.
 */
final class VectorShape {
    /** The processor's preferred width, but never wider than a panel. */
    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.length() > Panels.WIDTH
            ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;
    /** Integers as wide. */
    static final VectorSpecies<Integer> I = F.withLanes(int.class);
    /** Lanes in a vector; a divisor of {@link Panels#WIDTH}. */
    static final int LENGTH = F.length();
    /** How floats lie in memory. */
    static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private VectorShape() {}

    /** Bytes from the first of n floats to the end of the last vector that holds one of them. */
    static long bytes(int n) {
        return 4L * ((n + LENGTH - 1) & -LENGTH);
    }

    static IndexOutOfBoundsException tooShort(String kernel, MemorySegment... segments) {
        return new IndexOutOfBoundsException(kernel + ": a segment is too short; they have "
                + Arrays.stream(segments).map(MemorySegment::byteSize).toList() + " bytes");
    }
}
