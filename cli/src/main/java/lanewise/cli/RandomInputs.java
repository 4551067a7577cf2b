package lanewise.cli;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lanewise.Session;
import lanewise.Tensor;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** Seeded inputs of a model's kind: normal floats, ids that its vocabulary knows, without zeros. */
final class RandomInputs {
    private static final long SEED = 1;

    private RandomInputs() {}

    /**
     * Fills all inputs of a model.
     *
     * @param spec    the model
     * @param session a predictor or stepper of it
     * @param batch   rows
     * @param steps   sizes that the model leaves open
     */
    static void fill(ModelSpec spec, Session session, int batch, int steps) {
        for (int i = 0; i < session.inputs().size(); i++) {
            session.inputs().get(i).set(array(spec, session.inputs().get(i), i, batch, steps));
        }
    }

    /**
     * Numbers or texts for one input.
     *
     * @param spec   the model
     * @param input  the input
     * @param number which one it is
     * @param batch  rows
     * @param steps  sizes that the model leaves open
     */
    static TensorData array(ModelSpec spec, Tensor input, int number, int batch, int steps) {
        Random random = new Random(SEED + number);
        Shape shape = Shape.of(shape(input, batch, steps));
        int count = Math.toIntExact(shape.size());
        return switch (input.dtype()) {
            case STRING -> TensorData.of(shape, texts(random, count));
            case FLOAT32 -> TensorData.of(shape, floats(random, count));
            default -> TensorData.of(DType.INT32, shape, ids(random, count, limit(spec, number)));
        };
    }

    /**
     * An array for one input.
     *
     * @param input the input
     * @param batch rows
     * @param steps sizes that the model leaves open
     */
    static int[] shape(Tensor input, int batch, int steps) {
        int[] shape = input.shape().toArray();
        for (int i = 0; i < shape.length; i++) {
            shape[i] = i == input.rowAxis() ? batch : shape[i] == Shape.ANY ? steps : shape[i];
        }
        return shape;
    }

    static float[] floats(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static List<String> texts(Random random, int count) {
        return Stream.generate(() -> random.ints(8, 'a',
                'f').mapToObj(Character::toString).collect(Collectors.joining(" "))).limit(count).toList();
    }

    static int[] ids(Random random, int count, int limit) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = limit > 1 ? 1 + random.nextInt(limit - 1) : 0;
        }
        return values;
    }

    /** How many ids the smallest vocabulary that reads an input knows; 2 for truth values. */
    static int limit(ModelSpec spec, int input) {
        LayerSpec.InputLayer layer = spec.graph().inputLayers().get(input);
        return layer.dtype() == DType.BOOL ? 2
                : Math.min(limit(spec.graph(), spec.graph().inputs().get(input)), 1 << 24);
    }

    private static int limit(Graph graph, int node) {
        int limit = Integer.MAX_VALUE;
        for (Graph.Node reader : graph.nodes()) {
            for (int i = 0; i < reader.inputs().size(); i++) {
                if (reader.inputs().get(i).node() == node) {
                    limit = Math.min(limit, limit(reader.layer(), i));
                }
            }
        }
        return limit == Integer.MAX_VALUE ? 2 : limit;
    }

    private static int limit(LayerSpec reader, int input) {
        return switch (reader) {
            case CoreLayer.Embedding e -> e.inputDim();
            case RecurrentLayer.TimeDistributed t -> limit(t.layer(), input);
            case LayerSpec.Nested n -> limit(n.graph(), n.graph().inputs().get(input));
            default -> Integer.MAX_VALUE;
        };
    }
}
