package lanewise.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.error.ModelFileException;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code .safetensors}: the length of a JSON header in 8 bytes, the header with type, sizes and place of each
 * array, the arrays (https://github.com/huggingface/safetensors, "Format").
 */
public final class Safetensors {
    /** Largest header that the format allows. */
    private static final long MAX_HEADER_BYTES = 100_000_000;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final Map<String, Integer> WIDTHS = Map.of("F32", 4, "F64", 8, "F16", 2, "BF16", 2);

    private Safetensors() {}

    /**
     * Whether a file begins like one.
     *
     * @param head its first bytes
     * @return true if a header may follow
     */
    public static boolean is(byte[] head) {
        return head.length > 9 && MemorySegment.ofArray(head).get(LONG, 0) > 1
                && MemorySegment.ofArray(head).get(LONG, 0) <= MAX_HEADER_BYTES
                && head[8] == '{';
    }

    /**
     * Reads a file.
     *
     * @param path the file
     * @return all arrays by name, as floats
     * @throws ModelFileException if it can't be read, with the reason
     */
    public static Map<String, TensorData> read(Path path) {
        try (Arena arena = Arena.ofConfined(); FileChannel channel = FileChannel.open(path)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            long header = file.byteSize() < Long.BYTES ? -1 : file.get(LONG, 0);
            if (header < 2 || header > MAX_HEADER_BYTES || header > file.byteSize() - Long.BYTES) {
                throw new ModelFileException(
                        path + " is not a readable safetensors file: its header has " + header + " bytes of "
                                + file.byteSize());
            }
            JsonNode entries = Json.parse(path + ": header",
                    file.asSlice(Long.BYTES, header).toArray(ValueLayout.JAVA_BYTE));
            MemorySegment data = file.asSlice(Long.BYTES + header);
            Map<String, TensorData> arrays = new LinkedHashMap<>();
            long taken = 0;
            for (Map.Entry<String, JsonNode> entry : entries.properties()) {
                if (!entry.getKey().equals("__metadata__")) {
                    taken += entry.getValue().path("data_offsets").path(1).asLong(0)
                            - entry.getValue().path("data_offsets").path(0).asLong(0);
                    if (taken > data.byteSize()) {
                        throw new ModelFileException(path + ": its arrays take more than the " + data.byteSize()
                                + " bytes behind the header");
                    }
                    arrays.put(entry.getKey(),
                            array(path + ": array '" + entry.getKey() + "'", entry.getValue(), data));
                }
            }
            return arrays;
        } catch (IOException e) {
            throw new ModelFileException(path + " can't be read: " + e.getMessage(), e);
        }
    }

    private static TensorData array(String where, JsonNode entry, MemorySegment data) {
        String type = entry.path("dtype").asString("");
        if (!WIDTHS.containsKey(type)) {
            throw new ModelFileException(
                    where + " has the type " + type + ", supported are " + WIDTHS.keySet().stream().sorted().toList());
        }
        List<Integer> dims = new ArrayList<>();
        double count = 1;
        for (JsonNode dim : entry.path("shape")) {
            dims.add(dim.asInt(-1));
            count *= dim.asInt(-1);
        }
        long begin = entry.path("data_offsets").path(0).asLong(-1);
        long end = entry.path("data_offsets").path(1).asLong(-1);
        if (dims.stream().anyMatch(dim -> dim < 0) || begin < 0 || end < begin || end > data.byteSize()
                || count * WIDTHS.get(type) != end - begin
                || count > Integer.MAX_VALUE - 8) {
            throw new ModelFileException(
                    where + " of the sizes " + entry.path("shape") + " lies from " + begin + " to " + end + " of "
                            + data.byteSize() + " bytes");
        }
        MemorySegment bytes = data.asSlice(begin, end - begin);
        float[] values = new float[(int) count];
        if (type.equals("F32")) {
            MemorySegment.copy(bytes, TensorData.FLOATS, 0, values, 0, values.length);
            return TensorData.of(new Shape(dims), values);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case "F64" -> (float) bytes.getAtIndex(DOUBLE, i);
                case "F16" -> Float.float16ToFloat(bytes.getAtIndex(SHORT, i));
                default -> Float.intBitsToFloat(bytes.getAtIndex(SHORT, i) << Short.SIZE);
            };
        }
        return TensorData.of(new Shape(dims), values);
    }
}
