package lanewise.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.error.ModelFileException;

/**
 * Reads the head of a GGUF file: the keys and the list of tensors. Counts and lengths are checked against what is left
 * of the file before anything is allocated, so memory stays within some times the size of the file.
 */
final class GgufReader {
    private static final int MAX_DEPTH = 4;

    private final PlainFile file;
    private final HeadBytes head;
    private final Map<String, Object> keys = new LinkedHashMap<>();
    private final List<Place> places = new ArrayList<>();
    private final long alignment;
    private final int checksum;

    /**
     * Where a tensor lies.
     *
     * @param name its name
     * @param type GGUF's number of its type
     * @param dims sizes, outermost first
     * @param at   where its bytes begin in the file
     * @param size how many there are
     */
    record Place(String name, int type, int[] dims, long at, long size) {}

    /** Reads the head of a file that stays open. */
    GgufReader(PlainFile file) {
        this.file = file;
        head = new HeadBytes(file);
        if (file.size() < 4 || head.readInt("the first word") != GgufType.MAGIC) {
            throw new ModelFileException(file.path() + " is no Lanewise model file: it does not start with GGUF");
        }
        int version = head.readInt("the version");
        if (version != GgufType.VERSION) {
            throw new ModelFileException(file.path() + ": GGUF version " + version + ", expected " + GgufType.VERSION);
        }
        long tensorCount = readCount("the number of tensors", 24);
        long keyCount = readCount("the number of keys", 13);
        for (long i = 0; i < keyCount; i++) {
            String key = readString("the name of key " + i);
            Object value = readValue(head.readInt("the type of key " + key), key, 0);
            if (keys.put(key, value) != null) {
                throw new ModelFileException(file.path() + ": key " + key + " comes twice");
            }
        }
        alignment = readTensors(tensorCount);
        checksum = head.checksum(align(head.at()));
    }

    /** Values by key: Boolean, Long (integers), Double, String, or a List of these. */
    Map<String, Object> keys() {
        return keys;
    }

    /** The tensors as they are listed. */
    List<Place> places() {
        return places;
    }

    /** The checksum of all bytes in front of the first tensor. */
    int checksum() {
        return checksum;
    }

    /** The next place where a tensor may begin. */
    long align(long at) {
        return Math.ceilDiv(at, alignment) * alignment;
    }

    private long readTensors(long count) {
        Set<String> names = new LinkedHashSet<>();
        List<int[]> shapes = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            String name = readString("the name of tensor " + i);
            int axes = head.readInt("the axes of tensor " + name);
            if (axes < 0 || axes > GgufType.MAX_AXES) {
                throw new ModelFileException(
                        file.path() + ": tensor " + name + " has " + axes + " axes, expected at most 4");
            }
            int[] dims = new int[axes];
            for (int axis = axes - 1; axis >= 0; axis--) {
                long dim = head.readLong("the shape of tensor " + name);
                if (dim < 0 || dim > Integer.MAX_VALUE) {
                    throw new ModelFileException(file.path() + ": tensor " + name + " has an axis of size " + dim);
                }
                dims[axis] = (int) dim;
            }
            if (!names.add(name)) {
                throw new ModelFileException(file.path() + ": a tensor name comes twice");
            }
            shapes.add(dims);
            types.add(head.readInt("the type of tensor " + name));
            offsets.add(head.readLong("the place of tensor " + name));
        }
        Object alignment = keys.getOrDefault("general.alignment", 32L);
        if (!(alignment instanceof Long a) || a < 1 || a > 1 << 20) {
            throw new ModelFileException(
                    file.path() + ": general.alignment is " + alignment + ", expected a small positive number");
        }
        long start = Math.ceilDiv(head.at(), a) * a;
        int i = 0;
        for (String name : names) {
            places.add(place(name, types.get(i), shapes.get(i), start, offsets.get(i)));
            i++;
        }
        return a;
    }

    private Place place(String name, int type, int[] dims, long start, long offset) {
        long size = switch (type) {
            case GgufType.TENSOR_F32, GgufType.TENSOR_I32 -> 4;
            case GgufType.TENSOR_I64 -> 8;
            case GgufType.TENSOR_I8 -> 1;
            default -> throw new ModelFileException(
                    file.path() + ": tensor " + name + " has GGUF type " + type
                            + ", supported are F32 (0), I8 (24), I32 (26), I64 (27)");
        };
        long left = file.size() - start;
        for (int dim : dims) {
            // the product of two such numbers can't exceed a long
            size = dim == 0 ? 0 : size > left ? size : size * dim;
        }
        if (offset < 0 || offset > left || size > left - offset) {
            throw new ModelFileException(
                    file.path() + ": tensor " + name + " needs " + size + " bytes at " + (start + offset)
                            + ", but the file ends at " + file.size() + "; it is cut short or damaged");
        }
        return new Place(name, type, dims, start + offset, size);
    }

    private Object readValue(int type, String key, int depth) {
        String what = "the value of key " + key;
        return switch (type) {
            case GgufType.UINT8 -> (long) (head.readByte(what) & 0xff);
            case GgufType.INT8 -> (long) head.readByte(what);
            case GgufType.UINT16 -> (long) (head.readShort(what) & 0xffff);
            case GgufType.INT16 -> (long) head.readShort(what);
            case GgufType.UINT32 -> head.readInt(what) & 0xffffffffL;
            case GgufType.INT32 -> (long) head.readInt(what);
            case GgufType.UINT64, GgufType.INT64 -> head.readLong(what);
            case GgufType.FLOAT32 -> (double) Float.intBitsToFloat(head.readInt(what));
            case GgufType.FLOAT64 -> Double.longBitsToDouble(head.readLong(what));
            case GgufType.BOOL -> head.readByte(what) != 0;
            case GgufType.STRING -> readString(what);
            case GgufType.ARRAY -> {
                int elementType = head.readInt("the element type of key " + key);
                long count = readCount("the length of key " + key, 1);
                if (depth == MAX_DEPTH) {
                    throw new ModelFileException(file.path() + ": key " + key + " nests arrays too deeply");
                }
                List<Object> values = new ArrayList<>();
                for (long i = 0; i < count; i++) {
                    values.add(readValue(elementType, key, depth + 1));
                }
                yield values;
            }
            default -> throw new ModelFileException(file.path() + ": key " + key + " has the unknown type " + type);
        };
    }

    /** A number of things that take at least so many bytes each. */
    private long readCount(String what, int bytesEach) {
        long count = head.readLong(what);
        if (count < 0 || count > (file.size() - head.at()) / bytesEach) {
            throw new ModelFileException(
                    file.path() + ": " + what + " is " + count + ", more than the file has room for; it is cut "
                            + "short or damaged");
        }
        return count;
    }

    private String readString(String what) {
        return new String(head.readBytes(head.readLong(what), what), StandardCharsets.UTF_8);
    }
}
