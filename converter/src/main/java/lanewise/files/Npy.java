package lanewise.files;

import java.lang.foreign.MemorySegment;
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
import lanewise.format.WholeFile;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** Reads and writes arrays as NumPy's {@code .npy} files (numpy.lib.format, versions 1 to 3). */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** A list of sizes without going back, so that the longest takes no stack. */
    private static final Pattern HEADER = Pattern.compile(
            "\\{'descr': '([<>|=][a-z]\\d{1,3})', 'fortran_order': (True|False), "
                    + "'shape': \\((|\\d{1,9}(?:, ?\\d{1,9})*+,?)\\), \\}\\s*");

    private Npy() {}

    /**
     * Reads an array of numbers or truth values in C order.
     *
     * @param path the file
     * @return floats as FLOAT32, integers as INT32, or as INT64 where they need it, truth values as BOOL
     * @throws ModelFileException if the file is missing, damaged, or holds something else
     */
    public static TensorData read(Path path) {
        byte[] bytes = PlainFile.bytes(path);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < 12 || !ByteBuffer.wrap(bytes, 0, 6).equals(ByteBuffer.wrap(MAGIC))) {
            throw new ModelFileException(
                    path + " is not an .npy file, expected the bytes \\x93NUMPY first; write it with numpy.save");
        }
        buffer.position(8);
        int length = bytes[6] == 1 ? buffer.getShort() & 0xffff : buffer.getInt();
        if (length < 0 || length > buffer.remaining()) {
            throw new ModelFileException(path + " is truncated in its header");
        }
        Matcher header = HEADER.matcher(new String(bytes, buffer.position(), length, StandardCharsets.ISO_8859_1));
        buffer.position(buffer.position() + length);
        if (!header.matches() || header.group(2).equals("True") || header.group(1).startsWith(">")) {
            throw new ModelFileException(path + " holds no little-endian array in C order");
        }
        List<Integer> dims = new ArrayList<>();
        for (String dim : header.group(3).split(",")) {
            if (!dim.isBlank()) {
                dims.add(Integer.parseInt(dim.strip()));
            }
        }
        String type = header.group(1).substring(1);
        int width = Integer.parseInt(type.substring(1));
        Shape shape;
        long expected;
        try {
            shape = new Shape(dims);
            expected = Math.multiplyExact(shape.size(), width);
        } catch (InvalidSpecException | ArithmeticException e) {
            throw new ModelFileException(path + " has the shape " + dims + ", more than an array can hold", e);
        }
        if (expected != buffer.remaining()) {
            throw new ModelFileException(
                    path + " has " + buffer.remaining() + " bytes of values, expected " + expected);
        }
        return values(path, buffer, type, shape);
    }

    private static TensorData values(Path path, ByteBuffer buffer, String type, Shape shape) {
        int n = Math.toIntExact(shape.size());
        if (type.startsWith("f")) {
            float[] floats = new float[n];
            for (int i = 0; i < n; i++) {
                floats[i] = switch (type) {
                    case "f2" -> Float.float16ToFloat(buffer.getShort());
                    case "f4" -> buffer.getFloat();
                    case "f8" -> (float) buffer.getDouble();
                    default -> throw new ModelFileException(path + " holds values of the type " + type);
                };
            }
            return TensorData.of(shape, floats);
        }
        long[] integers = new long[n];
        boolean fits = true;
        for (int i = 0; i < n; i++) {
            integers[i] = switch (type) {
                case "b1", "i1" -> buffer.get();
                case "u1" -> buffer.get() & 0xff;
                case "i2" -> buffer.getShort();
                case "u2" -> buffer.getShort() & 0xffff;
                case "i4" -> buffer.getInt();
                case "u4" -> buffer.getInt() & 0xffffffffL;
                case "i8" -> buffer.getLong();
                default -> throw new ModelFileException(path + " holds values of the type " + type);
            };
            fits &= integers[i] == (int) integers[i];
        }
        if (!fits) {
            return TensorData.of(shape, integers);
        }
        return TensorData.of(type.equals("b1") ? DType.BOOL : DType.INT32, shape,
                Arrays.stream(integers).mapToInt(i -> (int) i).toArray());
    }

    /**
     * Writes an array, version 1. The file appears whole or not at all.
     *
     * @param path where
     * @param data floats, integers or truth values
     * @throws ModelFileException if it can't be written
     */
    public static void write(Path path, TensorData data) {
        String dims = String.join(", ", data.shape().dims().stream().map(String::valueOf).toList());
        String header = "{'descr': '" + switch (data.dtype()) {
            case FLOAT32 -> "<f4";
            case INT64 -> "<i8";
            case BOOL -> "|b1";
            default -> "<i4";
        }
                + "', 'fortran_order': False, 'shape': ("
                + dims + (data.shape().rank() == 1 ? ",)" : ")") + ", }";
        int padded = (MAGIC.length + 4 + header.length() + 1 + 63) / 64 * 64 - MAGIC.length - 4;
        byte[] text = (header + " ".repeat(padded - header.length() - 1) + "\n").getBytes(StandardCharsets.ISO_8859_1);
        boolean truths = data.dtype() == DType.BOOL;
        int size = Math.toIntExact(data.shape().size() * (truths ? 1 : data.dtype().bytes()));
        ByteBuffer out = ByteBuffer.allocate(MAGIC.length + 4 + padded + size).order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded).put(text);
        if (truths) {
            for (int truth : data.toInts()) {
                out.put((byte) truth);
            }
        } else {
            MemorySegment.copy(data.values(), 0, MemorySegment.ofArray(out.array()), out.position(), size);
        }
        WholeFile.write(path, stream -> stream.write(out.array()));
    }
}
