package lanewise.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The shape of vectors on this machine.
 *
 * <p>How kernels with vectors must be written, for C2's sake: a loop calls methods of the Vector API only, which the
 * JDK marks to be inlined whatever happens. A method of ours in the loop, however small, is not: once C2 has made 18000
 * nodes, or where the loop was not hot yet when its method was compiled, it becomes a call, and every vector that goes
 * in or out of it an object on the heap (3 to 20 times slower, answers right). So loads, stores and polynomials are
 * written out, and a kernel that would need two polynomials is two loops. Accumulators are local variables, never
 * arrays. {@code KernelAllocationTest} shows a breach.
 *
 * <p>Every kernel asks its segments for their size before its loop: beyond the check, this tells C2 their class in this
 * method; without it, code elsewhere in the JVM that loads vectors from heap segments would slow the loop 5 to 19
 * times.
 */
final class VectorShape {
    /** As wide as the processor likes best, but never wider than a panel. */
    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.length() > Panels.WIDTH
            ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;
    /** VectorShape in a vector; divides {@link Panels#WIDTH}. */
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
