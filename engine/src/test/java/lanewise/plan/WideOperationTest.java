package lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.fold.ConstantFolding;
import lanewise.spec.AxisOperation;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WideOperation;
import org.junit.jupiter.api.Test;

/** Integers of 64 bits are kept in 32: what needs more is refused. Those of 32 bits wrap around. */
class WideOperationTest {
    private static final int LOW = Integer.MIN_VALUE;
    private static final int HIGH = Integer.MAX_VALUE;

    private static TensorData ints(int... values) {
        return TensorData.of(DType.INT32, Shape.of(1, values.length), values);
    }

    /** What 64 bits hold and 32 do not, and what 32 bits make of it. */
    private static void overflows(LayerSpec spec, String exact, int[] wrapped, TensorData... inputs) {
        LayerSpec wide = WideOperation.of(spec);
        InvalidInputException refused = assertThrows(InvalidInputException.class,
                () -> ConstantFolding.compute(wide, inputs), spec.toString());
        assertTrue(refused.getMessage().contains("layer '") && refused.getMessage().contains(exact),
                spec + ": " + refused.getMessage());
        assertArrayEquals(wrapped, ConstantFolding.compute(spec, inputs).toInts(), spec.toString());
    }

    private static void fits(LayerSpec spec, int[] result, TensorData... inputs) {
        assertArrayEquals(result, ConstantFolding.compute(WideOperation.of(spec), inputs).toInts(), spec.toString());
        assertArrayEquals(result, ConstantFolding.compute(spec, inputs).toInts(), spec.toString());
    }

    private static Operation.Pair pair(PairOp op) {
        return new Operation.Pair("pair", op, 0, false);
    }

    private static Operation.Map map(MapOp op) {
        return new Operation.Map("map", op);
    }

    private static Operation.Reduce reduce(ReduceOp op) {
        return new Operation.Reduce("reduce", op, List.of(1), false);
    }

    private static LayerSpec cumulate(ReduceOp op, boolean exclusive) {
        return new AxisOperation.Cumulate("cumulate", op, 1, exclusive, false);
    }

    @Test
    void resultsBeyond32BitsAreRefused() {
        overflows(pair(PairOp.ADD), "the integer 2147483648", new int[] {LOW}, ints(HIGH), ints(1));
        overflows(pair(PairOp.SUBTRACT), "the integer -2147483649", new int[] {HIGH}, ints(LOW), ints(1));
        overflows(pair(PairOp.MULTIPLY), "the integer 4611686018427387904", new int[] {0}, ints(LOW), ints(LOW));
        overflows(pair(PairOp.FLOOR_DIVIDE), "the integer 2147483648", new int[] {LOW}, ints(LOW), ints(-1));
        overflows(pair(PairOp.POWER), "the integer 4294967296", new int[] {0}, ints(65536), ints(2));
        overflows(pair(PairOp.POWER), "more than 64 bits", new int[] {0}, ints(65536), ints(4));
        overflows(pair(PairOp.LCM), "the integer 4294967295", new int[] {1}, ints(65535), ints(65535 - 0x20000));
        overflows(pair(PairOp.LEFT_SHIFT), "the integer 8589934592", new int[] {LOW}, ints(1), ints(33));
        overflows(map(MapOp.ABSOLUTE), "the integer 2147483648", new int[] {LOW}, ints(LOW));
        overflows(map(MapOp.NEGATIVE), "the integer 2147483648", new int[] {LOW}, ints(LOW));
        overflows(map(MapOp.SQUARE), "the integer 4295098369", new int[] {131073}, ints(65537));
        overflows(reduce(ReduceOp.SUM), "the integer 4294967294", new int[] {-2}, ints(HIGH, HIGH));
        overflows(reduce(ReduceOp.PROD), "the integer 4294967294", new int[] {-2}, ints(HIGH, 2));
        overflows(cumulate(ReduceOp.SUM, false), "the integer 4294967294", new int[] {HIGH, -2}, ints(HIGH, HIGH));
        overflows(cumulate(ReduceOp.PROD, false), "the integer 4294967294", new int[] {HIGH, -2}, ints(HIGH, 2));
        overflows(new Operation.Pair("number", PairOp.ADD, -1, false), "the integer -2147483649", new int[] {HIGH},
                ints(LOW));
    }

    @Test
    void whatFitsIsTheSame() {
        fits(pair(PairOp.ADD), new int[] {-1}, ints(HIGH), ints(LOW));
        fits(pair(PairOp.MULTIPLY), new int[] {LOW}, ints(1 << 30), ints(-2));
        fits(pair(PairOp.POWER), new int[] {LOW, 1}, ints(-2, 0), ints(31, 0));
        fits(map(MapOp.ABSOLUTE), new int[] {HIGH}, ints(-HIGH));
        // on the way there it may be larger
        fits(reduce(ReduceOp.SUM), new int[] {-1}, ints(HIGH, HIGH, LOW, LOW, 1));
        fits(cumulate(ReduceOp.SUM, true), new int[] {0, HIGH}, ints(HIGH, HIGH));
    }

    @Test
    void floatsThatAreNoIntegersAreTheSmallestOneOrRefused() {
        Operation.Map cast = map(MapOp.TO_INT);
        for (float x : new float[] {3e9f, -3e9f, Float.NaN, Float.POSITIVE_INFINITY, 0x1p31f, 1e30f}) {
            TensorData given = TensorData.of(Shape.of(1, 1), x);
            assertArrayEquals(new int[] {LOW}, ConstantFolding.compute(cast, given).toInts());
            assertThrows(InvalidInputException.class,
                    () -> ConstantFolding.compute(WideOperation.of(cast), given), "cast of " + x);
        }
        fits(cast, new int[] {LOW, -1, 2147483520}, TensorData.of(Shape.of(1, 3), -0x1p31f, -1.9f, 0x1.fffffep30f));
    }

    @Test
    void onlyWhatCanGrowIsWide() {
        assertSame(pair(PairOp.MAXIMUM).getClass(), WideOperation.of(pair(PairOp.MAXIMUM)).getClass());
        LayerSpec wide = WideOperation.of(pair(PairOp.ADD));
        assertEquals(wide, WideOperation.of(wide));
    }
}
