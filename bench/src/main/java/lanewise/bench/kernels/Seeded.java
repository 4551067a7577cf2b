package lanewise.bench.kernels;

import java.util.Random;

/** Numbers that are the same in every run. */
public final class Seeded {
    private Seeded() {}

    /**
     * Normal numbers.
     *
     * @param random gives them
     * @param count  how many
     * @param scale  their deviation
     * @return a new array
     */
    public static float[] floats(Random random, int count, double scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return values;
    }
}
