package lanewise.plan.op;

import java.lang.foreign.MemorySegment;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Memory;
import lanewise.spec.Shape;
import lanewise.spec.WindowLayer.Padding;
import lanewise.spec.WindowLayer.Windows;

/**
 * Arithmetic of windows over the axes of space of an array [batch, space, features]: how many there are, and what their
 * taps see.
 */
public final class WindowGrid {
    private final int[] size;
    private final int[] strides;
    private final int[] dilation;
    private final Padding padding;
    /** How much longer a spread array is than its windows need, for each axis; null if that is not given. */
    private final int[] outputPadding;

    public WindowGrid(Windows windows) {
        size = array(windows.size());
        strides = array(windows.strides());
        dilation = array(windows.dilation());
        padding = windows.padding();
        outputPadding = null;
    }

    private WindowGrid(WindowGrid other, Padding padding, int[] outputPadding) {
        size = other.size;
        strides = other.strides;
        dilation = other.dilation;
        this.padding = padding;
        this.outputPadding = outputPadding;
    }

    /** The same windows over an array that has what padding would add. */
    public WindowGrid valid() {
        return new WindowGrid(this, Padding.VALID, null);
    }

    /** The same windows for spreading to sizes that are given by what is added, for each axis; empty for the usual. */
    public WindowGrid withOutputPadding(List<Integer> added) {
        return new WindowGrid(this, padding, added.isEmpty() ? null : array(added));
    }

    private static int[] array(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    public int rank() {
        return size.length;
    }

    /** Steps in a window. */
    public int taps() {
        return Dims.count(size);
    }

    /** Whether every window is a run of neighbouring steps within the array. */
    public boolean isContiguous() {
        return rank() == 1 && padding == Padding.VALID && dilation[0] == 1;
    }

    /** Whether the window of each step is that step alone. */
    public boolean isSingle() {
        return taps() == 1 && Dims.count(strides) == 1;
    }

    /** How many steps of filling come before a sequence of any length, or -1 if that depends on its length. */
    public int causalBefore() {
        return padding == Padding.SAME && reach(0) > 1 ? -1 : before(0, 0, 0);
    }

    /** From the first step of a window of a sequence to behind its last. */
    public int reach() {
        return reach(0);
    }

    public int stride(int axis) {
        return strides[axis];
    }

    private int reach(int axis) {
        return (size[axis] - 1) * dilation[axis] + 1;
    }

    /** How many positions the axes of space have together. */
    public int positions(int[] dims) {
        return Dims.count(dims, 1, rank() + 1);
    }

    /** Sizes of the result; those of space at most 0 where the array is too short. */
    public void shape(int[] x, int[] out, int features) {
        out[0] = x[0];
        out[rank() + 1] = features;
        for (int axis = 0; axis < rank(); axis++) {
            int steps = x[axis + 1];
            int covered = padding == Padding.VALID ? reach(axis) : 1;
            out[axis + 1] = steps == Shape.ANY ? Shape.ANY
                    : Math.max(0, Math.floorDiv(steps - covered, strides[axis]) + 1);
        }
    }

    /** Sizes of the result where each position of x is spread over a window of it. */
    public void spreadShape(int[] x, int[] out, int features) {
        out[0] = x[0];
        out[rank() + 1] = features;
        for (int axis = 0; axis < rank(); axis++) {
            int beyond = padding == Padding.VALID ? Math.max(reach(axis) - strides[axis], 0) : 0;
            if (outputPadding != null) {
                int last = padding == Padding.VALID ? reach(axis) : reach(axis) % 2;
                beyond = last + outputPadding[axis] - strides[axis];
            }
            int places = Dims.times(x[axis + 1], strides[axis]);
            // not Dims.plus, to which -1 is an open size; with output padding nothing is spread to less than nothing
            out[axis + 1] = places == Shape.ANY ? Shape.ANY : Math.max(0, Math.addExact(places, beyond));
        }
    }

    /** Refuses an array that is too short for a window. */
    public void check(String layer, int[] x, int[] out) {
        for (int axis = 0; axis < rank(); axis++) {
            if (out[axis + 1] == 0) {
                throw new InvalidInputException(
                        "layer '" + layer + "': " + x[axis + 1] + " steps are too few for a window of "
                                + reach(axis));
            }
        }
    }

    /**
     * The position that a tap of a window sees.
     *
     * @param x      sizes of the array
     * @param out    sizes of the windows
     * @param window which window, counted through all axes of space
     * @param tap    which step of it, counted likewise
     * @return the position, counted through all axes of space, or -1 if it lies outside
     */
    public int source(int[] x, int[] out, int window, int tap) {
        int position = 0;
        int scale = 1;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            int windows = out[axis + 1];
            int steps = x[axis + 1];
            int at = window % windows * strides[axis] + tap % size[axis] * dilation[axis]
                    - before(axis, steps, windows);
            if (at < 0 || at >= steps) {
                return -1;
            }
            position += at * scale;
            scale *= steps;
            window /= windows;
            tap /= size[axis];
        }
        return position;
    }

    /**
     * Finds the next tap that sees a position. A padded window may have a billion taps over an array of five steps.
     *
     * @param x      sizes of the array
     * @param out    sizes of the windows
     * @param window which window, counted through all axes of space
     * @param tap    from which of its steps on, counted likewise
     * @return the tap, or the number of taps if none is left
     */
    public int nextInside(int[] x, int[] out, int window, int tap) {
        int taps = taps();
        int next = tap;
        while (next < taps) {
            int skipped = skipOutside(x, out, window, next, taps);
            if (skipped == next) {
                return next;
            }
            next = skipped;
        }
        return taps;
    }

    /** The tap itself, or a later one, before which none sees a position, by the outermost axis where it is outside. */
    private int skipOutside(int[] x, int[] out, int window, int tap, int taps) {
        int inner = taps;
        int windows = positions(out);
        for (int axis = 0; axis < rank(); axis++) {
            inner /= size[axis];
            windows /= out[axis + 1];
            int step = tap / inner % size[axis];
            int start = window / windows % out[axis + 1] * strides[axis] - before(axis, x[axis + 1], out[axis + 1]);
            int at = start + step * dilation[axis];
            if (at < 0) {
                int first = Math.min(size[axis], Math.ceilDiv(-start, dilation[axis]));
                return (tap / inner + first - step) * inner;
            } else if (at >= x[axis + 1]) {
                return (tap / inner + size[axis] - step) * inner;
            }
        }
        return tap;
    }

    /**
     * Copies what the windows of one row see, [windows][groups][taps][features / groups], zeros for what lies outside.
     *
     * @param from     holds the row
     * @param row      its offset, in floats
     * @param x        sizes of the array
     * @param out      sizes of the windows
     * @param features of a position
     * @param groups   into how many parts they are split
     * @param to       takes the windows
     */
    public void gather(MemorySegment from, long row, int[] x, int[] out, int features, int groups, MemorySegment to) {
        int windows = positions(out);
        int taps = taps();
        int slice = features / groups;
        for (int o = 0; o < windows; o++) {
            for (int tap = 0; tap < taps; tap++) {
                int position = source(x, out, o, tap);
                for (int g = 0; g < groups; g++) {
                    long at = (((long) o * groups + g) * taps + tap) * slice;
                    if (position >= 0) {
                        Memory.copy(from, row + (long) position * features + (long) g * slice, to, at, slice);
                    } else {
                        Memory.clear(to, at, slice);
                    }
                }
            }
        }
    }

    /**
     * The position whose value a tap brings to a place of the result, where positions are spread over windows.
     *
     * @param x     sizes of the array
     * @param out   sizes of the result
     * @param place in the result, counted through all axes of space
     * @param tap   which step of a window, counted likewise
     * @return the position, counted through all axes of space, or -1 if there is none
     */
    public int origin(int[] x, int[] out, int place, int tap) {
        int position = 0;
        int scale = 1;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            int steps = x[axis + 1];
            int at = place % out[axis + 1] - tap % size[axis] * dilation[axis]
                    + (padding == Padding.VALID ? 0 : cut(axis, steps, out[axis + 1]) / 2);
            if (at < 0 || at % strides[axis] != 0 || at / strides[axis] >= steps) {
                return -1;
            }
            position += at / strides[axis] * scale;
            scale *= steps;
            place /= out[axis + 1];
            tap /= size[axis];
        }
        return position;
    }

    /** By how much the windows reach beyond a spread array, at both ends together. */
    private int cut(int axis, int steps, int places) {
        return Math.max((steps - 1) * strides[axis] + reach(axis) - places, 0);
    }

    /** How many steps of filling come first. */
    private int before(int axis, int steps, int windows) {
        return switch (padding) {
            case VALID -> 0;
            case SAME -> Math.max((windows - 1) * strides[axis] + reach(axis) - steps, 0) / 2;
            case CAUSAL -> reach(axis) - 1;
        };
    }
}
