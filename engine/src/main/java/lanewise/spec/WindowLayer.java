package lanewise.spec;

import java.util.List;
import lanewise.error.InvalidSpecException;

/**
 * Layers that slide windows over one or more axes (keras/layers/convolutional and pooling). Shapes and terms are those
 * of {@link LayerSpec}; "space" means the axes between batch and features: the steps of a sequence, the rows and
 * columns of a picture. With {@code channelsFirst} the features come before space, in the input and in the result.
 * Lists hold a size for each axis of space.
 */
public sealed interface WindowLayer extends LayerSpec {
    /** How convolution and pooling treat positions outside of the input. */
    enum Padding {
        /** All windows are inside the input. */
        VALID,
        /** As many windows as steps divided by the stride, rounded up; the longer half of the padding comes last. */
        SAME,
        /** Like SAME, with all padding in front: no window sees the future. */
        CAUSAL
    }

    /**
     * The positions of windows.
     *
     * @param size     steps in a window, for each axis of space
     * @param strides  steps from window to window
     * @param dilation steps from tap to tap in a window
     * @param padding  how positions outside are treated
     */
    record Windows(List<Integer> size, List<Integer> strides, List<Integer> dilation, Padding padding) {
        /** Copies the lists and checks that they have a positive size for each axis. */
        public Windows {
            size = List.copyOf(size);
            strides = List.copyOf(strides);
            dilation = List.copyOf(dilation);
            if (size.isEmpty() || strides.size() != size.size() || dilation.size() != size.size()
                    || List.of(size, strides, dilation).stream().anyMatch(list -> list.stream().anyMatch(n -> n < 1))) {
                throw new InvalidSpecException(
                        "windows of size " + size + ", strides " + strides + ", dilation " + dilation
                                + ": expected as many positive sizes in each");
            }
        }

        /**
         * How many axes space has.
         *
         * @return at least 1
         */
        public int rank() {
            return size.size();
        }

        /**
         * How many steps lie from the first to the last of a window, both included.
         *
         * @param axis of space, counted from 0
         * @return the size, if there is no dilation
         */
        public int reach(int axis) {
            return (size.get(axis) - 1) * dilation.get(axis) + 1;
        }

        /**
         * How many steps a window has.
         *
         * @return the product of its sizes
         */
        public int taps() {
            return size.stream().reduce(1, Math::multiplyExact);
        }
    }

    /**
     * Convolution, (batch, space, features) to (batch, windows, filters): Conv1D, Conv2D, Conv3D. Arrays: kernel
     * (window, features / groups, filters), bias (filters).
     *
     * @param name          its name
     * @param filters       features of the result
     * @param windows       positions of the windows
     * @param groups        into how many parts features and filters are split; each part sees only its own features
     * @param activation    applied to the result
     * @param useBias       whether there is a bias
     * @param channelsFirst whether features come before space
     */
    record Conv(String name, int filters, Windows windows, int groups, Activation activation, boolean useBias,
            boolean channelsFirst)
            implements WindowLayer {
        @Override
        public List<String> weightRoles() {
            return Roles.of(true, "kernel", useBias, "bias");
        }

        @Override
        public List<String> matrixRoles() {
            return List.of("kernel");
        }

        @Override
        public String kerasClass() {
            return "Conv" + windows.rank() + "D";
        }
    }

    /**
     * Convolution of each feature by itself, (batch, space, features) to (batch, windows, features * depthMultiplier):
     * DepthwiseConv1D, DepthwiseConv2D. Arrays: kernel (window, features, depthMultiplier), bias (features *
     * depthMultiplier).
     *
     * @param name            its name
     * @param depthMultiplier values of the result for each feature
     * @param windows         positions of the windows
     * @param activation      applied to the result
     * @param useBias         whether there is a bias
     * @param channelsFirst   whether features come before space
     */
    record DepthwiseConv(String name, int depthMultiplier, Windows windows, Activation activation, boolean useBias,
            boolean channelsFirst)
            implements WindowLayer {
        @Override
        public List<String> weightRoles() {
            return Roles.of(true, "kernel", useBias, "bias");
        }

        @Override
        public String kerasClass() {
            return "DepthwiseConv" + windows.rank() + "D";
        }
    }

    /**
     * A {@link DepthwiseConv} and then a matrix product at each position: SeparableConv1D, SeparableConv2D. Arrays:
     * depthwise_kernel (window, features, depthMultiplier), pointwise_kernel (1, ..., features * depthMultiplier,
     * filters), bias (filters).
     *
     * @param name            its name
     * @param filters         features of the result
     * @param depthMultiplier values per feature between the two steps
     * @param windows         positions of the windows
     * @param activation      applied to the result
     * @param useBias         whether there is a bias
     * @param channelsFirst   whether features come before space
     */
    record SeparableConv(String name, int filters, int depthMultiplier, Windows windows, Activation activation,
            boolean useBias,
            boolean channelsFirst) implements WindowLayer {
        @Override
        public List<String> weightRoles() {
            return Roles.of(true, "depthwise_kernel", true, "pointwise_kernel",
                    useBias ? new String[] {"bias"} : new String[0]);
        }

        @Override
        public List<String> matrixRoles() {
            return List.of("pointwise_kernel");
        }

        @Override
        public String kerasClass() {
            return "SeparableConv" + windows.rank() + "D";
        }
    }

    /**
     * The transpose of a convolution as a linear map: Conv1DTranspose, 2D and 3D. Each position adds its values, times
     * the kernel, to a window of the result, which has (steps * stride) steps with padding SAME. With VALID it has as
     * many as the windows reach, but at least that number. With output padding it has (steps - 1) * stride steps and
     * the output padding, and with VALID the reach of a window, with SAME the remainder of that by 2. Arrays: kernel
     * (window, filters, features), bias (filters).
     *
     * @param name          its name
     * @param filters       features of the result
     * @param windows       positions of the windows in the result
     * @param activation    applied to the result
     * @param useBias       whether there is a bias
     * @param channelsFirst whether features come before space
     * @param outputPadding for each axis of space, less than the stride; empty for none
     */
    record ConvTranspose(String name, int filters, Windows windows, Activation activation, boolean useBias,
            boolean channelsFirst, List<Integer> outputPadding) implements WindowLayer {
        /** Copies the list. */
        public ConvTranspose {
            outputPadding = List.copyOf(outputPadding);
        }

        @Override
        public List<String> weightRoles() {
            return Roles.of(true, "kernel", useBias, "bias");
        }

        @Override
        public String kerasClass() {
            return "Conv" + windows.rank() + "DTranspose";
        }
    }

    /** How pooling combines the values in a window. */
    public enum PoolOp {
        /** The largest. */
        MAX,
        /** The mean of those inside the input. */
        AVERAGE
    }

    /**
     * One value per window and feature, (batch, space, features) to (batch, windows, features).
     *
     * @param name          its name
     * @param op            how values are combined
     * @param windows       positions of the windows
     * @param channelsFirst whether features come before space
     */
    record Pooling(String name, PoolOp op, Windows windows, boolean channelsFirst) implements WindowLayer {
        @Override
        public String kerasClass() {
            return (op == PoolOp.MAX ? "MaxPooling" : "AveragePooling") + windows.rank() + "D";
        }
    }

    /**
     * One value per feature, (batch, space, features) to (batch, features). Over one axis, the mean leaves out masked
     * steps; the maximum ignores masks.
     *
     * @param name          its name
     * @param op            how values are combined
     * @param rank          how many axes space has
     * @param keepDims      whether the axes of space stay, with size 1
     * @param channelsFirst whether features come before space
     */
    record GlobalPooling(String name, PoolOp op, int rank, boolean keepDims, boolean channelsFirst)
            implements WindowLayer {
        @Override
        public String kerasClass() {
            return (op == PoolOp.MAX ? "GlobalMaxPooling" : "GlobalAveragePooling") + rank + "D";
        }
    }
}
