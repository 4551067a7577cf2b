package lanewise.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import lanewise.plan.Planner.Problem;

/**
 * What a step says while it is planned for a stream, see {@link Step#stream}: how what it writes follows from what it
 * reads, and what it keeps.
 */
final class Streaming {
    private static final String ACROSS = "works across the steps of the sequence";

    private final Plan plan;
    /** What is known of values. */
    final StreamValues values;
    /** Steps that no state takes part in: they come first, so that an input is refused before a state has changed. */
    private final List<StreamPlan.Entry> stateless = new ArrayList<>();
    private final List<StreamPlan.Entry> stateful = new ArrayList<>();
    private final Set<Integer> changing = new HashSet<>();
    private final List<StreamPlan.Slot> slots = new ArrayList<>();
    /** For values that are kept until the next one comes, whether there is one. */
    private final Map<Integer, Integer> latches = new HashMap<>();
    private String layer;
    private int[] reads;
    private List<Integer> writes;
    private boolean phased;
    /** Slots of the steps that were added. */
    private int kept;

    Streaming(Plan plan) {
        this.plan = plan;
        values = new StreamValues(plan.values());
    }

    /**
     * Plans a step.
     *
     * @throws Problem if it can't be in a stream
     * @throws StreamValues.Skipped if it reads what can't be
     */
    void plan(Plan.Entry entry) {
        layer = entry.layer();
        writes = new ArrayList<>();
        reads = new int[0];
        Step step = entry.step().stream(this);
        values.shape(step);
        add(step);
    }

    /** The plan, once all steps are in it. */
    StreamPlan finish() {
        List<StreamPlan.Entry> entries = new ArrayList<>(stateless);
        entries.addAll(stateful);
        return new StreamPlan(plan, values.infos(), entries, slots, values.axes(), latches, phased);
    }

    private void add(Step step) {
        boolean changes = slots.size() > kept || Arrays.stream(reads).anyMatch(changing::contains);
        kept = slots.size();
        if (changes) {
            changing.addAll(writes);
        }
        (changes ? stateful : stateless)
                .add(new StreamPlan.Entry(layer, step, reads, writes.stream().mapToInt(Integer::intValue).toArray()));
    }

    private void write(int out, int axis, String pace) {
        values.set(out, axis, pace);
        writes.add(out);
    }

    private void read(int... xs) {
        reads = xs;
        for (int x : xs) {
            values.axis(x);
        }
    }

    /** Which steps of the input give one of what is made of some values. */
    private String pace(int... xs) {
        List<Integer> moving = Arrays.stream(xs).filter(x -> values.axis(x) != StreamValues.FIXED).boxed().toList();
        if (moving.stream().map(values::pace).distinct().count() < 2) {
            return moving.isEmpty() ? StreamValues.EVERY : values.pace(moving.getFirst());
        }
        if (moving.stream().anyMatch(x -> values.axis(x) != StreamValues.SO_FAR)) {
            throw new Problem("joins sequences of which one has fewer steps than the other");
        }
        moving.forEach(this::latch);
        return StreamValues.EVERY;
    }

    /** Keeps the newest of what does not come with every step, for what is made of it and of others. */
    private void latch(int x) {
        if (!latches.containsKey(x)) {
            int width = values.size(x, 1);
            keep(x, width, width);
            int there = scratch(1);
            keep(there, 1, 1);
            latches.put(x, there);
        }
    }

    /** A step that makes each element, or each row behind the axis of steps, of those in the same place. */
    Step each(Step step, int out, int... xs) {
        read(xs);
        write(out, values.joined(xs), pace(xs));
        return step;
    }

    /** As {@link #each} with more than one result. */
    void also(int out, int x) {
        write(out, values.axis(x), values.pace(x));
    }

    /** A step that works on rows of what lies from an axis on. */
    Step rows(Step step, int from, int out, int... xs) {
        if (values.joined(xs) >= from) {
            throw new Problem(ACROSS);
        }
        return each(step, out, xs);
    }

    /** A step that does more than element by element along one axis. */
    Step except(Step step, int axis, String why, int out, int... xs) {
        if (values.joined(xs) == axis) {
            throw new Problem(why);
        }
        return each(step, out, xs);
    }

    /** A step that needs all steps of the sequence if it is given one. */
    Step whole(Step step, String why, int out, int... xs) {
        if (Arrays.stream(xs).anyMatch(x -> values.axis(x) > 0)) {
            throw new Problem(why);
        }
        return each(step, out, xs);
    }

    /** A step whose result has the first axes of another value, whatever that holds. */
    Step like(Step step, int out, int like) {
        int axis = values.axis(like);
        read(like);
        write(out, axis > 0 && axis < values.rank(out) || axis == 0 ? axis : StreamValues.FIXED, values.pace(like));
        return step;
    }

    /** A step that brings the first axes, or the last ones, to one value. */
    Step reduce(Step step, int count, boolean last, int out, int x) {
        int axis = values.joined(x);
        if (axis >= 0 && (last ? axis >= values.rank(out) : axis < count)) {
            throw new Problem("reduces over the steps of the sequence");
        }
        each(step, out, x);
        values.set(out, axis > 0 && !last ? axis - count : axis, values.pace(out));
        return step;
    }

    Step permute(Step step, int[] order, int out, int x) {
        each(step, out, x);
        for (int i = 0; i < order.length; i++) {
            if (values.axis(x) > 0 && order[i] == values.axis(x)) {
                if (i == 0) {
                    throw new Problem(ACROSS);
                }
                values.set(out, i, values.pace(out));
            }
        }
        return step;
    }

    /** A step that gives the same numbers other axes. */
    Step view(Step step, int out, int x) {
        each(step, out, x);
        if (values.axis(x) >= 0) {
            values.shape(step);
            values.set(out, values.viewed(x, out), values.pace(out));
        }
        return step;
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
     * @return whether it goes over the steps of the stream, rather than over a sequence that is there as a whole at
     *         every step
     */
    boolean loop(int x, int mask, int[] initial, boolean backwards, boolean everyStep, int out, int[] lastStates) {
        read(IntStream.concat(IntStream.of(x),
                IntStream.concat(IntStream.of(mask).filter(m -> m >= 0), IntStream.of(initial))).toArray());
        int[] sequence = mask < 0 ? new int[] {x} : new int[] {x, mask};
        int axis = values.axis(x);
        if (axis > 1) {
            throw new Problem(ACROSS);
        } else if (axis == 1 && backwards) {
            throw new Problem("goes backwards, from a last step that a stream does not have");
        } else if (axis == 1 && Arrays.stream(initial).anyMatch(state -> values.axis(state) != StreamValues.FIXED)) {
            throw new Problem("starts from states that are known only at the end of another sequence");
        }
        int joined = values.joined(axis == 1 ? sequence : reads);
        String pace = pace(reads);
        write(out, axis == 1 && !everyStep ? StreamValues.SO_FAR : joined, pace);
        for (int state : lastStates) {
            write(state, axis == 1 ? StreamValues.SO_FAR : joined, pace);
        }
        return axis == 1;
    }

    /** A step whose result is known after every step: what all up to now give. */
    Step soFar(Step step, int out, int... xs) {
        each(step, out, xs);
        values.set(out, StreamValues.SO_FAR, values.pace(out));
        return step;
    }

    /**
     * A step that looks at windows of the sequence: in a stream it looks at those that end in the piece.
     *
     * @param step for values that are not a sequence
     * @param over makes the same step for windows that lie within what it reads
     */
    Step windows(Step step, WindowGrid grid, int out, int x, IntFunction<Step> over) {
        int axis = values.axis(x);
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
        int features = values.size(x, 2);
        int room = Math.max(Math.max(reach - 1, first), 0);
        boolean counts = first != reach - 1 || stride != 1;
        int joined = values.like(x, layer);
        int tail = scratch(1);
        int count = counts ? scratch(1) : -1;
        JoinStep step = new JoinStep(x, joined, tail, count, first, reach, stride, room);
        read(x);
        write(joined, 1, values.pace(x) + (counts ? "/" + first + ":" + reach + ":" + stride : StreamValues.EVERY));
        keep(tail, room * features, room * features);
        if (counts) {
            keep(count, 1, 1);
            phased = true;
        }
        add(step);
        writes = new ArrayList<>();
        return joined;
    }

    /** Floats or integers, some a row, that the step works in. */
    int scratch(int width) {
        return values.scratch(layer, width);
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
