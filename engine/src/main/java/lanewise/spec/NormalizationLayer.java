package lanewise.spec;

import java.util.List;

/**
 * Layers that bring values to a common scale (keras/layers/normalization). Shapes and terms are those of
 * {@link LayerSpec}.
 */
public sealed interface NormalizationLayer extends LayerSpec {
    /**
     * {@code gamma * (x - moving_mean) / sqrt(moving_variance + epsilon) + beta} along an axis. Arrays, each (size of
     * the axis): gamma if scale, beta if center, moving_mean, moving_variance.
     *
     * @param name    its name
     * @param axis    the axis, batch counted; negative ones count from the end
     * @param epsilon added to the variance
     * @param center  whether there is a beta
     * @param scale   whether there is a gamma
     */
    record BatchNormalization(String name, int axis, float epsilon, boolean center, boolean scale)
            implements NormalizationLayer {
        @Override
        public List<String> weightRoles() {
            return Roles.of(scale, "gamma", center, "beta", "moving_mean", "moving_variance");
        }
    }

    /**
     * {@code gamma * (x - mean) / sqrt(variance + epsilon) + beta}, with mean and variance over the given axes. Arrays,
     * each with the shape of those axes: gamma if scale, beta if center.
     *
     * @param name    its name
     * @param axes    the axes, batch counted; negative ones count from the end
     * @param epsilon added to the variance
     * @param center  whether there is a beta
     * @param scale   whether there is a gamma
     */
    record LayerNormalization(String name, List<Integer> axes, float epsilon, boolean center, boolean scale)
            implements NormalizationLayer {
        /** Copies the list. */
        public LayerNormalization {
            axes = List.copyOf(axes);
        }

        @Override
        public List<String> weightRoles() {
            return Roles.of(scale, "gamma", center, "beta");
        }
    }

    /**
     * Like {@link LayerNormalization} over all axes except batch, for each group of neighbouring features along an
     * axis. Arrays, each (features): gamma if scale, beta if center.
     *
     * @param name    its name
     * @param groups  how many groups; -1 for one per feature
     * @param axis    the axis of the features, batch counted; negative ones count from the end
     * @param epsilon added to the variance
     * @param center  whether there is a beta
     * @param scale   whether there is a gamma
     */
    record GroupNormalization(String name, int groups, int axis, float epsilon, boolean center, boolean scale)
            implements NormalizationLayer {
        @Override
        public List<String> weightRoles() {
            return Roles.of(scale, "gamma", center, "beta");
        }
    }

    /**
     * {@code scale * x / sqrt(mean(x^2) + epsilon)}, the mean over an axis (Zhang and Sennrich 2019). Arrays: scale
     * (size of the axis).
     *
     * @param name    its name
     * @param axis    the axis, batch counted; negative ones count from the end
     * @param epsilon added to the mean
     */
    record RMSNormalization(String name, int axis, float epsilon) implements NormalizationLayer {
        @Override
        public List<String> weightRoles() {
            return List.of("scale");
        }
    }

    /**
     * {@code x / max(sqrt(sum x^2), 1e-12)}, the sum over the given axes.
     *
     * @param name its name
     * @param axes the axes, batch counted; negative ones count from the end
     */
    record UnitNormalization(String name, List<Integer> axes) implements NormalizationLayer {
        /** Copies the list. */
        public UnitNormalization {
            axes = List.copyOf(axes);
        }
    }

    /**
     * {@code (x - mean) / max(sqrt(variance), 1e-7)}, or if inverted {@code mean + x * max(sqrt(variance), 1e-7)}:
     * Keras's preprocessing layer Normalization. Arrays, with the shape of the given axes, or a single value if there
     * are none: mean, variance.
     *
     * @param name   its name
     * @param axes   the axes along which mean and variance differ, batch counted; negative ones count from the end
     * @param invert whether it undoes the normalization
     */
    record Normalization(String name, List<Integer> axes, boolean invert) implements NormalizationLayer {
        /** Copies the list. */
        public Normalization {
            axes = List.copyOf(axes);
        }

        @Override
        public List<String> weightRoles() {
            return List.of("mean", "variance");
        }
    }

    /**
     * {@code x * scale + offset}: Keras's preprocessing layer Rescaling.
     *
     * @param name   its name
     * @param scale  one factor, or one for each value of the last axis
     * @param offset one summand, or one for each value of the last axis
     */
    record Rescaling(String name, List<Float> scale, List<Float> offset) implements NormalizationLayer {
        /** Copies the lists. */
        public Rescaling {
            scale = List.copyOf(scale);
            offset = List.copyOf(offset);
        }
    }
}
