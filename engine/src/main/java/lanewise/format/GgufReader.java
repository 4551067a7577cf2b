package lanewise.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.error.ModelFileException;

/**
 * Reads the key-value part and the tensor list of a GGUF file from memory. Counts and lengths are checked against what
 * is left of the file before anything is allocated, so memory stays within some times the size of the file.
 */
final class GgufReader {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_DEPTH = 4;

    private final String file;
    private final MemorySegment bytes;
    private final Map<String, Object> keys = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private long at;

    /**
     * A tensor in the file.
     *
     * @param type GGUF's number of its type
     * @param dims sizes, outermost first
     * @param data its bytes
     */
    record Tensor(int type, int[] dims, MemorySegment data) {}

    GgufReader(String file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
        if (bytes.byteSize() < 4 || bytes.get(INT, 0) != GgufType.MAGIC) {
            throw new ModelFileException(file + " is no Lanewise model file: it does not start with GGUF");
        }
        at = 4;
        int version = readInt("the version");
        if (version != GgufType.VERSION) {
            throw new ModelFileException(file + ": GGUF version " + version + ", expected " + GgufType.VERSION);
        }
        long tensorCount = readCount("the number of tensors", 24);
        long keyCount = readCount("the number of keys", 13);
        for (long i = 0; i < keyCount; i++) {
            String key = readString("the name of key " + i);
            Object value = readValue(readInt("the type of key " + key), key, 0);
            if (keys.put(key, value) != null) {
                throw new ModelFileException(file + ": key " + key + " comes twice");
            }
        }
        readTensors(tensorCount);
    }

    /** Values by key: Boolean, Long (integers), Double, String, or a List of these. */
    Map<String, Object> keys() {
        return keys;
    }

    Map<String, Tensor> tensors() {
        return tensors;
    }

    private void readTensors(long count) {
        List<String> names = new ArrayList<>();
        List<int[]> shapes = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            String name = readString("the name of tensor " + i);
            int axes = readInt("the axes of tensor " + name);
            if (axes < 0 || axes > GgufType.MAX_AXES) {
                throw new ModelFileException(file + ": tensor " + name + " has " + axes + " axes, expected at most 4");
            }
            int[] dims = new int[axes];
            for (int axis = axes - 1; axis >= 0; axis--) {
                long dim = readLong("the shape of tensor " + name);
                if (dim < 0 || dim > Integer.MAX_VALUE) {
                    throw new ModelFileException(file + ": tensor " + name + " has an axis of size " + dim);
                }
                dims[axis] = (int) dim;
            }
            names.add(name);
            shapes.add(dims);
            types.add(readInt("the type of tensor " + name));
            offsets.add(readLong("the place of tensor " + name));
        }
        Object alignment = keys.getOrDefault("general.alignment", 32L);
        if (!(alignment instanceof Long a) || a < 1 || a > 1 << 20) {
            throw new ModelFileException(
                    file + ": general.alignment is " + alignment + ", expected a small positive number");
        }
        long start = (at + a - 1) / a * a;
        for (int i = 0; i < names.size(); i++) {
            tensors.merge(names.get(i), tensor(names.get(i), types.get(i), shapes.get(i), start, offsets.get(i)),
                    (x, y) -> {
                        throw new ModelFileException(file + ": a tensor name comes twice");
                    });
        }
    }

    private Tensor tensor(String name, int type, int[] dims, long start, long offset) {
        long size = switch (type) {
            case GgufType.TENSOR_F32, GgufType.TENSOR_I32 -> 4;
            case GgufType.TENSOR_I64 -> 8;
            case GgufType.TENSOR_I8 -> 1;
            default -> throw new ModelFileException(
                    file + ": tensor " + name + " has GGUF type " + type
                            + ", supported are F32 (0), I8 (24), I32 (26), I64 (27)");
        };
        long left = bytes.byteSize() - start;
        for (int dim : dims) {
            // the product of two such numbers can't exceed a long
            size = dim == 0 ? 0 : size > left ? size : size * dim;
        }
        if (offset < 0 || offset > left || size > left - offset) {
            throw new ModelFileException(file + ": tensor " + name + " needs " + size + " bytes at " + (start + offset)
                    + ", but the file ends at " + bytes.byteSize() + "; it is cut short or damaged");
        }
        return new Tensor(type, dims, bytes.asSlice(start + offset, size));
    }

    private Object readValue(int type, String key, int depth) {
        String what = "the value of key " + key;
        return switch (type) {
            case GgufType.UINT8 -> (long) (readByte(what) & 0xff);
            case GgufType.INT8 -> (long) readByte(what);
            case GgufType.UINT16 -> (long) (readShort(what) & 0xffff);
            case GgufType.INT16 -> (long) readShort(what);
            case GgufType.UINT32 -> readInt(what) & 0xffffffffL;
            case GgufType.INT32 -> (long) readInt(what);
            case GgufType.UINT64, GgufType.INT64 -> readLong(what);
            case GgufType.FLOAT32 -> (double) Float.intBitsToFloat(readInt(what));
            case GgufType.FLOAT64 -> Double.longBitsToDouble(readLong(what));
            case GgufType.BOOL -> readByte(what) != 0;
            case GgufType.STRING -> readString(what);
            case GgufType.ARRAY -> {
                int elementType = readInt("the element type of key " + key);
                long count = readCount("the length of key " + key, 1);
                if (depth == MAX_DEPTH) {
                    throw new ModelFileException(file + ": key " + key + " nests arrays too deeply");
                }
                List<Object> values = new ArrayList<>();
                for (long i = 0; i < count; i++) {
                    values.add(readValue(elementType, key, depth + 1));
                }
                yield values;
            }
            default -> throw new ModelFileException(file + ": key " + key + " has the unknown type " + type);
        };
    }

    private void need(long count, String what) {
        if (count < 0 || count > bytes.byteSize() - at) {
            throw new ModelFileException(file + ": " + what + " at byte " + at + " runs over the end of the file ("
                    + bytes.byteSize() + " bytes); it is cut short or damaged");
        }
    }

    private byte readByte(String what) {
        need(1, what);
        return bytes.get(ValueLayout.JAVA_BYTE, at++);
    }

    private short readShort(String what) {
        need(2, what);
        at += 2;
        return bytes.get(SHORT, at - 2);
    }

    private int readInt(String what) {
        need(4, what);
        at += 4;
        return bytes.get(INT, at - 4);
    }

    private long readLong(String what) {
        need(8, what);
        at += 8;
        return bytes.get(LONG, at - 8);
    }

    /** A number of things that take at least so many bytes each. */
    private long readCount(String what, int bytesEach) {
        long count = readLong(what);
        if (count < 0 || count > (bytes.byteSize() - at) / bytesEach) {
            throw new ModelFileException(
                    file + ": " + what + " is " + count + ", more than the file has room for; it is cut "
                            + "short or damaged");
        }
        return count;
    }

    private String readString(String what) {
        long length = readLong(what);
        need(length, what);
        byte[] text = bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        at += length;
        return new String(text, StandardCharsets.UTF_8);
    }
}
