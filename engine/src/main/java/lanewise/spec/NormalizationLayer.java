package lanewise.spec;

import java.util.List;

/** Layers that bring values to a common scale (keras/layers/normalization). Shapes and words as in {@link LayerSpec}. */
public sealed interface NormalizationLayer extends LayerSpec {
    /**
     * {@code gamma * (x - moving_mean) / sqrt(moving_variance + epsilon) + beta} along an axis. Arrays, each (size of the
     * axis): gamma if scale, beta if center, moving_mean, moving_variance.
     *
     * @param name    its name
     * @param axis    the axis, batch counted; negative from the end
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
     * {@code gamma * (x - mean) / sqrt(variance + epsilon) + beta}, mean and variance over the given axes. Arrays, each of
     * the shape of those axes: gamma if scale, beta if center.
     *
     * @param name    its name
     * @param axes    the axes, batch counted; negative from the end
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
}
