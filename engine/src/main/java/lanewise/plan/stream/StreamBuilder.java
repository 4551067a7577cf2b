package lanewise.plan.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import lanewise.plan.Plan;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.Streaming;
import lanewise.plan.op.WindowGrid;
import lanewise.plan.op.shape.CopyOp;

/**
 * What a step says while it is planned for a stream, see {@link PlanOp#stream}: how what it writes follows from what it
 * reads, and what it keeps.
 */
final class StreamBuilder implements Streaming {
    private static final String ACROSS = "works across the steps of the sequence";

    private final Plan plan;
    /** What is known of values. */
    private final StreamValues values;
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

    StreamBuilder(Plan plan) {
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
        PlanOp op = entry.op().stream(this);
        values.shape(op);
        add(op);
    }

    @Override
    public int axis(int value) {
        return values.axis(value);
    }

    @Override
    public int rank(int value) {
        return values.rank(value);
    }

    @Override
    public int size(int value, int from) {
        return values.size(value, from);
    }

    @Override
    public int positions(WindowGrid grid, int value) {
        return values.positions(grid, value);
    }

    /** Says what an input is: a sequence, or the same at every step. */
    void input(int input, boolean timed) {
        values.input(input, timed);
    }

    /** The plan, once all operations are in it. */
    StreamPlan finish() {
        List<StreamPlan.Entry> entries = new ArrayList<>(stateless);
        entries.addAll(stateful);
        return new StreamPlan(plan, values.infos(), entries, slots, values.axes(), latches, phased,
                stateful.stream().anyMatch(entry -> entry.op().refusesValues()));
    }

    private void add(PlanOp op) {
        for (int i = kept; i < slots.size(); i++) {
            slots.set(i, values.ofAllRows(slots.get(i)));
        }
        boolean changes = slots.size() > kept || Arrays.stream(reads).anyMatch(changing::contains);
        kept = slots.size();
        if (changes) {
            changing.addAll(writes);
        }
        (changes ? stateful : stateless)
                .add(new StreamPlan.Entry(layer, op, reads, writes.stream().mapToInt(Integer::intValue).toArray()));
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
        List<Integer> moving = Arrays.stream(xs).filter(x -> values.axis(x) != Streaming.FIXED).boxed().toList();
        if (moving.stream().map(values::pace).distinct().count() < 2) {
            return moving.isEmpty() ? StreamValues.EVERY : values.pace(moving.getFirst());
        }
        if (moving.stream().anyMatch(x -> values.axis(x) != Streaming.SO_FAR)) {
            throw new Problem("joins sequences of which one has fewer steps than the other");
        }
        moving.forEach(this::latch);
        return StreamValues.EVERY;
    }

    /** Keeps the newest of what does not come with every step, for what is made of it and of others. */
    private void latch(int x) {
        if (!latches.containsKey(x)) {
            keep(x, values.size(x, 1));
            // its streams go ahead alone, see StreamPlan.isPhased
            int there = values.single(layer);
            keep(there, 1);
            latches.put(x, there);
        }
    }

    @Override
    public PlanOp each(PlanOp op, int out, int... xs) {
        read(xs);
        write(out, values.joined(xs), pace(xs));
        return op;
    }

    @Override
    public void also(int out, int x) {
        write(out, values.axis(x), values.pace(x));
    }

    @Override
    public PlanOp rows(PlanOp op, int from, int out, int... xs) {
        if (values.joined(xs) >= from) {
            throw new Problem(ACROSS);
        }
        return each(op, out, xs);
    }

    @Override
    public PlanOp except(PlanOp op, int axis, String why, int out, int... xs) {
        if (values.joined(xs) == axis) {
            throw new Problem(why);
        }
        return each(op, out, xs);
    }

    @Override
    public PlanOp whole(PlanOp op, String why, int out, int... xs) {
        if (Arrays.stream(xs).anyMatch(x -> values.axis(x) > 0)) {
            throw new Problem(why);
        }
        return each(op, out, xs);
    }

    @Override
    public PlanOp like(PlanOp op, int out, int like) {
        int axis = values.axis(like);
        read(like);
        write(out, axis > 0 && axis < values.rank(out) || axis == 0 ? axis : Streaming.FIXED, values.pace(like));
        return op;
    }

    @Override
    public PlanOp reduce(PlanOp op, int count, boolean last, int out, int x) {
        int axis = values.joined(x);
        if (axis >= 0 && (last ? axis >= values.rank(out) : axis < count)) {
            throw new Problem("reduces over the steps of the sequence");
        }
        each(op, out, x);
        values.set(out, axis > 0 && !last ? axis - count : axis, values.pace(out));
        return op;
    }

    @Override
    public PlanOp permute(PlanOp op, int[] order, int out, int x) {
        each(op, out, x);
        for (int i = 0; i < order.length; i++) {
            if (values.axis(x) > 0 && order[i] == values.axis(x)) {
                if (i == 0) {
                    throw new Problem(ACROSS);
                }
                values.set(out, i, values.pace(out));
            }
        }
        return op;
    }

    @Override
    public PlanOp view(PlanOp op, int out, int x) {
        each(op, out, x);
        if (values.axis(x) >= 0) {
            values.shape(op);
            values.set(out, values.viewed(x, out), values.pace(out));
        }
        return op;
    }

    @Override
    public boolean loop(int x, int mask, int[] initial, boolean backwards, boolean everyStep, int out,
            int[] lastStates) {
        read(IntStream.concat(IntStream.of(x),
                IntStream.concat(IntStream.of(mask).filter(m -> m >= 0), IntStream.of(initial))).toArray());
        int[] sequence = mask < 0 ? new int[] {x} : new int[] {x, mask};
        int axis = values.axis(x);
        if (axis > 1) {
            throw new Problem(ACROSS);
        } else if (axis == 1 && backwards) {
            throw new Problem("goes backwards, from a last step that a stream does not have");
        } else if (axis == 1 && Arrays.stream(initial).anyMatch(state -> values.axis(state) != Streaming.FIXED)) {
            throw new Problem("starts from states that are known only at the end of another sequence");
        }
        int joined = values.joined(axis == 1 ? sequence : reads);
        String pace = pace(reads);
        write(out, axis == 1 && !everyStep ? Streaming.SO_FAR : joined, pace);
        for (int state : lastStates) {
            write(state, axis == 1 ? Streaming.SO_FAR : joined, pace);
        }
        return axis == 1;
    }

    @Override
    public PlanOp soFar(PlanOp op, int out, int... xs) {
        each(op, out, xs);
        values.set(out, Streaming.SO_FAR, values.pace(out));
        return op;
    }

    @Override
    public PlanOp windows(PlanOp op, WindowGrid grid, int out, int x, IntFunction<PlanOp> over) {
        int axis = values.axis(x);
        if (axis <= 0 || grid.isSingle()) {
            return each(op, out, x);
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

    @Override
    public PlanOp shift(int out, int x, int more) {
        int kept = join(x, more, 1, 1);
        return each(new CopyOp(kept, out), out, kept);
    }

    /**
     * Adds a step that puts what earlier pieces left in front of a piece, for windows.
     *
     * @return the number of the longer piece
     */
    private int join(int x, int first, int reach, int stride) {
        int features = values.size(x, 2);
        int room = Math.max(Math.max(reach - 1, first), 0);
        int width = Math.multiplyExact(room, features);
        boolean counts = first != reach - 1 || stride != 1;
        int joined = values.like(x, layer);
        int tail = scratch(x, width);
        int count = counts ? scratch(x, 1) : -1;
        JoinOp op = new JoinOp(x, joined, tail, count, first, reach, stride, room);
        read(x);
        write(joined, 1, values.pace(x) + (counts ? "/" + first + ":" + reach + ":" + stride : StreamValues.EVERY));
        keep(tail, width);
        if (counts) {
            keep(count, 1);
            phased = true;
        }
        add(op);
        writes = new ArrayList<>();
        return joined;
    }

    @Override
    public int scratch(int rows, int width) {
        return values.scratch(layer, rows, width);
    }

    @Override
    public void keep(int value, int width) {
        if (slots.stream().anyMatch(slot -> slot.value() == value)) {
            throw new Problem("is stateful and called more than once, so its states are no single stream's");
        }
        slots.add(new StreamPlan.Slot(layer, value, width, width));
    }
}
