package lanewise.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Two weights in a word, each as near as it can be to what was given. */
class NarrowArrayTest {
    private final Random random = new Random(3);

    private static NarrowArray of(WeightFormat format, int columns, float... values) {
        return NarrowArray.of(format, TensorData.of(Shape.of(values.length / columns, columns), values));
    }

    private float weight() {
        float exponent = random.nextInt(5) == 0 ? random.nextInt(60) - 40 : random.nextInt(4) - 2;
        return random.nextInt(12) == 0 ? 0f : (float) (random.nextGaussian() * Math.pow(2, exponent));
    }

    private static int word(NarrowArray array, int index) {
        return array.words().getAtIndex(TensorData.INTS, index);
    }

    @Test
    void bfloat16IsTheNearestWordWithTheRoundedPartner() {
        for (int i = 0; i < 200_000; i++) {
            float high = weight();
            float low = weight();
            NarrowArray array = of(WeightFormat.BFLOAT16, 1, high, low);
            int word = word(array, 0);
            // the partner: by the definition of rounding to nearest, ties to even, of a float's upper half
            float lower = Float.intBitsToFloat(word << 16);
            assertTrue(distance(low, lower) <= distance(low, Float.intBitsToFloat(word + 1 << 16))
                    && distance(low, lower) <= distance(low, Float.intBitsToFloat(word - 1 << 16)), low + " " + lower);
            // no other word with this partner is nearer, but for words that would be subnormal
            for (int step : new int[] {-1, 1}) {
                int other = word + (step << 16);
                float neighbour = Float.intBitsToFloat(other);
                boolean usable = Float.isFinite(neighbour)
                        && (Math.abs(neighbour) >= Float.MIN_NORMAL || neighbour == 0);
                assertTrue(!usable || distance(high, Float.intBitsToFloat(word)) <= distance(high, neighbour),
                        high + " with " + low + ": " + Integer.toHexString(word));
            }
            float upper = Float.intBitsToFloat(word);
            assertTrue(upper == 0 || Math.abs(upper) >= Float.MIN_NORMAL, Integer.toHexString(word));
            assertArrayEquals(new float[] {upper, lower}, array.decode().toFloats());
        }
    }

    /** The difference of two floats is exact in double precision wherever it decides. */
    private static double distance(float a, float b) {
        return Float.isFinite(b) ? Math.abs((double) a - b) : Double.POSITIVE_INFINITY;
    }

    @Test
    void int16IsTheNearestWordTimesTheScaleOfItsColumn() {
        int columns = 7;
        int rows = 9;
        for (int i = 0; i < 2000; i++) {
            float[] values = new float[rows * columns];
            for (int k = 0; k < values.length; k++) {
                values[k] = k % columns == 2 ? 0f : weight();
            }
            NarrowArray array = of(WeightFormat.INT16, columns, values);
            float[] decoded = array.decode().toFloats();
            for (int k = 0; k < values.length; k++) {
                double step = 65536d * array.scales()[k % columns];
                assertEquals(values[k], decoded[k], step * 0.505, "row " + k / columns + ", column " + k % columns);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLOAT32")
    void extremesStayFiniteAndKeepTheirSigns(WeightFormat format) {
        float large = 3.38e38f;
        float[] values = {large, 1f, -large, -1f, large, large, -large, -large, 0, large, Float.MIN_VALUE, -large};
        float[] decoded = of(format, 1, values).decode().toFloats();
        for (int i = 0; i < values.length; i++) {
            assertEquals(values[i], decoded[i], 2e36f, i + "");
            boolean sameSign = decoded[i] * values[i] > 0 || Math.abs(values[i]) <= 1;
            assertTrue(Float.isFinite(decoded[i]) && sameSign, i + ": " + decoded[i]);
        }
        assertThrows(IllegalArgumentException.class, () -> of(format, 1, 1f, -Float.MAX_VALUE));
    }

    @Test
    void tinyWeightsBecomeNormalOrZero() {
        float[] tiny = {Float.MIN_VALUE, 1f, -Float.MIN_VALUE, 0f, 1e-38f, -1e-38f, -0f, 0f};
        for (float value : of(WeightFormat.BFLOAT16, 1, tiny).decode().toFloats()) {
            assertTrue(value == 0 || Math.abs(value) >= Float.MIN_NORMAL, value + "");
        }
        assertEquals(Float.MIN_NORMAL, of(WeightFormat.INT16, 1, tiny[0], tiny[4]).scales()[0]);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLOAT32")
    void zerosStayZerosAndTheOddRowHasAZeroForAPartner(WeightFormat format) {
        assertArrayEquals(new float[6], of(format, 2, new float[6]).decode().toFloats());
        NarrowArray odd = of(format, 2, 0.5f, -0.25f, 1, 2, -0.75f, 4);
        assertEquals(4, odd.words().byteSize() / 4);
        assertEquals(0, word(odd, 2) << 16);
        assertEquals(0, word(odd, 3) << 16);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FLOAT32")
    void whatIsNotFiniteIsRefusedWithItsPlace(WeightFormat format) {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            String message = assertThrows(IllegalArgumentException.class, () -> of(format, 2, 1, 2, 3, bad))
                    .getMessage();
            assertTrue(message.contains(bad + "") && message.contains("row 1, column 1"), message);
        }
    }

    @Test
    void wordsAndScalesMustFitTheShape() {
        NarrowArray good = of(WeightFormat.INT16, 2, 1, 2, 3, 4);
        for (float scale : new float[] {0f, -1f, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new NarrowArray(WeightFormat.INT16, good.shape(),
                    good.words(), new float[] {1f, scale}));
        }
        assertThrows(IllegalArgumentException.class,
                () -> new NarrowArray(WeightFormat.BFLOAT16, good.shape(), good.words(), good.scales()));
        assertThrows(IllegalArgumentException.class,
                () -> new NarrowArray(WeightFormat.INT16, Shape.of(5, 2), good.words(), good.scales()));
        assertThrows(IllegalArgumentException.class,
                () -> new NarrowArray(WeightFormat.FLOAT32, good.shape(), good.words(), new float[0]));
    }
}
