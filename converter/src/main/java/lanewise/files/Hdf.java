package lanewise.files;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Link;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.FloatingPoint;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import lanewise.error.LanewiseException;
import lanewise.error.ModelFileException;
import lanewise.format.PlainFile;
import lanewise.options.Budget;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * An HDF5 file, read through jHDF with its failures turned into messages. Only paths that a Keras file should have are
 * followed, so that loops of links lead nowhere; sizes are checked before anything is allocated for them.
 */
public final class Hdf implements AutoCloseable {
    private static final int SUPERBLOCK_BYTES = 64;
    /** More bytes than this are refused for one array. */
    private static final long MAX_ARRAY_BYTES = 4L << 30;
    /** How many times smaller an array may be in the file than in memory. */
    private static final long MAX_COMPRESSION = 1000;
    /** How often the bytes of a file may be read as arrays. */
    private static final long MAX_LINKS = 4;

    private final String name;
    private final HdfFile file;

    /** Bytes of the file that arrays may still take, all together: a file may link to one array many times. */
    private double left;

    private Hdf(String name, HdfFile file, long bytes) {
        this.name = name;
        this.file = file;
        this.left = bytes;
    }

    /**
     * Opens a file.
     *
     * @param path the file
     * @return the file; the caller closes it
     * @throws ModelFileException if it can't be read or is damaged
     */
    public static Hdf open(Path path) {
        PlainFile file = PlainFile.open(path);
        try {
            checkLength(path.toString(), file.read(0, Math.min(SUPERBLOCK_BYTES, file.size())), file.size());
            return new Hdf(path.toString(),
                    guard(path.toString(), "", () -> new HdfFile(new HdfChannel(file), path.toUri())), file.size());
        } catch (ModelFileException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens a file that is in memory.
     *
     * @param name  what it is, for messages
     * @param bytes the file
     * @return the file; the caller closes it
     * @throws ModelFileException if it is damaged
     */
    public static Hdf open(String name, byte[] bytes) {
        checkLength(name, Arrays.copyOf(bytes, Math.min(bytes.length, SUPERBLOCK_BYTES)), bytes.length);
        return new Hdf(name, guard(name, "", () -> HdfFile.fromBytes(bytes)), bytes.length);
    }

    /**
     * Refuses a file that is shorter than it says: its superblock holds the address of its end (HDF5 file format
     * specification, section II.A). Such a file may still open, with only some of its arrays lost.
     */
    private static void checkLength(String name, byte[] head, long length) {
        if (head.length < SUPERBLOCK_BYTES) {
            throw new ModelFileException(name + " has " + length + " bytes, too few for an HDF5 file; it is truncated");
        }
        ByteBuffer superblock = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int version = head[8];
        int offsetBytes = version < 2 ? head[13] : head[9];
        if (offsetBytes == 8) {
            int start = version == 0 ? 24 : version == 1 ? 28 : 12;
            long base = superblock.getLong(start);
            long end = superblock.getLong(start + 16);
            if (base >= 0 && end > 0 && base + end > length) {
                throw new ModelFileException(name + " is truncated: it has " + length + " bytes of " + (base + end));
            }
        }
    }

    @Override
    public void close() {
        guard(name, "", () -> {
            file.close();
            return null;
        });
    }

    /**
     * What the file is, for messages.
     *
     * @return its path, or the name that it was given
     */
    public String name() {
        return name;
    }

    /**
     * Calls jHDF, which throws exceptions of many kinds where a file is damaged; each becomes a message. Only calls of
     * jHDF belong in here: what fails in our own code is no fault of the file.
     */
    private static <T> T guard(String name, String where, Supplier<T> read) {
        try {
            return read.get();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof LanewiseException reading) {
                    throw reading;
                }
            }
            String at = where.isEmpty() ? "" : " at " + where;
            throw new ModelFileException(name + " is not a readable HDF5 file" + at
                    + "; it is truncated or damaged ("
                    + e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage()) + ")", e);
        }
    }

    /**
     * What lies at a path, or null. Not by jHDF's own look-up, which fails on files in memory where there is nothing.
     */
    private Node find(String path) {
        return guard(name, path, () -> {
            Node node = file;
            for (String part : path.split("/")) {
                if (!part.isEmpty()) {
                    node = node instanceof Group group ? group.getChildren().get(part) : null;
                    if (node instanceof Link) {
                        throw new ModelFileException(name + " holds a link at " + path + ", expected a group or an"
                                + " array; Keras writes no links");
                    }
                }
            }
            return node;
        });
    }

    /**
     * Whether something lies at a path.
     *
     * @param path names joined by slashes
     * @return whether there is a group or an array
     */
    public boolean has(String path) {
        return find(path) != null;
    }

    /**
     * Names of what lies in a group.
     *
     * @param path the group
     * @return the names; none if there is no such group
     */
    public List<String> children(String path) {
        return find(path) instanceof Group group
                ? guard(name, path, () -> List.copyOf(group.getChildren().keySet())) : List.of();
    }

    /**
     * A string attribute.
     *
     * @param path      the group or array that has it
     * @param attribute its name
     * @return its text, or null if there is none
     */
    public String string(String path, String attribute) {
        Object value = attribute(path, attribute);
        if (value instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return value instanceof String s ? s : null;
    }

    /**
     * An attribute that is a list of strings; long ones are split into attributes name0, name1, ...
     *
     * @param path      the group or array that has it
     * @param attribute its name
     * @return the strings, or null if there is no such attribute
     */
    public List<String> strings(String path, String attribute) {
        List<String> all = null;
        if (has(path, attribute)) {
            all = list(attribute(path, attribute));
        }
        for (int part = 0; has(path, attribute + part); part++) {
            all = all == null ? new ArrayList<>() : new ArrayList<>(all);
            all.addAll(list(attribute(path, attribute + part)));
        }
        return all;
    }

    private static List<String> list(Object value) {
        List<String> strings = new ArrayList<>();
        if (value instanceof Object[] items) {
            for (Object item : items) {
                strings.addAll(list(item));
            }
        } else if (value instanceof String s) {
            strings.add(s);
        }
        // Keras writes an empty list as no floats, which jHDF gives as null
        return strings;
    }

    private boolean has(String path, String attribute) {
        Node node = find(path);
        return node != null && guard(name, path, () -> node.getAttributes().containsKey(attribute));
    }

    private Object attribute(String path, String attribute) {
        Node node = find(path);
        return node == null ? null : guard(name, path + " attribute " + attribute, () -> {
            Attribute found = node.getAttributes().get(attribute);
            return found == null ? null : found.getData();
        });
    }

    /**
     * The numbers of a dataset as floats.
     *
     * <p>Little-endian 32-bit floats in one piece, as Keras writes them, are not copied: the result is a read-only
     * view of the file's bytes, or of those that were read. All others are copied once.
     *
     * @param path the array
     * @return its numbers
     * @throws ModelFileException if there is none, it holds no floats, or its size can't be true
     */
    public TensorData floats(String path) {
        return numbers(path, Set.of(float.class, double.class, Float.class, Double.class), "floats");
    }

    /**
     * An array of integers of 8 bits.
     *
     * @param path the array
     * @return its numbers as floats
     * @throws ModelFileException as {@link #floats} does
     */
    public TensorData bytes(String path) {
        return numbers(path, Set.of(byte.class, Byte.class), "integers of 8 bits");
    }

    private TensorData numbers(String path, Set<Class<?>> types, String what) {
        if (!(find(path) instanceof Dataset dataset)) {
            throw new ModelFileException(name + ": there is no dataset " + path);
        }
        Class<?> type = guard(name, path, dataset::getJavaType);
        if (!types.contains(type)) {
            throw new ModelFileException(
                    name + ": dataset " + path + " holds " + type.getSimpleName() + ", expected " + what);
        }
        int[] dims = guard(name, path, dataset::getDimensions);
        long stored = guard(name, path, dataset::getStorageInBytes);
        double count = Arrays.stream(dims).asDoubleStream().reduce(1, (a, b) -> a * b);
        if (Arrays.stream(dims).anyMatch(dim -> dim < 0) || count > MAX_ARRAY_BYTES / Float.BYTES
                || count > (stored + 1.0) * MAX_COMPRESSION) {
            throw new ModelFileException(name + ": dataset " + path + " has the shape " + Arrays.toString(dims)
                    + ", but the file holds " + stored + " bytes of it");
        }
        MemorySegment bytes = guard(name, path, () -> plainFloats(dataset));
        left -= count * Float.BYTES / (bytes == null ? MAX_COMPRESSION : MAX_LINKS);
        if (bytes == null) {
            Budget.current().unpack(stored, (long) count * Float.BYTES, name + ": unpacking dataset " + path);
        }
        if (left < 0) {
            throw new ModelFileException(name + ": its arrays, up to dataset " + path
                    + ", take more bytes than such a file can hold; it links to the same ones many times");
        }
        Shape shape = Shape.of(dims);
        if (bytes == null) {
            return TensorData.of(shape, converted(path, guard(name, path, dataset::getDataFlat), (int) count));
        } else if (bytes.byteSize() != shape.size() * Float.BYTES) {
            throw new ModelFileException(name + ": dataset " + path + " of the shape " + shape + " has "
                    + bytes.byteSize() + " bytes");
        }
        return new TensorData(DType.FLOAT32, shape, bytes, List.of());
    }

    /** The bytes of a dataset that holds little-endian 32-bit floats in one piece, or null for any other. */
    private static MemorySegment plainFloats(Dataset dataset) {
        return dataset instanceof ContiguousDataset contiguous && !dataset.isEmpty()
                && dataset.getDataType() instanceof FloatingPoint floats && floats.getSize() == Float.BYTES
                && floats.getByteOrder() == ByteOrder.LITTLE_ENDIAN
                        ? MemorySegment.ofBuffer(contiguous.getBuffer()).asReadOnly() : null;
    }

    /** What jHDF made of a dataset, which is an array of its own, as floats. */
    private float[] converted(String path, Object data, int count) {
        float[] floats = switch (data) {
            // nothing was ever written: HDF5's fill value is zero
            case null -> new float[count];
            case float[] f -> f;
            case double[] d -> {
                float[] narrowed = new float[d.length];
                for (int i = 0; i < narrowed.length; i++) {
                    narrowed[i] = (float) d[i];
                }
                yield narrowed;
            }
            case byte[] b -> {
                float[] widened = new float[b.length];
                for (int i = 0; i < widened.length; i++) {
                    widened[i] = b[i];
                }
                yield widened;
            }
            case Number n -> new float[] {n.floatValue()};
            default -> throw new ModelFileException(
                    name + ": dataset " + path + " holds " + data.getClass().getSimpleName() + ", expected floats");
        };
        if (floats.length != count) {
            throw new ModelFileException(
                    name + ": dataset " + path + " holds " + floats.length + " numbers, expected " + count);
        }
        return floats;
    }
}
