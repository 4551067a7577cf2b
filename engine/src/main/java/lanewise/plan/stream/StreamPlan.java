package lanewise.plan.stream;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lanewise.plan.Plan;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.ValueInfo;

/** How a model is run step by step. Immutable; shared by all steppers of a model. */
public final class StreamPlan {
    /**
     * An operation with what decides whether it runs: values that it reads and writes.
     *
     * @param layer  path of the layer
     * @param op     the work
     * @param reads  numbers of values
     * @param writes numbers of values
     */
    record Entry(String layer, PlanOp op, int[] reads, int[] writes) {}

    /**
     * Part of a state.
     *
     * @param layer   path of the layer that keeps it
     * @param numbers how many numbers it has
     */
    public record Part(String layer, int numbers) {}

    /**
     * Where part of the state of a stream is.
     *
     * @param layer  path of the layer
     * @param value  number of the value that holds it, four bytes a number
     * @param width  numbers of a row of the call that count
     * @param padded numbers from one row of the call to the next
     */
    record Slot(String layer, int value, int width, int padded) {}

    private final Plan plan;
    private final Entry[] entries;
    private final Slot[] slots;
    private final int[] axes;
    private final int[] latches;
    private final boolean phased;
    /** Beyond this, weights do not stay in the nearest caches from step to step. */
    private static final long CACHED_BYTES = 1 << 18;

    private final boolean refusesLate;
    private final boolean alternates;
    private final long bytes;

    StreamPlan(Plan whole, List<ValueInfo> values, List<Entry> entries, List<Slot> slots, int[] axes,
            Map<Integer, Integer> latches,
            boolean phased, boolean refusesLate) {
        plan = new Plan(values, entries.stream().map(e -> new Plan.Entry(e.layer, e.op)).toList(), whole);
        this.entries = entries.toArray(new Entry[0]);
        this.slots = slots.toArray(new Slot[0]);
        this.axes = axes;
        this.phased = phased;
        this.refusesLate = refusesLate;
        alternates = whole.weights().stream().mapToLong(MemorySegment::byteSize).sum() > CACHED_BYTES;
        this.latches = new int[values.size()];
        Arrays.fill(this.latches, -1);
        latches.forEach((value, there) -> this.latches[value] = there);
        bytes = slots.stream().mapToLong(slot -> 4L * slot.width).sum();
    }

    /**
     * Plans a stream of a model.
     *
     * @param plan of whole sequences
     * @return the plan for one step after the other
     * @throws lanewise.error.UnsupportedModelException if some layer needs later steps or can't be stepped, with every
     *                                                  reason
     */
    public static StreamPlan of(Plan plan) {
        return StreamPlanner.plan(plan);
    }

    /**
     * The values and operations.
     *
     * @return a plan whose operations take pieces of a sequence
     */
    public Plan plan() {
        return plan;
    }

    /**
     * What a state takes: all its numbers, unpadded.
     *
     * @return bytes
     */
    public long stateBytes() {
        return bytes;
    }

    /**
     * What a state consists of.
     *
     * @return its parts, in the order in which they lie in it
     */
    public List<Part> parts() {
        return Arrays.stream(slots).map(slot -> new Part(slot.layer, slot.width)).toList();
    }

    /**
     * Whether streams that have had different numbers of steps may differ in when an output is due, so that they can't
     * go ahead together.
     *
     * @return true for windows without padding and for strides
     */
    public boolean isPhased() {
        return phased;
    }

    /**
     * Whether some operation may refuse the values of a call after a state has changed.
     *
     * @return true if the states have to be kept until the call has gone well
     */
    public boolean refusesLate() {
        return refusesLate;
    }

    /**
     * Whether every second step multiplies the states first and the inputs then: what was read last is read first,
     * while it is still in the nearest cache.
     *
     * @return false where all weights stay there anyway
     */
    boolean alternates() {
        return alternates;
    }

    /**
     * Whether a value has an axis of steps.
     *
     * @param value its number
     * @return false for what has none
     */
    public boolean isTimed(int value) {
        return axes[value] > 0;
    }

    /** The axis of steps of a value: 0 if steps are rows, negative if there is none. */
    int axis(int value) {
        return axes[value];
    }

    /**
     * Of a value that is kept until the next one comes, the number of the value that says whether there is one; else
     * -1.
     */
    int latch(int value) {
        return latches[value];
    }

    Entry[] entries() {
        return entries;
    }

    Slot[] slots() {
        return slots;
    }

}
