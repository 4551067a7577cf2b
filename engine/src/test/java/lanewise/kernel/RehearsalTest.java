package lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import lanewise.spec.NarrowArray;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    private static final int[] ORDER = {0, 1, 2, 3};

    @BeforeEach
    void needsVectors() {
        assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    }

    private static Panels panels(Arena arena, WeightFormat format, int inputs, int units, int gates) {
        TensorData zeros = TensorData.of(Shape.of(inputs, units * gates), new float[inputs * units * gates]);
        Matrix matrix = format.isNarrow() ? Matrix.of(NarrowArray.of(format, zeros)) : Matrix.of(zeros, inputs);
        return Panels.pack(arena, matrix, units, Arrays.copyOf(ORDER, gates), null);
    }

    /** Small arguments fit into their memory, whatever the matrix that they stand for. */
    @Test
    void everyShapeHasSmallArguments() {
        for (WeightFormat format : WeightFormat.values()) {
            for (int gates : new int[] {1, 3, 4}) {
                for (int units = 1; units < 420; units += 13) {
                    try (Arena arena = Arena.ofConfined(); Rehearsal rehearsal = new Rehearsal()) {
                        Panels w = panels(arena, format, 3, units, gates);
                        for (int rows = 1; rows < 30; rows++) {
                            rehearsal.product(w, rows);
                        }
                        if (gates > 1) {
                            rehearsal.steps(w);
                        }
                        rehearsal.round(0);
                        assertTrue(rehearsal.count() > 0);
                    }
                }
            }
        }
    }

    @Test
    void sizesThatUseTheSameKernelsAreOneCall() {
        try (Arena arena = Arena.ofConfined(); Rehearsal rehearsal = new Rehearsal()) {
            rehearsal.product(panels(arena, WeightFormat.FLOAT32, 1000, 64, 4), 40);
            rehearsal.product(panels(arena, WeightFormat.FLOAT32, 1, 320, 4), 16);
            rehearsal.product(panels(arena, WeightFormat.FLOAT32, 7, 310, 4), 400);
            rehearsal.round(0);
            assertEquals(1, rehearsal.count());
            // one row goes through other kernels than several, narrow weights through others than float32
            rehearsal.product(panels(arena, WeightFormat.FLOAT32, 7, 310, 4), 1);
            rehearsal.product(panels(arena, WeightFormat.INT16, 7, 310, 4), 400);
            rehearsal.round(0);
            assertEquals(4, rehearsal.count());
        }
    }

    @Test
    void nothingIsDoneAtOnce() {
        try (Rehearsal rehearsal = new Rehearsal()) {
            assertTrue(rehearsal.isDone());
        }
    }
}
