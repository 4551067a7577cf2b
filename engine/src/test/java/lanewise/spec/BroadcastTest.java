package lanewise.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shapes and places of arrays side by side, and what the operations say about their results. */
class BroadcastTest {
    @Test
    void sizesJoin() {
        assertArrayEquals(new int[] {2, 3, 4}, Broadcast.shape(new int[] {3, 1}, new int[] {2, 1, 4}));
        assertArrayEquals(new int[] {0, 3}, Broadcast.shape(new int[] {1, 3}, new int[] {0, 1}));
        assertArrayEquals(new int[] {5}, Broadcast.shape(new int[0], new int[] {5}));
        assertTrue(Broadcast.fits(new int[] {3, 1}, new int[] {2, 3, 4}));
        assertFalse(Broadcast.fits(new int[] {3, 2}, new int[] {2, 3, 4}));
        assertFalse(Broadcast.fits(0, 3));
    }

    @Test
    void unknownSizesFitAny() {
        assertTrue(Broadcast.fits(Shape.ANY, 7));
        assertEquals(7, Broadcast.size(Shape.ANY, 7));
        assertEquals(7, Broadcast.size(7, Shape.ANY));
        assertEquals(Shape.ANY, Broadcast.size(1, Shape.ANY));
        assertEquals(Shape.ANY, Broadcast.size(Shape.ANY, 1));
        // two unknown ones: the first
        assertEquals(-5, Broadcast.size(-5, -6));
    }

    @Test
    void placesInAnOperandRepeat() {
        int[] out = {2, 3, 2};
        List<Long> places = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            places.add(Broadcast.index(i, out, new int[] {3, 1}, 0));
        }
        assertEquals(List.of(0L, 0L, 1L, 1L, 2L, 2L, 0L, 0L, 1L, 1L, 2L, 2L), places);
        // blocks of the last axis
        assertEquals(5, Broadcast.index(5, out, out, 1));
        assertEquals(2, Broadcast.index(5, out, new int[] {1, 3, 2}, 1));
    }

    @Test
    void operationsSayWhatTheirResultsAre() {
        List<String> rows = new ArrayList<>();
        for (Activation f : Activation.values()) {
            if (f.needsRow()) {
                rows.add(f.name());
            }
        }
        assertEquals(List.of("SOFTMAX", "LOG_SOFTMAX", "SPARSEMAX", "GLU"), rows);
        for (Operation.PairOp op : Operation.PairOp.values()) {
            boolean truth = op.name().matches("(NOT_)?EQUAL|(GREATER|LESS)(_EQUAL)?|LOGICAL_.*");
            assertEquals(truth, op.isTruth(), op.name());
        }
        assertEquals(DType.BOOL, Operation.ReduceOp.ALL.result(DType.INT32));
        assertEquals(DType.INT32, Operation.ReduceOp.ARGMIN.result(DType.FLOAT32));
        assertEquals(DType.FLOAT32, Operation.ReduceOp.STD.result(DType.INT32));
        assertEquals(DType.INT32, Operation.ReduceOp.SUM.result(DType.BOOL));
        assertEquals(DType.BOOL, Operation.ReduceOp.MAX.result(DType.BOOL));
        assertEquals(DType.BOOL, MapOp.ISNAN.result(DType.FLOAT32));
        assertEquals(DType.INT32, MapOp.TO_INT.result(DType.FLOAT32));
        assertEquals(DType.FLOAT32, MapOp.ERF.result(DType.INT32));
        assertEquals(DType.INT32, MapOp.ABSOLUTE.result(DType.INT32));
        assertEquals(DType.INT32, Operation.PairOp.ADD.result(DType.INT32, DType.BOOL));
        assertEquals(DType.FLOAT32, Operation.PairOp.ADD.result(DType.INT32, DType.FLOAT32));
        assertEquals(DType.FLOAT32, Operation.PairOp.DIVIDE.result(DType.INT32, DType.INT32));
        assertEquals(DType.BOOL, Operation.PairOp.LESS.result(DType.INT32, DType.INT32));
    }
}
