package lanewise.files;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import lanewise.error.ModelFileException;
import lanewise.format.WholeFile;
import lanewise.spec.DType;
import lanewise.spec.TensorData;

/** Reads and writes arrays as NumPy's {@code .npy} files (numpy.lib.format, versions 1 to 3). */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    private Npy() {}

    /**
     * Reads an array of numbers or truth values in C order.
     *
     * @param path the file
     * @return floats as FLOAT32, integers as INT32, or as INT64 where they need it, truth values as BOOL
     * @throws ModelFileException if the file is missing, damaged, or holds something else
     */
    public static TensorData read(Path path) {
        try (NpyFile file = NpyFile.open(path)) {
            return file.all();
        }
    }

    /**
     * Writes an array, version 1. The file appears whole or not at all.
     *
     * @param path where
     * @param data floats, integers or truth values
     * @throws ModelFileException if it can't be written
     */
    public static void write(Path path, TensorData data) {
        byte[] header = header(data.dtype(), data.shape().dims(), 0);
        ByteBuffer values = values(data);
        WholeFile.write(path, stream -> {
            stream.write(header);
            stream.write(values.array());
        });
    }

    /**
     * What stands before the values of an array, version 1.
     *
     * @param dtype of the values
     * @param sizes of the array
     * @param least how many bytes it should have at least, so that it can take the place of another
     * @return a multiple of 64 bytes
     */
    public static byte[] header(DType dtype, List<? extends Number> sizes, int least) {
        String text = "{'descr': '" + switch (dtype) {
            case FLOAT32 -> "<f4";
            case INT64 -> "<i8";
            case BOOL -> "|b1";
            default -> "<i4";
        }
                + "', 'fortran_order': False, 'shape': ("
                + sizes.stream().map(String::valueOf).collect(Collectors.joining(", "))
                + (sizes.size() == 1 ? ",)" : ")") + ", }";
        int start = MAGIC.length + Short.BYTES;
        int all = Math.max(least, (start + text.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT);
        return ByteBuffer.allocate(all).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC).putShort((short) (all - start))
                .put((text + " ".repeat(all - start - text.length() - 1) + "\n")
                        .getBytes(StandardCharsets.ISO_8859_1))
                .array();
    }

    /**
     * The values of an array as they stand in a file.
     *
     * @param data floats, integers or truth values
     * @return a new buffer with an array of exactly these bytes, from 0 to its limit
     */
    public static ByteBuffer values(TensorData data) {
        if (data.dtype() == DType.BOOL) {
            int[] truths = data.toInts();
            ByteBuffer bytes = ByteBuffer.allocate(truths.length);
            for (int truth : truths) {
                bytes.put((byte) truth);
            }
            return bytes.flip();
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(data.values().byteSize()));
        MemorySegment.copy(data.values(), 0, MemorySegment.ofBuffer(bytes), 0, bytes.capacity());
        return bytes;
    }
}
