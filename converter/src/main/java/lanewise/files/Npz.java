package lanewise.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import lanewise.error.ModelFileException;
import lanewise.format.PlainFile;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** An open {@code .npz} file of NumPy: arrays by name, packed or not, each read from its beginning to its end. */
public final class Npz implements AutoCloseable {
    private static final String ENDING = ".npy";

    private final Path path;
    private final ZipFile zip;

    private Npz(Path path) throws IOException {
        this.path = path;
        zip = new ZipFile(path.toFile());
    }

    /**
     * Opens a file.
     *
     * @param path the file
     * @return its arrays; the caller closes it
     * @throws ModelFileException if it is missing or no such file
     */
    public static Npz open(Path path) {
        // no device and no folder
        PlainFile.open(path).close();
        try {
            return new Npz(path);
        } catch (ZipException e) {
            throw new ModelFileException(path + " is not an .npz file, or damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw PlainFile.unreadable(path, e);
        }
    }

    /**
     * The names of the arrays.
     *
     * @return the names that {@code numpy.savez} was given, or {@code arr_0} and so on, in the order of the file
     */
    public List<String> names() {
        return Collections.list(zip.entries()).stream().map(ZipEntry::getName).filter(name -> name.endsWith(ENDING))
                .map(name -> name.substring(0, name.length() - ENDING.length())).toList();
    }

    /**
     * Opens an array.
     *
     * @param name one of {@link #names}
     * @return the array, whose rows are read in order, those along the first axis in parts
     * @throws ModelFileException if it is damaged or holds no numbers
     */
    public RowArray array(String name) {
        ZipEntry entry = zip.getEntry(name + ENDING);
        String where = path + ": its array " + name;
        try {
            NpyFile array = new NpyFile(where, new Unpacked(where, zip.getInputStream(entry), entry.getSize()));
            return new InOrder(array);
        } catch (IOException e) {
            throw PlainFile.unreadable(path, e);
        }
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw PlainFile.unreadable(path, e);
        }
    }

    /** Rows along the first axis come from the file, others from memory, since they lie all over the array. */
    private static final class InOrder implements RowArray {
        private final NpyFile file;
        private RowArray whole;

        InOrder(NpyFile file) {
            this.file = file;
        }

        @Override
        public Shape shape() {
            return file.shape();
        }

        @Override
        public TensorData all() {
            return file.all();
        }

        @Override
        public TensorData rows(int axis, int from, int count) {
            if (axis == 0) {
                return file.rows(axis, from, count);
            }
            if (whole == null) {
                whole = RowArray.of(file.all());
            }
            return whole.rows(axis, from, count);
        }

        @Override
        public void close() {
            file.close();
        }
    }

    /** The bytes of a member, one after the other. */
    private static final class Unpacked implements NpyFile.Bytes {
        private final String where;
        private final InputStream stream;
        private final long size;
        private long position;

        Unpacked(String where, InputStream stream, long size) {
            this.where = where;
            this.stream = stream;
            this.size = size;
        }

        @Override
        public void read(long at, ByteBuffer into) {
            if (at != position) {
                throw new IllegalStateException(where + " is read at " + at + " after " + position);
            }
            int count = into.remaining();
            try {
                int found = stream.readNBytes(into.array(), into.arrayOffset() + into.position(), count);
                if (found < count) {
                    throw new ModelFileException(where + " is cut short: it unpacks to " + (at + found)
                            + " bytes, expected " + size);
                }
            } catch (IOException e) {
                throw new ModelFileException(where + " can't be unpacked: " + e.getMessage(), e);
            }
            into.position(into.position() + count);
            position += count;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void close() {
            try {
                stream.close();
            } catch (IOException e) {
                throw new ModelFileException(where + " can't be unpacked: " + e.getMessage(), e);
            }
        }
    }
}
