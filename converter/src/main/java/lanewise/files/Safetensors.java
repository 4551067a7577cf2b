package lanewise.files;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.error.ModelFileException;
import lanewise.format.PlainFile;
import lanewise.spec.DType;
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
    private static final long MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;
    /** How many numbers are converted at once. */
    private static final int PART = 1 << 16;
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
        try (PlainFile file = PlainFile.open(path)) {
            return read(file);
        }
    }

    /** Reads a file that is open. */
    static Map<String, TensorData> read(PlainFile file) {
        Path path = file.path();
        long header = file.size() < Long.BYTES ? -1 : MemorySegment.ofArray(file.read(0, Long.BYTES)).get(LONG, 0);
        if (header < 2 || header > MAX_HEADER_BYTES || header > file.size() - Long.BYTES) {
            throw new ModelFileException(path + " is not a readable safetensors file: its header has " + header
                    + " bytes of " + file.size());
        }
        JsonNode entries = Json.parse(path + ": header", file.read(Long.BYTES, header));
        long start = Long.BYTES + header;
        long size = file.size() - start;
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        long taken = 0;
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            if (!entry.getKey().equals("__metadata__")) {
                Entry array = entry(path + ": array '" + entry.getKey() + "'", entry.getValue(), size);
                taken += array.end - array.begin;
                if (taken > size) {
                    throw new ModelFileException(
                            path + ": its arrays take more than the " + size + " bytes behind the header");
                }
                arrays.put(entry.getKey(), array.read(file, start));
            }
        }
        return arrays;
    }

    /** What the header says of an array: its place is counted from the end of the header. */
    private record Entry(String type, Shape shape, long begin, long end) {
        TensorData read(PlainFile file, long start) {
            if (type.equals("F32")) {
                byte[] bytes = file.read(start + begin, end - begin);
                return new TensorData(DType.FLOAT32, shape, MemorySegment.ofArray(bytes).asReadOnly(), List.of());
            }
            int width = WIDTHS.get(type);
            float[] values = new float[(int) ((end - begin) / width)];
            for (int done = 0; done < values.length; done += PART) {
                int count = Math.min(PART, values.length - done);
                MemorySegment part = MemorySegment
                        .ofArray(file.read(start + begin + (long) done * width, (long) count * width));
                for (int i = 0; i < count; i++) {
                    values[done + i] = switch (type) {
                        case "F64" -> (float) part.getAtIndex(DOUBLE, i);
                        case "F16" -> Float.float16ToFloat(part.getAtIndex(SHORT, i));
                        default -> Float.intBitsToFloat(part.getAtIndex(SHORT, i) << Short.SIZE);
                    };
                }
            }
            return TensorData.of(shape, values);
        }
    }

    private static Entry entry(String where, JsonNode entry, long size) {
        String type = entry.path("dtype").asString("");
        if (!WIDTHS.containsKey(type)) {
            throw new ModelFileException(
                    where + " has the type " + type + ", supported are " + WIDTHS.keySet().stream().sorted().toList());
        }
        List<Integer> dims = new ArrayList<>();
        double count = 1;
        boolean sizes = entry.path("shape").isArray();
        for (JsonNode dim : entry.path("shape")) {
            sizes &= Json.isInt(dim) && dim.intValue() >= 0;
            dims.add(sizes ? dim.intValue() : 0);
            count *= dims.getLast();
        }
        long begin = offset(entry, 0);
        long end = offset(entry, 1);
        if (!sizes || begin < 0 || end < begin || end > size || count * WIDTHS.get(type) != end - begin
                || end - begin > MAX_ARRAY_BYTES) {
            throw new ModelFileException(where + " of the sizes " + entry.path("shape") + " lies from " + begin + " to "
                    + end + " of " + size + " bytes");
        }
        return new Entry(type, new Shape(dims), begin, end);
    }

    /** One of the two places of an array, -1 for what is none. */
    private static long offset(JsonNode entry, int index) {
        JsonNode offset = entry.path("data_offsets").path(index);
        return offset.isIntegralNumber() && offset.canConvertToLong() ? offset.longValue() : -1;
    }
}
