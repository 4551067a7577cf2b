package lanewise.plan.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lanewise.plan.op.Dims;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.Streaming;
import lanewise.plan.op.ValueInfo;
import lanewise.plan.op.WindowGrid;
import lanewise.spec.DType;
import lanewise.spec.Shape;

/**
 * What is known of the values of a stream while it is planned: of each, which axis is time, the one that is as long as
 * the piece. Values without such an axis either are the same at every step or are what all steps up to now give.
 */
final class StreamValues {
    /** The pace of the input: each of its steps gives one. */
    static final String EVERY = "";
    /** Not planned, because of a problem that is on the list already. */
    private static final int UNKNOWN = -3;
    /** Sizes that time and batch are given to see which axes they become: primes that no model uses. */
    private static final int STEPS = 1009;
    private static final int BATCH = 3;

    private final List<ValueInfo> infos;
    private final List<int[]> dims = new ArrayList<>();
    private final List<Integer> axes = new ArrayList<>();
    /** For values that change: which steps of the input give one of theirs. */
    private final List<String> paces = new ArrayList<>();

    /** Says that a step reads what a problem on the list has kept from being planned. */
    static final class Skipped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Skipped() {
            super(null, null, false, false);
        }
    }

    StreamValues(List<ValueInfo> of) {
        infos = new ArrayList<>(of);
        for (ValueInfo info : of) {
            dims.add(info.shape().toArray());
            axes.add(UNKNOWN);
            paces.add(EVERY);
        }
    }

    /** What an input is: a sequence, or the same at every step. */
    void input(int input, boolean timed) {
        int[] d = dims.get(input);
        axes.set(input, timed ? 1 : Streaming.FIXED);
        d[0] = BATCH;
        if (timed) {
            d[1] = STEPS;
            int[] open = infos.get(input).shape().toArray();
            open[1] = Shape.ANY;
            infos.set(input, infos.get(input).withShape(Shape.of(open)));
        }
    }

    List<ValueInfo> infos() {
        return infos;
    }

    int[] axes() {
        return axes.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Finds the sizes of what a step writes. */
    void shape(PlanOp op) {
        op.shape(dims.toArray(new int[0][]));
    }

    int rank(int value) {
        return dims.get(value).length;
    }

    /** The size of axes from one on, which do not depend on the number of steps. */
    int size(int value, int from) {
        return known(Dims.count(dims.get(value), from, rank(value)), value);
    }

    /** How many places windows have in what does not depend on the number of steps. */
    int positions(WindowGrid grid, int value) {
        return known(grid.positions(dims.get(value)), value);
    }

    /** What is kept from step to step has one size, whatever comes with the calls. */
    private int known(int size, int value) {
        if (size == Shape.ANY) {
            throw new Problem("keeps from step to step what has the open sizes " + Dims.text(dims.get(value))
                    + "; give the model's input all sizes but that of steps");
        }
        return size;
    }

    /**
     * The axis of steps of a value: 0 if steps are rows, {@link Streaming#FIXED} or {@link Streaming#SO_FAR} if there
     * is none.
     */
    int axis(int value) {
        int axis = axes.get(value);
        if (axis == UNKNOWN) {
            throw new Skipped();
        }
        return axis;
    }

    String pace(int value) {
        return paces.get(value);
    }

    void set(int value, int axis, String pace) {
        axes.set(value, axis);
        paces.set(value, pace);
    }

    /** The axis of steps of what is made of some values element by element. */
    int joined(int... xs) {
        int joined = Streaming.FIXED;
        for (int x : xs) {
            int axis = axis(x);
            if (axis == Streaming.FIXED || axis == joined) {
                continue;
            }
            if (joined != Streaming.FIXED) {
                throw new Problem("joins steps with something that is known only at the end of the sequence");
            }
            joined = axis;
        }
        for (int x : xs) {
            if (joined > 0 && axis(x) == Streaming.FIXED && rank(x) > joined && dims.get(x)[joined] != 1) {
                throw new Problem("treats each step of the sequence in its own way, by numbers for "
                        + dims.get(x)[joined] + " steps");
            }
        }
        return joined;
    }

    /** Where the axis of steps of x is in a value of the same numbers, once that has its sizes. */
    int viewed(int x, int out) {
        int axis = axis(x);
        int[] from = dims.get(x);
        int[] to = dims.get(out);
        int inner = Dims.count(from, axis + 1, from.length);
        int size = axis == 0 ? from[0] / BATCH : from[axis];
        for (int i = 0; i < to.length; i++) {
            boolean behind = Dims.count(to, i + 1, to.length) == inner;
            if (behind && (i > 0 && to[i] == size || i == 0 && axis < 2 && to[0] == size * BATCH)) {
                return i;
            }
        }
        throw new Problem("mixes the steps of the sequence into another shape");
    }

    /** A value with as many axes as another. */
    int like(int value, String layer) {
        int[] open = new int[rank(value)];
        Arrays.fill(open, Shape.ANY);
        return add(new ValueInfo(layer, infos.get(value).dtype(), Shape.of(open), -1, false),
                dims.get(value).clone());
    }

    /** Floats or integers, some a row, that a step of a stream works in. */
    int scratch(String layer, int rows, int width) {
        return add(new ValueInfo(layer, DType.FLOAT32, Shape.of(Shape.ANY, Shape.ANY), -1, false),
                new int[] {dims.get(rows)[0], width});
    }

    /** One integer, whatever the number of rows; no operation finds its size. */
    int single(String layer) {
        return add(new ValueInfo(layer, DType.INT32, Shape.of(1, 1), -1, false), new int[] {BATCH, 1});
    }

    /** The part of a state with all rows of its value that are one row of the call's: of each sensor, for example. */
    StreamPlan.Slot ofAllRows(StreamPlan.Slot slot) {
        int[] size = dims.get(slot.value());
        int padded = Dims.count(size, 1, size.length);
        int rows = size[0] / BATCH;
        if (padded < slot.width() || rows < 1 || size[0] % BATCH != 0) {
            throw new Problem("keeps a state whose size depends on the call");
        }
        int width = rows == 1 ? slot.width() : Dims.times(rows, padded);
        return new StreamPlan.Slot(slot.layer(), slot.value(), width, Dims.times(rows, padded));
    }

    private int add(ValueInfo info, int[] size) {
        infos.add(info);
        dims.add(size);
        axes.add(Streaming.FIXED);
        paces.add(EVERY);
        return infos.size() - 1;
    }
}
