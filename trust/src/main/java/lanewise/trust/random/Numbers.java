package lanewise.trust.random;

import java.util.Random;

/** Floats of all kinds. */
public final class Numbers {
    private Numbers() {}

    /**
     * A float: ordinary, large, tiny, denormal, a zero of either sign, infinite, or NaN.
     *
     * @param random what it follows from
     * @return the float
     */
    public static float awkward(Random random) {
        return switch (random.nextInt(16)) {
            case 0 -> 0f;
            case 1 -> -0f;
            case 2 -> Float.NaN;
            case 3 -> Float.POSITIVE_INFINITY;
            case 4 -> Float.NEGATIVE_INFINITY;
            case 5 -> Float.MIN_VALUE * random.nextInt(100);
            case 6 -> 1e30f * (float) random.nextGaussian();
            case 7 -> 100f * (float) random.nextGaussian();
            case 8 -> random.nextBoolean() ? Float.MAX_VALUE : -Float.MAX_VALUE;
            default -> 3f * (float) random.nextGaussian();
        };
    }
}
