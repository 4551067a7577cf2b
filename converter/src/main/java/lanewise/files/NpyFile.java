package lanewise.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lanewise.error.InvalidSpecException;
import lanewise.error.ModelFileException;
import lanewise.format.PlainFile;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * An open {@code .npy} file of numbers or truth values in C order, of which parts are read: no more of it is in memory.
 * For one thread at a time.
 */
public final class NpyFile implements RowArray {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** A list of sizes without going back, so that the longest takes no stack. */
    private static final Pattern HEADER = Pattern.compile(
            "\\{'descr': '([<>|=][a-z]\\d{1,3})', 'fortran_order': (True|False), "
                    + "'shape': \\((|\\d{1,9}(?:, ?\\d{1,9})*+,?)\\), \\}\\s*");
    private static final int MAX_HEADER_BYTES = 1 << 20;
    private static final int PART_BYTES = 1 << 16;

    private final String where;
    private final Bytes bytes;
    private final String type;
    private final int width;
    private final Shape shape;
    /** Where the values begin. */
    private final long begin;

    /** Where the bytes of an array come from. */
    interface Bytes extends AutoCloseable {
        /**
         * Reads a range.
         *
         * @param at   where it begins
         * @param into takes as many bytes as remain in it
         */
        void read(long at, ByteBuffer into);

        /** How many bytes there are. */
        long size();

        @Override
        void close();
    }

    /**
     * Reads the header of an array.
     *
     * @param where what it is, for messages
     * @param bytes the file; closed with this object, also if it is refused
     */
    NpyFile(String where, Bytes bytes) {
        this.where = where;
        this.bytes = bytes;
        try {
            int lengthBytes = lengthBytes();
            long start = MAGIC.length + 2L + lengthBytes;
            ByteBuffer number = read(MAGIC.length + 2L, lengthBytes);
            long length = lengthBytes == 2 ? number.getShort() & 0xffff : number.getInt() & 0xffffffffL;
            if (length > Math.min(MAX_HEADER_BYTES, bytes.size() - start)) {
                throw new ModelFileException(where + " is truncated in its header");
            }
            Matcher header = HEADER.matcher(
                    StandardCharsets.ISO_8859_1.decode(read(start, (int) length)).toString());
            if (!header.matches() || header.group(2).equals("True") || header.group(1).startsWith(">")) {
                throw new ModelFileException(where + " holds no little-endian array in C order");
            }
            begin = start + length;
            type = header.group(1).substring(1);
            width = Integer.parseInt(type.substring(1));
            shape = shape(header.group(3));
        } catch (RuntimeException | Error e) {
            bytes.close();
            throw e;
        }
    }

    /**
     * Opens a file.
     *
     * @param path the file
     * @return the array; the caller closes it
     * @throws ModelFileException if the file is missing, damaged, or holds something else
     */
    public static NpyFile open(Path path) {
        PlainFile file = PlainFile.open(path);
        return new NpyFile(path.toString(), new Bytes() {
            @Override
            public void read(long at, ByteBuffer into) {
                file.read(at, into);
            }

            @Override
            public long size() {
                return file.size();
            }

            @Override
            public void close() {
                file.close();
            }
        });
    }

    private int lengthBytes() {
        if (bytes.size() < MAGIC.length + 6) {
            throw new ModelFileException(where
                    + " is not an .npy file, expected the bytes \\x93NUMPY first; write it with numpy.save");
        }
        ByteBuffer start = read(0, MAGIC.length + 2);
        if (!start.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new ModelFileException(where
                    + " is not an .npy file, expected the bytes \\x93NUMPY first; write it with numpy.save");
        }
        return start.get(MAGIC.length) == 1 ? Short.BYTES : Integer.BYTES;
    }

    private Shape shape(String sizes) {
        List<Integer> dims = new ArrayList<>();
        for (String dim : sizes.split(",")) {
            if (!dim.isBlank()) {
                dims.add(Integer.parseInt(dim.strip()));
            }
        }
        long expected;
        try {
            expected = Math.multiplyExact(new Shape(dims).size(), width);
        } catch (InvalidSpecException | ArithmeticException e) {
            throw new ModelFileException(where + " has the shape " + dims + ", more than an array can hold", e);
        }
        if (expected != bytes.size() - begin) {
            throw new ModelFileException(
                    where + " has " + (bytes.size() - begin) + " bytes of values, expected " + expected);
        }
        return new Shape(dims);
    }

    private ByteBuffer read(long at, int count) {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.read(at, buffer);
        return buffer.flip();
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public TensorData all() {
        Values values = new Values(shape.size());
        values.take(0, shape.size());
        return values.array(shape);
    }

    /**
     * Reads some rows. Those of an array in a {@code .npz} file are read in order, along the first axis.
     *
     * @return floats as FLOAT32, integers as INT32, or as INT64 where they need it, truth values as BOOL
     */
    @Override
    public TensorData rows(int axis, int from, int count) {
        Shape part = RowArray.part(shape, axis, count);
        Values values = new Values(part.size());
        long outer = RowArray.product(shape, 0, axis);
        long inner = RowArray.product(shape, axis + 1, shape.rank());
        for (long i = 0; i < outer; i++) {
            values.take((i * shape.dim(axis) + from) * inner, count * inner);
        }
        return values.array(part);
    }

    @Override
    public void close() {
        bytes.close();
    }

    /** Values of a part of the array. */
    private final class Values {
        private final float[] floats;
        private final long[] integers;
        private int count;

        Values(long size) {
            boolean real = type.startsWith("f");
            floats = new float[real ? Math.toIntExact(size) : 0];
            integers = new long[real ? 0 : Math.toIntExact(size)];
        }

        /** Reads values that follow one another. */
        void take(long from, long n) {
            int most = Math.max(1, PART_BYTES / Math.max(1, width));
            for (long done = 0; done < n; done += most) {
                int now = (int) Math.min(most, n - done);
                decode(read(begin + (from + done) * width, now * width), now);
            }
        }

        private void decode(ByteBuffer buffer, int n) {
            if (type.equals("f4")) {
                buffer.asFloatBuffer().get(floats, count, n);
                count += n;
                return;
            }
            for (int end = count + n; count < end; count++) {
                if (floats.length > 0) {
                    floats[count] = switch (type) {
                        case "f2" -> Float.float16ToFloat(buffer.getShort());
                        case "f8" -> (float) buffer.getDouble();
                        default -> throw unknown();
                    };
                } else {
                    integers[count] = integer(buffer);
                }
            }
        }

        private long integer(ByteBuffer buffer) {
            return switch (type) {
                case "b1", "i1" -> buffer.get();
                case "u1" -> buffer.get() & 0xff;
                case "i2" -> buffer.getShort();
                case "u2" -> buffer.getShort() & 0xffff;
                case "i4" -> buffer.getInt();
                case "u4" -> buffer.getInt() & 0xffffffffL;
                case "i8" -> buffer.getLong();
                default -> throw unknown();
            };
        }

        private ModelFileException unknown() {
            return new ModelFileException(where + " holds values of the type " + type);
        }

        TensorData array(Shape of) {
            if (type.startsWith("f")) {
                return TensorData.of(of, floats);
            }
            for (long integer : integers) {
                if (integer != (int) integer) {
                    return TensorData.of(of, integers);
                }
            }
            return TensorData.of(type.equals("b1") ? DType.BOOL : DType.INT32, of,
                    Arrays.stream(integers).mapToInt(i -> (int) i).toArray());
        }
    }
}
