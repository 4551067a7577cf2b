package lanewise.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import lanewise.UnsupportedModelException;
import lanewise.plan.Planner.Problem;
import lanewise.spec.DType;
import lanewise.spec.Shape;

/**
 * Turns the plan for whole sequences into one for a stream: each step says what stands for it when its input comes piece by piece, or
 * why that can't be. Weights are shared, values keep their numbers.
 *
 * <p>Of every value it is known which axis is time: the one that is as long as the piece. Values without such an axis either are the
 * same at every step or are what all steps up to now give.
 */
final class Streaming {
    /** The value is the same at every step. */
    private static final int FIXED = -1;
    /** The value is what all steps up to now give: a last state, a mean. */
    private static final int SO_FAR = -2;
    /** Not planned, because of a problem that is on the list already. */
    private static final int UNKNOWN = -3;
    /** Sizes that time and batch are given to see which axes they become: primes that no model uses. */
    private static final int STEPS = 1009;
    private static final int BATCH = 3;
    /** Every step of the input gives one step. */
    private static final String EVERY = "";

    private static final String ACROSS = "works across the steps of the sequence";
    private static final String WAY_OUT = "; a stream does not know what comes later, but model.window(steps) can score its last steps as a whole";

    private final Plan plan;
    private final List<Plan.ValueInfo> values;
    private final List<int[]> dims = new ArrayList<>();
    private final List<Integer> axes = new ArrayList<>();
    /** For values that change: which steps of the input give one of theirs. */
    private final List<String> paces = new ArrayList<>();
    /** Steps that no state takes part in: they come first, so that an input is refused before a state has changed. */
    private final List<StreamPlan.Entry> stateless = new ArrayList<>();
    private final List<StreamPlan.Entry> stateful = new ArrayList<>();
    private final Set<Integer> changing = new HashSet<>();
    private final List<StreamPlan.Slot> slots = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private String layer;
    private int[] reads;
    private List<Integer> writes;
    private boolean phased;
    /** Slots of the steps that were added. */
    private int kept;

    /** Becomes a line of the refusal elsewhere. */
    private static final class Skipped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Skipped() {
            super(null, null, false, false);
        }
    }

    private Streaming(Plan plan, boolean flatSequences) {
        this.plan = plan;
        values = new ArrayList<>(plan.values());
        for (Plan.ValueInfo info : values) {
            dims.add(info.shape().toArray());
            axes.add(UNKNOWN);
            paces.add(EVERY);
        }
        for (int input : plan.inputs()) {
            int[] d = dims.get(input);
            boolean timed = d.length > 2 || d.length == 2 && (d[1] == Shape.ANY || flatSequences && isEmbedded(input));
            axes.set(input, timed ? 1 : FIXED);
            d[0] = BATCH;
            if (timed) {
                d[1] = STEPS;
                Plan.ValueInfo info = values.get(input);
                int[] open = info.shape().toArray();
                open[1] = Shape.ANY;
                values.set(input, info.withShape(Shape.of(open)));
            }
        }
    }

    /**
     * Plans a stream.
     *
     * @param plan of whole sequences
     * @return the plan for pieces
     * @throws UnsupportedModelException if some layer needs later steps or can't be stepped, with every reason
     */
    static StreamPlan plan(Plan plan) {
        try {
            return new Streaming(plan, true).plan();
        } catch (UnsupportedModelException e) {
            try {
                // ids of fixed number may also be features that stay
                return new Streaming(plan, false).plan();
            } catch (UnsupportedModelException second) {
                throw e;
            }
        }
    }

    private boolean isEmbedded(int input) {
        return plan.steps().stream().anyMatch(e -> e.step() instanceof EmbeddingStep s && isFrom(input, s.ids())
                || e.step() instanceof EmbeddingUnlessFoldedStep f && isFrom(input, f.embedding().ids()));
    }

    private boolean isFrom(int input, int value) {
        return input == value || plan.steps().stream().anyMatch(e -> e.step() instanceof CastStep c && c.out() == value && c.x() == input);
    }

    private StreamPlan plan() {
        if (Arrays.stream(plan.inputs()).noneMatch(input -> axes.get(input) == 1)) {
            throw new UnsupportedModelException(List.of("no input has an axis of steps, so there is nothing to stream"));
        }
        for (Plan.Entry entry : plan.steps()) {
            layer = entry.layer();
            writes = new ArrayList<>();
            reads = new int[0];
            try {
                Step step = entry.step().stream(this);
                step.shape(dimsArray());
                add(step);
            } catch (Problem problem) {
                problems.add("layer '" + layer + "'" + kerasClass() + ": " + problem.getMessage());
            } catch (Skipped skipped) {
                // what it reads has a problem of its own
            }
        }
        if (!problems.isEmpty()) {
            problems.set(problems.size() - 1, problems.getLast() + WAY_OUT);
            throw new UnsupportedModelException(problems);
        }
        List<StreamPlan.Entry> entries = new ArrayList<>(stateless);
        entries.addAll(stateful);
        return new StreamPlan(plan, values, entries, slots, axes.stream().mapToInt(Integer::intValue).toArray(), phased);
    }

    private String kerasClass() {
        return plan.layers().stream().filter(l -> layer.equals(l.path()) || layer.startsWith(l.path() + "/")).map(l -> " (" + l.kerasClass() + ")")
                .reduce("", (first, longer) -> longer);
    }

    private int[][] dimsArray() {
        return dims.toArray(new int[0][]);
    }

    private void add(Step step) {
        boolean changes = slots.size() > kept || Arrays.stream(reads).anyMatch(changing::contains);
        kept = slots.size();
        if (changes) {
            changing.addAll(writes);
        }
        (changes ? stateful : stateless).add(new StreamPlan.Entry(layer, step, reads, writes.stream().mapToInt(Integer::intValue).toArray()));
    }

    /** The size of an axis that does not depend on the number of steps. */
    int size(int value, int axis) {
        return dims.get(value)[axis];
    }

    /** How many places windows have in what does not depend on the number of steps. */
    int positions(WindowGrid grid, int value) {
        return grid.positions(dims.get(value));
    }

    int rank(int value) {
        return dims.get(value).length;
    }

    /** Whether a value has an axis of steps, which is neither among the rows nor gone. */
    boolean isTimed(int value) {
        return axis(value) > 0;
    }

    /** The axis of steps of a value: 0 if steps are rows, negative if there is none. */
    int timeAxis(int value) {
        return axis(value);
    }

    private int axis(int value) {
        int axis = axes.get(value);
        if (axis == UNKNOWN) {
            throw new Skipped();
        }
        return axis;
    }

    private void write(int out, int axis, String pace) {
        axes.set(out, axis);
        paces.set(out, pace);
        writes.add(out);
    }

    private void read(int... xs) {
        reads = xs;
        for (int x : xs) {
            axis(x);
        }
    }

    private String pace(int... xs) {
        String pace = null;
        for (int x : xs) {
            if (axis(x) != FIXED) {
                if (pace != null && !pace.equals(paces.get(x))) {
                    throw new Problem("joins sequences of which one has fewer steps than the other");
                }
                pace = paces.get(x);
            }
        }
        return pace == null ? EVERY : pace;
    }

    /** The axis of steps of what is made of some values element by element. */
    private int joined(int... xs) {
        int joined = FIXED;
        for (int x : xs) {
            int axis = axis(x);
            if (axis == FIXED || axis == joined) {
                continue;
            }
            if (joined != FIXED) {
                throw new Problem("joins steps with something that is known only at the end of the sequence");
            }
            joined = axis;
        }
        for (int x : xs) {
            if (joined > 0 && axis(x) == FIXED && rank(x) > joined && dims.get(x)[joined] != 1) {
                throw new Problem("treats each step of the sequence in its own way, by numbers for " + dims.get(x)[joined] + " steps");
            }
        }
        return joined;
    }

    /** A step that makes each element, or each row behind the axis of steps, of those in the same place. */
    Step each(Step step, int out, int... xs) {
        read(xs);
        write(out, joined(xs), pace(xs));
        return step;
    }

    /** As {@link #each} with more than one result. */
    void also(int out, int x) {
        write(out, axis(x), paces.get(x));
    }

    /** A step that works on rows of what lies from an axis on. */
    Step rows(Step step, int from, int out, int... xs) {
        if (joined(xs) >= from) {
            throw new Problem(ACROSS);
        }
        return each(step, out, xs);
    }

    /** A step that does more than element by element along one axis. */
    Step except(Step step, int axis, String why, int out, int... xs) {
        if (joined(xs) == axis) {
            throw new Problem(why);
        }
        return each(step, out, xs);
    }

    /** A step that needs all steps of the sequence if it is given one. */
    Step whole(Step step, String why, int out, int... xs) {
        if (Arrays.stream(xs).anyMatch(this::isTimed)) {
            throw new Problem(why);
        }
        return each(step, out, xs);
    }

    /** A step whose result has the first axes of another value, whatever that holds. */
    Step like(Step step, int out, int like) {
        int axis = axis(like);
        read(like);
        write(out, axis > 0 && axis < rank(out) || axis == 0 ? axis : FIXED, paces.get(like));
        return step;
    }

    /** A step that brings the first axes, or the last ones, to one value. */
    Step reduce(Step step, int count, boolean last, int out, int x) {
        int axis = joined(x);
        if (axis >= 0 && (last ? axis >= rank(out) : axis < count)) {
            throw new Problem("reduces over the steps of the sequence");
        }
        each(step, out, x);
        axes.set(out, axis > 0 && !last ? axis - count : axis);
        return step;
    }

    Step permute(Step step, int[] order, int out, int x) {
        each(step, out, x);
        for (int i = 0; i < order.length; i++) {
            if (axis(x) > 0 && order[i] == axis(x)) {
                if (i == 0) {
                    throw new Problem(ACROSS);
                }
                axes.set(out, i);
            }
        }
        return step;
    }

    /** A step that gives the same numbers other axes. */
    Step view(Step step, int out, int x) {
        each(step, out, x);
        int axis = axis(x);
        if (axis < 0) {
            return step;
        }
        step.shape(dimsArray());
        int[] from = dims.get(x);
        int[] to = dims.get(out);
        int inner = Dims.count(from, axis + 1, from.length);
        int size = axis == 0 ? from[0] / BATCH : from[axis];
        for (int i = 0; i < to.length; i++) {
            boolean behind = Dims.count(to, i + 1, to.length) == inner;
            if (behind && (i > 0 && to[i] == size || i == 0 && axis < 2 && to[0] == size * BATCH)) {
                axes.set(out, i);
                return step;
            }
        }
        throw new Problem("mixes the steps of the sequence into another shape");
    }

    /**
     * A loop over the steps of a sequence.
     *
     * @param x          the sequence
     * @param mask       of its steps, or -1
     * @param initial    states that it starts from, or empty
     * @param backwards  whether it starts at the last step
     * @param everyStep  whether it puts out every step
     * @param out        its outputs
     * @param lastStates its states at the end
     * @return whether it goes over the steps of the stream, rather than over a sequence that is there as a whole at every step
     */
    boolean loop(int x, int mask, int[] initial, boolean backwards, boolean everyStep, int out, int[] lastStates) {
        read(IntStream.concat(IntStream.of(x), IntStream.concat(IntStream.of(mask).filter(m -> m >= 0), IntStream.of(initial))).toArray());
        int[] sequence = mask < 0 ? new int[] {x} : new int[] {x, mask};
        int axis = axis(x);
        if (axis > 1) {
            throw new Problem(ACROSS);
        } else if (axis == 1 && backwards) {
            throw new Problem("goes backwards, from a last step that a stream does not have");
        } else if (axis == 1 && Arrays.stream(initial).anyMatch(state -> axis(state) != FIXED)) {
            throw new Problem("starts from states that are known only at the end of another sequence");
        }
        int joined = joined(axis == 1 ? sequence : reads);
        String pace = pace(reads);
        write(out, axis == 1 && !everyStep ? SO_FAR : joined, pace);
        for (int state : lastStates) {
            write(state, axis == 1 ? SO_FAR : joined, pace);
        }
        return axis == 1;
    }

    /** A step whose result is known after every step: what all up to now give. */
    Step soFar(Step step, int out, int... xs) {
        each(step, out, xs);
        axes.set(out, SO_FAR);
        return step;
    }

    /**
     * A step that looks at windows of the sequence: in a stream it looks at those that end in the piece.
     *
     * @param step for values that are not a sequence
     * @param over makes the same step for windows that lie within what it reads
     */
    Step windows(Step step, WindowGrid grid, int out, int x, IntFunction<Step> over) {
        int axis = axis(x);
        if (axis <= 0 || grid.isSingle()) {
            return each(step, out, x);
        }
        if (axis > grid.rank()) {
            throw new Problem(ACROSS);
        }
        if (grid.rank() > 1) {
            throw new Problem("has windows over steps and space");
        }
        int before = grid.causalBefore();
        if (before < 0) {
            throw new Problem("has padding 'same', which looks at later steps; 'causal' and 'valid' do not");
        }
        int kept = join(x, before, grid.reach(), grid.stride(0));
        return each(over.apply(kept), out, kept);
    }

    /** The piece without so many first steps of the sequence, or with so many more of zeros in front of it. */
    Step shift(int out, int x, int more) {
        int kept = join(x, more, 1, 1);
        return each(new CopyStep(kept, out), out, kept);
    }

    /**
     * Adds a step that puts what earlier pieces left in front of a piece, for windows.
     *
     * @return the number of the longer piece
     */
    private int join(int x, int first, int reach, int stride) {
        int features = Dims.count(dims.get(x), 2, rank(x));
        int room = Math.max(Math.max(reach - 1, first), 0);
        boolean counts = first != reach - 1 || stride != 1;
        int joined = number(values.get(x).withShape(Shape.of(unknown(rank(x)))), dims.get(x).clone());
        int tail = scratch(1);
        int count = counts ? scratch(1) : -1;
        JoinStep step = new JoinStep(x, joined, tail, count, first, reach, stride, room);
        read(x);
        write(joined, 1, paces.get(x) + (counts ? "/" + first + ":" + reach + ":" + stride : EVERY));
        keep(tail, room * features, room * features);
        if (counts) {
            keep(count, 1, 1);
            phased = true;
        }
        add(step);
        writes = new ArrayList<>();
        return joined;
    }

    private static int[] unknown(int rank) {
        int[] sizes = new int[rank];
        Arrays.fill(sizes, Shape.ANY);
        return sizes;
    }

    private int number(Plan.ValueInfo info, int[] size) {
        values.add(new Plan.ValueInfo(layer, info.dtype(), info.shape(), -1, false));
        dims.add(size);
        axes.add(FIXED);
        paces.add(EVERY);
        return values.size() - 1;
    }

    /** Floats or integers, some a row, that a step of a stream works in. */
    int scratch(int width) {
        return number(new Plan.ValueInfo(layer, DType.FLOAT32, Shape.of(Shape.ANY, Shape.ANY), -1, false),
                new int[] {BATCH, width});
    }

    /**
     * Makes a value part of the state.
     *
     * @param value  four-byte numbers, [rows][padded]
     * @param width  how many of a row count
     * @param padded from row to row
     */
    void keep(int value, int width, int padded) {
        if (slots.stream().anyMatch(slot -> slot.value() == value)) {
            throw new Problem("is stateful and called more than once, so its states are no single stream's");
        }
        slots.add(new StreamPlan.Slot(layer, value, width, padded));
    }
}
