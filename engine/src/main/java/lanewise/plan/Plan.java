package lanewise.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import lanewise.kernel.Kernels;
import lanewise.spec.DType;
import lanewise.spec.LayerInfo;
import lanewise.spec.Shape;

/** How a model is run: steps in order over numbered values. Immutable; shared by all predictors of a model. */
public final class Plan {
    /**
     * A value that steps read and write.
     *
     * @param name   the layer that makes it
     * @param dtype  what its numbers are
     * @param shape  its sizes
     * @param alias  the value whose memory it shares, or -1
     * @param matrix whether it is a matrix that is packed in every call
     */
    public record ValueInfo(String name, DType dtype, Shape shape, int alias, boolean matrix) {
        int rank() {
            return shape.rank();
        }

        ValueInfo withShape(Shape newShape) {
            return new ValueInfo(name, dtype, newShape, alias, matrix);
        }
    }

    /**
     * A step and whose it is.
     *
     * @param layer path of the layer
     * @param step  the work
     */
    record Entry(String layer, Step step) {}

    private final List<ValueInfo> values;
    private final Entry[] entries;
    private final int[] inputs;
    private final int[] outputs;
    private final int[] states;
    private final List<LayerInfo> layers;
    private final List<MemorySegment> weights;
    private final Shortcuts shortcuts;

    Plan(List<ValueInfo> values, List<Entry> entries, int[] inputs, int[] outputs, int[] states, List<LayerInfo> layers,
            List<MemorySegment> weights, Shortcuts shortcuts) {
        this.values = List.copyOf(values);
        this.entries = entries.toArray(new Entry[0]);
        this.inputs = inputs;
        this.outputs = outputs;
        this.states = states;
        this.layers = List.copyOf(layers);
        this.weights = weights;
        this.shortcuts = shortcuts;
    }

    /** The plan of a stream of the same model. */
    Plan(List<ValueInfo> values, List<Entry> entries, Plan whole) {
        this(values, entries, whole.inputs, whole.outputs, new int[0], whole.layers, whole.weights, whole.shortcuts);
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
     * Off-heap memory of the packed weights and the tables of shortcuts.
     *
     * @return bytes
     */
    public long weightBytes() {
        return weights.stream().mapToLong(MemorySegment::byteSize).sum() + shortcuts.bytes();
    }

    /** The packed weights. */
    List<MemorySegment> weights() {
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
     * Makes the tables that shortcuts look up, those that are not there yet. One thread at a time; others may run the
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
     * Whether all tables of shortcuts are there.
     *
     * @return true if {@link #makeTables} would do nothing
     */
    public boolean hasTables() {
        return shortcuts.tables().stream().allMatch(Table::isMade);
    }

    /**
     * Lists the steps, one a line: layer, then what is done.
     *
     * @return the listing
     */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            String step = entry.step().getClass().getSimpleName().replace("Step", "");
            text.append(String.format("%-40s %s%n", entry.layer(), step));
        }
        return text.toString();
    }

    /** Values that outlive a call. */
    int[] states() {
        return states;
    }

    List<Entry> steps() {
        return List.of(entries);
    }

    Entry[] entries() {
        return entries;
    }
}
