package lanewise.spec;

import java.util.List;

/** Layers that look at windows of steps (keras/layers/convolutional and pooling). Shapes and words as in {@link LayerSpec}. */
public sealed interface WindowLayer extends LayerSpec {
    /** What lies outside a sequence for convolution and pooling. */
    enum Padding {
        /** Windows lie within the sequence. */
        VALID,
        /** As many windows as steps divided by the stride, rounded up; the longer half of the filling comes last. */
        SAME,
        /** As SAME, all filling in front: no window sees the future. */
        CAUSAL
    }

    /**
     * Convolution over time, (batch, steps, features) to (batch, windows, filters). Arrays: kernel (kernelSize,
     * features / groups, filters), bias (filters).
     *
     * @param name         its name
     * @param filters      features of the result
     * @param kernelSize   steps in a window
     * @param strides      steps from window to window
     * @param padding      what lies outside
     * @param dilationRate steps from tap to tap in a window
     * @param activation   applied to the result
     * @param useBias      whether there is a bias
     */
    record Conv1D(String name, int filters, int kernelSize, int strides, Padding padding, int dilationRate,
                  Activation activation, boolean useBias) implements WindowLayer {
        @Override
        public List<String> weightRoles() {
            return Roles.of(true, "kernel", useBias, "bias");
        }
    }

    /** What pooling takes of the values in a window. */
    enum PoolOp {
        /** The largest. */
        MAX,
        /** The mean of those that lie within the sequence. */
        AVERAGE
    }

    /**
     * One value per window and feature, (batch, steps, features) to (batch, windows, features).
     *
     * @param name     its name
     * @param op       which value
     * @param poolSize steps in a window
     * @param strides  steps from window to window
     * @param padding  VALID or SAME
     */
    record Pooling1D(String name, PoolOp op, int poolSize, int strides, Padding padding) implements WindowLayer {
        @Override
        public String kerasClass() {
            return op == PoolOp.MAX ? "MaxPooling1D" : "AveragePooling1D";
        }
    }

    /**
     * One value per feature, (batch, steps, features) to (batch, features). The mean leaves masked steps out; the
     * largest does not look at masks.
     *
     * @param name     its name
     * @param op       which value
     * @param keepDims whether the result is (batch, 1, features)
     */
    record GlobalPooling1D(String name, PoolOp op, boolean keepDims) implements WindowLayer {
        @Override
        public String kerasClass() {
            return op == PoolOp.MAX ? "GlobalMaxPooling1D" : "GlobalAveragePooling1D";
        }
    }
}
