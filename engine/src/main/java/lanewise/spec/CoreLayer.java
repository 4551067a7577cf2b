package lanewise.spec;

import java.util.List;

/**
 * Layers that work on single values or on the last axis (keras/layers/core and activations). Shapes and terms are those
 * of {@link LayerSpec}.
 */
public sealed interface CoreLayer extends LayerSpec {
    /**
     * Looks up a row for each id. Arrays: embeddings (inputDim, outputDim).
     *
     * @param name      its name
     * @param inputDim  number of ids
     * @param outputDim length of a row
     * @param maskZero  whether id 0 masks its time step
     */
    record Embedding(String name, int inputDim, int outputDim, boolean maskZero) implements CoreLayer {
        @Override
        public List<String> weightRoles() {
            return List.of("embeddings");
        }

        @Override
        public List<String> matrixRoles() {
            return List.of("embeddings");
        }
    }

    /**
     * Masks the time steps whose features all equal a value, and sets them to 0.
     *
     * @param name      its name
     * @param maskValue the value
     */
    record Masking(String name, float maskValue) implements CoreLayer {}

    /**
     * {@code activation(x * kernel + bias)} over the last axis. Arrays: kernel (features, units), bias (units).
     *
     * @param name       its name
     * @param units      length of the result's last axis
     * @param activation applied to the result
     * @param useBias    whether there is a bias
     */
    record Dense(String name, int units, Activation activation, boolean useBias) implements CoreLayer {
        @Override
        public List<String> weightRoles() {
            return Roles.of(true, "kernel", useBias, "bias");
        }

        @Override
        public List<String> matrixRoles() {
            return List.of("kernel");
        }
    }

    /**
     * A Dense layer whose weights are integers of 8 bits (keras/src/layers/core/dense.py, {@code _int8_call}): with
     * {@code s = limit / (max |x| + epsilon)} for each vector x of the input, {@code activation((round(x s) * kernel) /
     * (s kernel_scale) + bias)}. Arrays: kernel (features, units) of whole numbers, bias (units), kernel_scale (units).
     *
     * @param name       its name
     * @param units      length of the result's last axis
     * @param activation applied to the result
     * @param useBias    whether there is a bias
     * @param limit      the largest absolute value of a rounded input; 0 if inputs are not rounded and s is 1
     * @param epsilon    keeps the division defined
     */
    record Int8Dense(String name, int units, Activation activation, boolean useBias, float limit, float epsilon)
            implements CoreLayer {
        @Override
        public List<String> weightRoles() {
            return Roles.of(true, "kernel", useBias, "bias", "kernel_scale");
        }

        @Override
        public String kerasClass() {
            return "Dense";
        }
    }

    /**
     * An Embedding whose rows are integers of 8 bits, each divided by the scale of its row. Arrays: embeddings
     * (inputDim, outputDim) of whole numbers, embeddings_scale (inputDim).
     *
     * @param name      its name
     * @param inputDim  number of ids
     * @param outputDim length of a row
     * @param maskZero  whether id 0 masks its time step
     */
    record Int8Embedding(String name, int inputDim, int outputDim, boolean maskZero) implements CoreLayer {
        @Override
        public List<String> weightRoles() {
            return List.of("embeddings", "embeddings_scale");
        }

        @Override
        public String kerasClass() {
            return "Embedding";
        }
    }

    /**
     * Keras's layer {@code Activation}.
     *
     * @param name     its name
     * @param function the activation that it applies
     */
    record Activate(String name, Activation function) implements CoreLayer {
        @Override
        public String kerasClass() {
            return "Activation";
        }
    }

    /**
     * {@code maxValue} for {@code x} from maxValue up, {@code x} from the threshold up, else {@code negativeSlope * (x
     * - threshold)}. LeakyReLU is the same with only a slope.
     *
     * @param name          its name
     * @param maxValue      upper limit, infinity for none
     * @param negativeSlope slope below the threshold
     * @param threshold     where the slope changes
     */
    record ReLU(String name, float maxValue, float negativeSlope, float threshold) implements CoreLayer {}

    /**
     * {@code x} if positive, else {@code alpha * (e^x - 1)}.
     *
     * @param name  its name
     * @param alpha the factor
     */
    record ELU(String name, float alpha) implements CoreLayer {}

    /**
     * {@code x} if positive, else {@code alpha * x} with a trained alpha. Arrays: alpha, with the input's shape without
     * batch, and size 1 along shared axes.
     *
     * @param name       its name
     * @param sharedAxes axes (1 is the first after batch) along which alpha has size 1
     */
    record PReLU(String name, List<Integer> sharedAxes) implements CoreLayer {
        /** Copies the list. */
        public PReLU {
            sharedAxes = List.copyOf(sharedAxes);
        }

        @Override
        public List<String> weightRoles() {
            return List.of("alpha");
        }
    }

    /**
     * {@code e^x / sum e^x} along axes; masked values are left out and become 0.
     *
     * @param name its name
     * @param axes the axes, batch counted; negative ones count from the end
     */
    record Softmax(String name, List<Integer> axes) implements CoreLayer {
        /** Copies the list. */
        public Softmax {
            axes = List.copyOf(axes);
        }
    }

    /**
     * Sums of products of the input and a kernel, in Einstein's notation. Arrays: kernel, bias if it has axes.
     *
     * @param name       its name
     * @param equation   for example {@code "abc,cd->abd"}
     * @param biasAxes   letters of the result along which there is a bias; empty for none
     * @param activation applied to the result
     */
    record EinsumDense(String name, String equation, String biasAxes, Activation activation) implements CoreLayer {
        @Override
        public List<String> weightRoles() {
            return Roles.of(true, "kernel", !biasAxes.isEmpty(), "bias");
        }
    }

    /**
     * An EinsumDense layer whose weights are integers of 8 bits, as those of {@link Int8Dense} are: x is what is summed
     * over together. Arrays: kernel of whole numbers, bias if it has axes, kernel_scale with the axes of the result, of
     * size 1 where the kernel has none.
     *
     * @param name       its name
     * @param equation   for example {@code "abc,cd->abd"}
     * @param biasAxes   letters of the result along which there is a bias; empty for none
     * @param activation applied to the result
     * @param limit      the largest absolute value of a rounded input; 0 if inputs are not rounded and s is 1
     * @param epsilon    keeps the division defined
     */
    record Int8EinsumDense(String name, String equation, String biasAxes, Activation activation, float limit,
            float epsilon) implements CoreLayer {
        @Override
        public List<String> weightRoles() {
            return Roles.of(true, "kernel", !biasAxes.isEmpty(), "bias", "kernel_scale");
        }

        @Override
        public String kerasClass() {
            return "EinsumDense";
        }
    }
}
