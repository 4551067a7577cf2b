package lanewise.trust.random;

import java.util.List;
import java.util.Random;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.ModelSpec;
import lanewise.spec.Weights;
import lanewise.spec.WindowLayer;

/**
 * A random model and inputs for it: a chain of layers, now and then joined with an earlier value.
 *
 * @param seed    that all follows from
 * @param spec    the model
 * @param weights its arrays, float32
 * @param steps   of a row, where the model leaves the number open
 * @param rowSize values of a row of the input
 * @param ids     how many ids the input's vocabulary has; 0 for an input of floats
 */
public record RandomModel(long seed, ModelSpec spec, Weights weights, int steps, int rowSize, int ids) {
    private static final int MOST_LAYERS = 5;

    /**
     * Makes a model.
     *
     * @param seed any number
     * @return always the same model for it; the planner may refuse it
     */
    public static RandomModel of(long seed) {
        // the seeds of neighbours give related first numbers
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        random.nextLong();
        Parts parts = new Parts(random);
        RandomLayers layers = new RandomLayers(parts);
        boolean open = random.nextInt(3) == 0;
        int ids = 0;
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> sequence(parts, List.of(parts.from(3, 14), parts.from(1, 24)), open);
            case 3, 4 -> {
                ids = parts.from(2, 40);
                List<Integer> shape = List.of(parts.from(3, 14));
                parts.input(Parts.inputLayer(shape, open, DType.INT32), shape);
                int width = parts.from(1, 20);
                parts.array("embedding/embeddings", ids, width);
                parts.add(new CoreLayer.Embedding("embedding", ids, width, random.nextBoolean()),
                        List.of(shape.getFirst(), width));
            }
            case 5 -> sequence(parts, List.of(parts.from(4, 9), parts.from(4, 9), parts.from(1, 6)), false);
            default -> sequence(parts, List.of(parts.from(1, 40)), false);
        }
        int steps = parts.shape(0).getFirst();
        int rowSize = parts.shape(0).stream().reduce(1, Math::multiplyExact);
        int count = parts.from(1, MOST_LAYERS);
        for (int i = 0; i < count; i++) {
            layers.add();
        }
        if (parts.shape().size() > 1 && random.nextBoolean()) {
            int rank = parts.shape().size() - 1;
            parts.add(new WindowLayer.GlobalPooling("pool", parts.one(WindowLayer.PoolOp.values()), rank, false, false),
                    List.of(parts.features()));
        }
        if (random.nextBoolean()) {
            layers.dense(RandomLayers.anyActivation(parts));
        }
        return new RandomModel(seed, parts.spec("random" + seed), parts.weights(), steps, rowSize, ids);
    }

    private static void sequence(Parts parts, List<Integer> shape, boolean open) {
        parts.input(Parts.inputLayer(shape, open, DType.FLOAT32), shape);
    }

    /**
     * Inputs for some rows.
     *
     * @param rows   how many
     * @param random what they follow from
     * @return floats: normal numbers; of every eighth row also large, tiny and special ones
     */
    public float[] floats(int rows, Random random) {
        float[] x = new float[rows * rowSize];
        for (int row = 0; row < rows; row++) {
            boolean awkward = random.nextInt(8) == 0;
            for (int i = 0; i < rowSize; i++) {
                x[row * rowSize + i] = awkward ? Numbers.awkward(random) : (float) random.nextGaussian();
            }
        }
        return x;
    }

    /**
     * Inputs for some rows of a model that reads ids.
     *
     * @param rows   how many
     * @param random what they follow from
     * @return ids, a third of them 0, the id of padding
     */
    public int[] ids(int rows, Random random) {
        int[] x = new int[rows * rowSize];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(3) == 0 ? 0 : random.nextInt(ids);
        }
        return x;
    }
}
