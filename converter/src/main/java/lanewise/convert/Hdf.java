package lanewise.convert;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import lanewise.error.ModelFileException;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * An HDF5 file, read through jHDF with its failures turned into messages. Only paths that a Keras file should have are
 * followed, so that loops of links lead nowhere; sizes are checked before anything is allocated for them.
 */
final class Hdf implements AutoCloseable {
    private static final int SUPERBLOCK_BYTES = 64;
    /** More bytes than this are refused for one array. */
    private static final long MAX_ARRAY_BYTES = 4L << 30;
    /** How many times smaller an array may be in the file than in memory. */
    private static final long MAX_COMPRESSION = 1000;

    private final String name;
    private final HdfFile file;

    private Hdf(String name, HdfFile file) {
        this.name = name;
        this.file = file;
    }

    static Hdf open(Path path) {
        try {
            checkLength(path.toString(), KerasFiles.head(path, SUPERBLOCK_BYTES), Files.size(path));
        } catch (IOException e) {
            throw new ModelFileException(path + " can't be read: " + e.getMessage(), e);
        }
        return new Hdf(path.toString(), guard(path.toString(), "", () -> new HdfFile(path)));
    }

    static Hdf open(String name, byte[] bytes) {
        checkLength(name, Arrays.copyOf(bytes, Math.min(bytes.length, SUPERBLOCK_BYTES)), bytes.length);
        return new Hdf(name, guard(name, "", () -> HdfFile.fromBytes(bytes)));
    }

    /**
     * Refuses a file that is shorter than it says: its superblock holds the address of its end (HDF5 file format
     * specification, section II.A). Such a file may still open, with only some of its arrays lost.
     */
    private static void checkLength(String name, byte[] head, long length) {
        if (head.length < SUPERBLOCK_BYTES) {
            throw new ModelFileException(name + " has " + length + " bytes, too few for an HDF5 file; it is cut short");
        }
        ByteBuffer superblock = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int version = head[8];
        int offsetBytes = version < 2 ? head[13] : head[9];
        if (offsetBytes == 8) {
            int start = version == 0 ? 24 : version == 1 ? 28 : 12;
            long base = superblock.getLong(start);
            long end = superblock.getLong(start + 16);
            if (base >= 0 && end > 0 && base + end > length) {
                throw new ModelFileException(name + " is cut short: it has " + length + " bytes of " + (base + end));
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

    String name() {
        return name;
    }

    /** Runs a piece of jHDF; whatever it throws on a damaged file becomes a message. */
    private static <T> T guard(String name, String where, Supplier<T> read) {
        try {
            return read.get();
        } catch (ModelFileException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            String at = where.isEmpty() ? "" : " at " + where;
            throw new ModelFileException(name + " is no HDF5 file that can be read" + at
                    + "; it is cut short or damaged ("
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
                }
            }
            return node;
        });
    }

    boolean has(String path) {
        return find(path) != null;
    }

    /** Names of what lies in a group; none if there is no such group. */
    List<String> children(String path) {
        return find(path) instanceof Group group
                ? guard(name, path, () -> List.copyOf(group.getChildren().keySet())) : List.of();
    }

    /** A string attribute, or null. */
    String string(String path, String attribute) {
        Object value = attribute(path, attribute);
        if (value instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return value instanceof String s ? s : null;
    }

    /** A list of strings; long ones are split into attributes name0, name1, ... Null if there is no such attribute. */
    List<String> strings(String path, String attribute) {
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
     * @throws ModelFileException if there is none, it holds no numbers, or its size can't be true
     */
    TensorData floats(String path) {
        if (!(find(path) instanceof Dataset dataset)) {
            throw new ModelFileException(name + ": there is no dataset " + path);
        }
        return guard(name, path, () -> {
            Class<?> type = dataset.getJavaType();
            if (!Set.of(float.class, double.class, Float.class, Double.class).contains(type)) {
                throw new ModelFileException(
                        name + ": dataset " + path + " holds " + type.getSimpleName() + ", expected floats");
            }
            int[] dims = dataset.getDimensions();
            long count = 1;
            for (int dim : dims) {
                count = Math.multiplyExact(count, (long) dim);
            }
            long stored = dataset.getStorageInBytes();
            if (count > MAX_ARRAY_BYTES / Float.BYTES || count > (stored + 1) * MAX_COMPRESSION) {
                throw new ModelFileException(
                        name + ": dataset " + path + " says it has " + count + " numbers, but the file holds "
                                + stored + " bytes of it");
            }
            return TensorData.of(Shape.of(dims), toFloats(dataset.getDataFlat(), (int) count));
        });
    }

    private static float[] toFloats(Object data, int count) {
        float[] floats = new float[count];
        switch (data) {
            // nothing was ever written: HDF5's fill value is zero
            case null -> {
            }
            case float[] f -> System.arraycopy(f, 0, floats, 0, count);
            case double[] d -> {
                for (int i = 0; i < count; i++) {
                    floats[i] = (float) d[i];
                }
            }
            case Number n -> floats[0] = n.floatValue();
            default -> throw new IllegalStateException("found " + data.getClass().getSimpleName());
        }
        return floats;
    }
}
