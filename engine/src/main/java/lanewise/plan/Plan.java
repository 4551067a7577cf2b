package lanewise.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import lanewise.kernel.Kernels;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.ValueInfo;
import lanewise.plan.op.recurrent.Table;
import lanewise.spec.LayerInfo;

/** How a model runs: operations in order over numbered values. Immutable; shared by all predictors of a model. */
public final class Plan {
    /**
     * An operation and the layer that it belongs to.
     *
     * @param layer path of the layer
     * @param op    the work
     */
    public record Entry(String layer, PlanOp op) {}

    private final List<ValueInfo> values;
    private final List<Entry> entries;
    private final int[] inputs;
    private final int[] outputs;
    private final int[] states;
    private final List<LayerInfo> layers;
    private final List<WeightMatrix> matrices;
    private final List<MemorySegment> weights;
    private final Shortcuts shortcuts;

    Plan(List<ValueInfo> values, List<Entry> entries, int[] inputs, int[] outputs, int[] states, List<LayerInfo> layers,
            List<WeightMatrix> matrices, List<MemorySegment> weights, Shortcuts shortcuts) {
        this.values = List.copyOf(values);
        this.entries = List.copyOf(entries);
        this.inputs = inputs;
        this.outputs = outputs;
        this.states = states;
        this.layers = List.copyOf(layers);
        this.matrices = matrices;
        this.weights = weights;
        this.shortcuts = shortcuts;
    }

    /**
     * The plan of a stream of the same model.
     *
     * @param values  its values, by number
     * @param entries its operations, in order
     * @param whole   the plan for whole sequences, whose inputs, outputs and weights it shares
     */
    public Plan(List<ValueInfo> values, List<Entry> entries, Plan whole) {
        this(values, entries, whole.inputs, whole.outputs, new int[0], whole.layers, whole.matrices,
                whole.weights, whole.shortcuts);
    }

    /**
     * All values.
     *
     * @return by number
     */
    public List<ValueInfo> values() {
        return values;
    }

    /**
     * The values that the caller fills.
     *
     * @return numbers, in the order of the model's inputs
     */
    public int[] inputs() {
        return inputs;
    }

    /**
     * The values that the caller reads.
     *
     * @return numbers, in the order of the model's outputs
     */
    public int[] outputs() {
        return outputs;
    }

    /**
     * The calls of layers.
     *
     * @return in the order in which they run
     */
    public List<LayerInfo> layers() {
        return layers;
    }

    /**
     * The weight matrices.
     *
     * @return in the order of the layers
     */
    public List<WeightMatrix> matrices() {
        return matrices;
    }

    /**
     * Whether some weights have 16 bits.
     *
     * @return false if all are float32
     */
    public boolean isNarrow() {
        return matrices.stream().anyMatch(matrix -> matrix.format().isNarrow());
    }

    /**
     * Off-heap memory of the packed weights and the tables of shortcuts.
     *
     * @return bytes
     */
    public long weightBytes() {
        return weights.stream().mapToLong(MemorySegment::byteSize).sum() + shortcuts.bytes();
    }

    /**
     * The packed weights.
     *
     * @return segments that kernels read
     */
    public List<MemorySegment> weights() {
        return weights;
    }

    /**
     * The shortcuts that are taken, and what they save.
     *
     * @return a line each
     */
    public List<String> shortcuts() {
        return shortcuts.notes().stream().map(Object::toString).toList();
    }

    /**
     * Builds the tables that shortcuts look up, unless they already exist. One thread at a time; others may run the
     * plan meanwhile.
     *
     * @param arena   holds them
     * @param kernels what to compute with
     */
    public void makeTables(Arena arena, Kernels kernels) {
        for (Table table : shortcuts.tables()) {
            table.make(arena, kernels);
        }
    }

    /**
     * Whether all tables of shortcuts exist.
     *
     * @return true if {@link #makeTables} would do nothing
     */
    public boolean hasTables() {
        return shortcuts.tables().stream().allMatch(Table::isMade);
    }

    /**
     * Lists the operations, one a line: layer, then what is done, columns aligned.
     *
     * @return the listing
     */
    public String describe() {
        StringBuilder text = new StringBuilder();
        int width = entries.stream().mapToInt(entry -> entry.layer().length()).max().orElse(1);
        for (Entry entry : entries) {
            // a single long name is no reason to move all columns off the screen
            text.append(String.format("%-" + Math.min(width, 60) + "s  %s%n", entry.layer(), entry.op().words()));
        }
        return text.toString();
    }

    /** Values that outlive a call. */
    int[] states() {
        return states;
    }

    /**
     * The operations.
     *
     * @return in the order in which they run
     */
    public List<Entry> entries() {
        return entries;
    }
}
