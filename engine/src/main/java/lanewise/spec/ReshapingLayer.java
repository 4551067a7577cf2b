package lanewise.spec;

import java.util.List;

/** Layers that only arrange values anew (keras/layers/reshaping). Shapes and words as in {@link LayerSpec}. */
public sealed interface ReshapingLayer extends LayerSpec {
    /**
     * (batch, ...) to (batch, values), row-major.
     *
     * @param name its name
     */
    record Flatten(String name) implements ReshapingLayer {}

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
     * @param dims for each new axis the old one; 1 is the first after batch
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
}
