package lanewise.plan.op.shape;

import java.util.stream.IntStream;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.Streaming;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation.Slice;

/**
 * A part of an array, {@code x[:, begin:end:step, ...]} as Python counts.
 *
 * @param layer its path, for messages
 * @param x     an array
 * @param out   of the same rank
 * @param begin for each axis after batch where it starts; axes without are taken whole
 * @param end   where it stops
 * @param step  from value to value
 * @param least fewest values that an axis must have: 1 where an index must exist, else 0
 */
public record SliceOp(String layer, int x, int out, int[] begin, int[] end, int[] step, int[] least) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[out]);
        for (int i = 0; i < begin.length; i++) {
            int size = dims[x][i + 1];
            if (size == Shape.ANY) {
                dims[out][i + 1] = least[i] == 1 ? 1 : Shape.ANY;
            } else if (!isWhole(i)) {
                int from = first(i, size);
                int to = bound(i, size);
                dims[out][i + 1] = Math.max(0,
                        step[i] > 0 ? (to - from + step[i] - 1) / step[i] : (from - to - step[i] - 1) / -step[i]);
            }
        }
    }

    private boolean isWhole(int i) {
        return begin[i] == Slice.OPEN && end[i] == Slice.OPEN && step[i] == 1;
    }

    /** Where an axis starts, counted from its begin. */
    private int first(int i, int size) {
        if (begin[i] == Slice.OPEN) {
            return step[i] > 0 ? 0 : size - 1;
        }
        int at = begin[i] < 0 ? begin[i] + size : begin[i];
        return step[i] > 0 ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size - 1);
    }

    /** Where an axis stops. */
    private int bound(int i, int size) {
        if (end[i] == Slice.OPEN) {
            return step[i] > 0 ? size : -1;
        }
        int at = end[i] < 0 ? end[i] + size : end[i];
        return step[i] > 0 ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size - 1);
    }

    @Override
    public PlanOp stream(Streaming s) {
        int axis = s.axis(x);
        int i = axis - 1;
        if (axis < 1 || i >= begin.length || isWhole(i)) {
            return s.each(this, out, x);
        }
        if (step[i] == 1 && end[i] == Slice.OPEN && begin[i] == -1) {
            return s.soFar(this, out, x);
        }
        boolean alone = IntStream.range(0, begin.length).allMatch(other -> other == i || isWhole(other));
        if (step[i] == 1 && end[i] == Slice.OPEN && begin[i] >= 0 && axis == 1 && alone) {
            return s.shift(out, x, -begin[i]);
        }
        throw new Problem("takes steps that only the end of the sequence decides");
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] from = f.dims(x);
        int[] to = f.dims(out);
        int axes = begin.length;
        // axes that are taken whole move together
        while (axes > 0 && isWhole(axes - 1)) {
            axes--;
        }
        for (int i = 0; i < axes; i++) {
            if (to[i + 1] < least[i]) {
                throw new InvalidInputException(
                        "layer '" + layer + "': takes number " + begin[i] + " of an axis of " + from[i + 1]);
            }
        }
        int block = Dims.count(from, axes + 1, from.length);
        int positions = Dims.count(to, 0, axes + 1);
        for (int p = 0; p < positions; p++) {
            long source = 0;
            long scale = 1;
            int rest = p;
            for (int axis = axes; axis >= 0; axis--) {
                int at = rest % to[axis];
                source += scale * (axis == 0 ? at : first(axis - 1, from[axis]) + at * step[axis - 1]);
                scale *= from[axis];
                rest /= to[axis];
            }
            Memory.copy(f.data(x), source * block, f.data(out), (long) p * block, block);
        }
    }
}
