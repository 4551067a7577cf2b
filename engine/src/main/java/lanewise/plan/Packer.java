package lanewise.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import lanewise.kernel.Matrix;
import lanewise.kernel.Memory;
import lanewise.kernel.Panels;
import lanewise.kernel.RowTable;
import lanewise.spec.TensorData;

/** Brings the weights of a model to where kernels can read them, each once however often its layer is called. */
final class Packer {
    private final Arena arena;
    private final Map<String, Object> made = new HashMap<>();
    private final List<MemorySegment> segments = new ArrayList<>();

    /** Packs into an arena. */
    Packer(Arena arena) {
        this.arena = arena;
    }

    /** What was made under a key before, or what is made now. */
    @SuppressWarnings("unchecked")
    <T> T once(String key, Supplier<T> make) {
        Object found = made.get(key);
        if (found == null) {
            found = make.get();
            made.put(key, found);
        }
        return (T) found;
    }

    /** Packs a matrix, see {@link Panels#pack}. */
    Panels matrix(Matrix matrix, int units, int[] order, float[] bias) {
        Panels panels = Panels.pack(arena, matrix, units, order, bias);
        segments.addAll(panels.segments());
        return panels;
    }

    /** Copies the rows of an embedding. */
    RowTable table(Matrix matrix) {
        RowTable table = new RowTable(arena, matrix);
        segments.addAll(table.segments());
        return table;
    }

    /** Copies numbers as they are. */
    MemorySegment numbers(TensorData values) {
        long count = values.shape().size();
        MemorySegment segment = Memory.floats(arena, count);
        MemorySegment.copy(values.values(), TensorData.FLOATS, 0, segment, ValueLayout.JAVA_FLOAT, 0, count);
        segments.add(segment);
        return segment;
    }

    /** All that was packed, in this order. */
    List<MemorySegment> segments() {
        return List.copyOf(segments);
    }
}
