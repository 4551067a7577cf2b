package lanewise.spec;

import java.util.List;
import lanewise.error.InvalidSpecException;

/**
 * Operations that cut, join and reorder arrays in a Functional graph (keras/src/ops/numpy.py). Shapes and terms are
 * those of {@link LayerSpec}, axes those of {@link Operation}.
 */
public sealed interface ShapeOperation extends LayerSpec {
    /**
     * Operation: a part of an array, {@code x[begin:end:step, ...]} as in Python, also backwards.
     *
     * @param name    its name
     * @param begin   for each axis after batch, where it starts; {@link #OPEN} for the first in the direction of the
     *                step
     * @param end     where it stops, exclusive; {@link #OPEN} to include the last
     * @param step    from value to value, negative for backwards
     * @param dropped axes that are removed, batch counted: those with a single index
     * @param added   axes of size 1 that are then inserted, as positions in the result, ascending
     */
    record Slice(String name, List<Integer> begin, List<Integer> end, List<Integer> step, List<Integer> dropped,
            List<Integer> added)
            implements ShapeOperation {
        /** Means no bound. */
        public static final int OPEN = Integer.MIN_VALUE;

        /** Copies the lists. */
        public Slice {
            begin = List.copyOf(begin);
            end = List.copyOf(end);
            step = List.copyOf(step);
            dropped = List.copyOf(dropped);
            added = List.copyOf(added);
            if (end.size() != begin.size() || step.size() != begin.size() || step.contains(0)) {
                throw new InvalidSpecException("a slice " + begin + " to " + end + " by " + step);
            }
            for (int axis : dropped) {
                if (axis < 1 || axis > begin.size()) {
                    throw new InvalidSpecException("a slice drops axis " + axis + " of " + (begin.size() + 1)
                            + " axes, batch counted");
                }
            }
        }
    }
    /**
     * Operation: cuts an axis into parts, each an output.
     *
     * @param name     its name
     * @param axis     the axis
     * @param sections how many equal parts, or 0 if positions are given
     * @param at       positions where the parts after the first begin
     */
    record Split(String name, int axis, int sections, List<Integer> at) implements ShapeOperation {
        /** Copies the list. */
        public Split {
            at = List.copyOf(at);
        }
    }

    /**
     * Operation: reverses axes.
     *
     * @param name its name
     * @param axes the axes
     */
    record Flip(String name, List<Integer> axes) implements ShapeOperation {
        /** Copies the list. */
        public Flip {
            axes = List.copyOf(axes);
        }
    }

    /**
     * Operation: inserts an axis of size 1.
     *
     * @param name its name
     * @param axis where, in the result
     */
    record ExpandDims(String name, int axis) implements ShapeOperation {}

    /**
     * Operation: removes axes of size 1.
     *
     * @param name its name
     * @param axes the axes; none for all that are known to have size 1
     */
    record Squeeze(String name, List<Integer> axes) implements ShapeOperation {
        /** Copies the list. */
        public Squeeze {
            axes = List.copyOf(axes);
        }
    }

    /**
     * Operation: reorders axes.
     *
     * @param name its name
     * @param axes for each new axis, the old one; 0 stays first; none to turn the last two around
     */
    record Transpose(String name, List<Integer> axes) implements ShapeOperation {
        /** Copies the list. */
        public Transpose {
            axes = List.copyOf(axes);
        }
    }

    /**
     * Operation: joins arrays along a new axis.
     *
     * @param name its name
     * @param axis where it is in the result
     */
    record Stack(String name, int axis) implements ShapeOperation {}

    /**
     * Operation: repeats each value along an axis.
     *
     * @param name    its name
     * @param repeats how often
     * @param axis    the axis
     */
    record Repeat(String name, int repeats, int axis) implements ShapeOperation {}

    /**
     * Operation: repeats a whole array several times.
     *
     * @param name    its name
     * @param repeats how often along each axis after batch
     */
    record Tile(String name, List<Integer> repeats) implements ShapeOperation {
        /** Copies the list. */
        public Tile {
            repeats = List.copyOf(repeats);
        }
    }

    /**
     * Operation: pads an array with zeros.
     *
     * @param name    its name
     * @param padding for each axis after batch, how many before and after, one pair after the other
     */
    record Pad(String name, List<Integer> padding) implements ShapeOperation {
        /** Copies the list. */
        public Pad {
            padding = List.copyOf(padding);
        }
    }

    /**
     * Operation: takes some positions of an axis.
     *
     * @param name    its name
     * @param indices the positions; negative ones count from the end
     * @param axis    the axis
     */
    record Take(String name, List<Integer> indices, int axis) implements ShapeOperation {
        /** Copies the list. */
        public Take {
            indices = List.copyOf(indices);
        }
    }

    /**
     * Operation: moves values along an axis; those that leave it reappear at the other end.
     *
     * @param name  its name
     * @param shift how far, towards higher positions
     * @param axis  the axis
     */
    record Roll(String name, int shift, int axis) implements ShapeOperation {}
}
