package lanewise.cli.rows;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.InputTensor;
import lanewise.spec.DType;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** Makes one call of several. */
final class JoinedRows {
    private JoinedRows() {}

    /**
     * Joins calls of one row.
     *
     * @param calls  arrays for each input, by name
     * @param inputs of the model
     * @return one call of all rows; null if they differ in size or type, or their rows do not come first
     */
    static Map<String, TensorData> of(List<Map<String, TensorData>> calls, List<InputTensor> inputs) {
        Map<String, TensorData> joined = new LinkedHashMap<>();
        for (InputTensor input : inputs) {
            TensorData first = calls.getFirst().get(input.name());
            if (input.rowAxis() != RowAxis.FIRST || first == null) {
                return null;
            }
            boolean texts = first.dtype() == DType.STRING;
            long bytes = texts ? 0 : first.values().byteSize();
            MemorySegment values = MemorySegment.ofArray(new byte[Math.toIntExact(bytes * calls.size())]);
            List<String> strings = new ArrayList<>();
            for (int i = 0; i < calls.size(); i++) {
                TensorData data = calls.get(i).get(input.name());
                if (data == null || data.dtype() != first.dtype() || !data.shape().equals(first.shape())) {
                    return null;
                }
                strings.addAll(data.strings());
                if (!texts) {
                    MemorySegment.copy(data.values(), 0, values, i * bytes, bytes);
                }
            }
            List<Integer> dims = new ArrayList<>(first.shape().dims());
            dims.set(0, calls.size());
            joined.put(input.name(), new TensorData(first.dtype(), new Shape(dims), values, strings));
        }
        return joined;
    }
}
