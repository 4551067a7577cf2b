package lanewise.spec;

import java.util.List;
import lanewise.error.InvalidSpecException;

/**
 * Layers that only rearrange values (keras/layers/reshaping). Shapes and terms are those of {@link LayerSpec}, and
 * "space" that of {@link WindowLayer}.
 */
public sealed interface ReshapingLayer extends LayerSpec {
    /**
     * (batch, ...) to (batch, values), row-major.
     *
     * @param name          its name
     * @param channelsFirst whether the first axis after batch is first moved to the end
     */
    record Flatten(String name, boolean channelsFirst) implements ReshapingLayer {}

    /**
     * Gives each row another shape.
     *
     * @param name        its name
     * @param targetShape the new shape without batch; one size may be {@link Shape#ANY}
     */
    record Reshape(String name, Shape targetShape) implements ReshapingLayer {}

    /**
     * Reorders the axes of each row.
     *
     * @param name its name
     * @param dims for each new axis, the old one; 1 is the first after batch
     */
    record Permute(String name, List<Integer> dims) implements ReshapingLayer {
        /** Copies the list. */
        public Permute {
            dims = List.copyOf(dims);
        }
    }

    /**
     * (batch, features) to (batch, n, features).
     *
     * @param name its name
     * @param n    how often
     */
    record RepeatVector(String name, int n) implements ReshapingLayer {}

    /**
     * Pads the axes of space with zeros: ZeroPadding1D, ZeroPadding2D, ZeroPadding3D.
     *
     * @param name          its name
     * @param padding       for each axis of space, how many steps before and after, one pair after the other
     * @param channelsFirst whether features come before space
     */
    record ZeroPadding(String name, List<Integer> padding, boolean channelsFirst) implements ReshapingLayer {
        /** Copies the list. */
        public ZeroPadding {
            padding = pairs(padding);
        }

        @Override
        public String kerasClass() {
            return "ZeroPadding" + padding.size() / 2 + "D";
        }
    }

    /**
     * Cuts steps off the axes of space: Cropping1D, Cropping2D, Cropping3D.
     *
     * @param name          its name
     * @param cropping      for each axis of space, how many steps before and after, one pair after the other
     * @param channelsFirst whether features come before space
     */
    record Cropping(String name, List<Integer> cropping, boolean channelsFirst) implements ReshapingLayer {
        /** Copies the list. */
        public Cropping {
            cropping = pairs(cropping);
        }

        @Override
        public String kerasClass() {
            return "Cropping" + cropping.size() / 2 + "D";
        }
    }

    private static List<Integer> pairs(List<Integer> list) {
        if (list.isEmpty() || list.size() % 2 != 0 || list.stream().anyMatch(n -> n < 0)) {
            throw new InvalidSpecException(list + " are no pairs of sizes");
        }
        return List.copyOf(list);
    }

    /**
     * Repeats the steps of the axes of space: UpSampling1D, UpSampling2D, UpSampling3D.
     *
     * @param name          its name
     * @param size          how often, for each axis
     * @param bilinear      whether values between two steps are interpolated (two axes only; step centres at one half);
     *                      else the nearest is repeated
     * @param channelsFirst whether features come before space
     */
    record UpSampling(String name, List<Integer> size, boolean bilinear, boolean channelsFirst)
            implements ReshapingLayer {
        /** Copies the list. */
        public UpSampling {
            size = List.copyOf(size);
            if (size.isEmpty() || size.stream().anyMatch(n -> n < 1) || bilinear && size.size() != 2) {
                throw new InvalidSpecException("up-sampling by " + size + (bilinear ? ", bilinear" : ""));
            }
        }

        @Override
        public String kerasClass() {
            return "UpSampling" + size.size() + "D";
        }
    }
}
