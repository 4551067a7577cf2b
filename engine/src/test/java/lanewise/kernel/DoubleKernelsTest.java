package lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import lanewise.spec.NarrowArray;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference itself: a loop over the matrix as its words stand for it, not as it is packed. */
class DoubleKernelsTest {
    private static final int ROWS = 5;

    private final Arena arena = Arena.ofConfined();
    private final Random random = new Random(11);
    private final DoubleKernels kernels = new DoubleKernels();

    @AfterEach
    void free() {
        arena.close();
    }

    private float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** [inputs][columns]; what each word stands for by the file format's own words. */
    private static double[] meaning(NarrowArray array) {
        int columns = array.columns();
        double[] values = new double[array.rows() * columns];
        for (int i = 0; i < values.length; i++) {
            int row = i / columns;
            int column = i % columns;
            int word = array.words().get(TensorData.INTS, 4L * (row / 2 * columns + column)) << (row % 2 == 0 ? 0 : 16);
            values[i] = array.format() == WeightFormat.INT16 ? (double) (float) word * array.scales()[column]
                    : Float.intBitsToFloat(word);
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void productsAreSumsInDoublePrecision(WeightFormat format) {
        for (int[] order : new int[][] {{0}, {0, 1, 2}, {0, 1, 3, 2}}) {
            for (int units : new int[] {1, 16, 33, 130}) {
                for (int inputs : new int[] {1, 2, 37, 64}) {
                    check(format, inputs, units, order);
                }
            }
        }
    }

    private void check(WeightFormat format, int inputs, int units, int... order) {
        int columns = units * order.length;
        float[] values = floats(inputs * columns);
        Matrix matrix = Matrix.of(values, inputs);
        double[] weights = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            weights[i] = values[i];
        }
        if (format.isNarrow()) {
            NarrowArray array = NarrowArray.of(format, TensorData.of(Shape.of(inputs, columns), values));
            matrix = Matrix.of(array);
            weights = meaning(array);
        }
        float[] bias = floats(columns);
        Panels w = Panels.pack(arena, matrix, units, order, bias);
        MemorySegment x = Memory.floats(arena, (long) ROWS * (inputs + 1));
        MemorySegment.copy(MemorySegment.ofArray(floats(ROWS * (inputs + 1))), 0, x, 0, 4L * ROWS * (inputs + 1));
        int stride = order.length > 1 ? order.length * w.padded() : units;
        MemorySegment out = Memory.floats(arena, (long) ROWS * stride + Panels.WIDTH);
        kernels.matMul(w, x, 0, inputs + 1, ROWS, out, 0, stride);
        for (int r = 0; r < ROWS; r++) {
            for (int g = 0; g < order.length; g++) {
                for (int j = 0; j < units; j++) {
                    double sum = 0;
                    for (int k = 0; k < inputs; k++) {
                        sum += Memory.get(x, r * (inputs + 1L) + k) * weights[k * columns + order[g] * units + j];
                    }
                    float expected = (float) (sum + bias[order[g] * units + j]);
                    assertEquals(expected, Memory.get(out, (long) r * stride + (long) g * w.padded() + j),
                            Math.ulp(expected), format + ", " + inputs + " x " + units + ", row " + r + ", gate " + g);
                }
            }
        }
    }
}
