package lanewise.format;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** Collects keys and tensors and writes them as a GGUF file. */
final class GgufWriter {
    private static final int ALIGNMENT = 64;
    private static final int COPY_BYTES = 1 << 20;

    private final ByteArrayOutputStream keys = new ByteArrayOutputStream();
    private int keyCount;
    private final List<String> names = new ArrayList<>();
    private final List<TensorData> tensors = new ArrayList<>();

    GgufWriter(String architecture) {
        put("general.architecture", architecture);
        put("general.alignment", ALIGNMENT, GgufType.UINT32);
    }

    void put(String key, String value) {
        start(key, GgufType.STRING);
        string(keys, value);
    }

    void put(String key, int value) {
        put(key, value, GgufType.INT32);
    }

    private void put(String key, int value, int type) {
        start(key, type);
        int32(keys, value);
    }

    void put(String key, long value) {
        start(key, GgufType.INT64);
        int64(keys, value);
    }

    void put(String key, boolean value) {
        start(key, GgufType.BOOL);
        keys.write(value ? 1 : 0);
    }

    void put(String key, float value) {
        put(key, Float.floatToRawIntBits(value), GgufType.FLOAT32);
    }

    void put(String key, double value) {
        start(key, GgufType.FLOAT64);
        int64(keys, Double.doubleToRawLongBits(value));
    }

    /** An empty list is left out, since other tools can't write or read it. */
    void putStrings(String key, List<String> values) {
        if (!values.isEmpty()) {
            start(key, GgufType.ARRAY);
            int32(keys, GgufType.STRING);
            int64(keys, values.size());
            values.forEach(value -> string(keys, value));
        }
    }

    /** An empty list is left out, since other tools can't write or read it. */
    void putInts(String key, List<Integer> values) {
        if (!values.isEmpty()) {
            start(key, GgufType.ARRAY);
            int32(keys, GgufType.INT32);
            int64(keys, values.size());
            values.forEach(value -> int32(keys, value));
        }
    }

    /** An empty list is left out, since other tools can't write or read it. */
    void putFloats(String key, List<Float> values) {
        if (!values.isEmpty()) {
            start(key, GgufType.ARRAY);
            int32(keys, GgufType.FLOAT32);
            int64(keys, values.size());
            values.forEach(value -> int32(keys, Float.floatToRawIntBits(value)));
        }
    }

    /** Adds numbers as a tensor, and their true shape as a key. */
    void putTensor(String name, TensorData data) {
        putTensor(name, data, data.shape());
    }

    /** Adds numbers as a tensor, and as a key the shape of the array that they stand for. */
    void putTensor(String name, TensorData data, Shape shape) {
        if (name.getBytes(StandardCharsets.UTF_8).length >= GgufType.MAX_NAME) {
            throw new IllegalArgumentException("tensor name " + name + " is too long");
        }
        putInts("lanewise.shape." + name, shape.dims());
        names.add(name);
        tensors.add(data);
    }

    private void start(String key, int type) {
        string(keys, key);
        int32(keys, type);
        keyCount++;
    }

    void write(OutputStream target) throws IOException {
        int count = tensors.size() + 1;
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int32(head, GgufType.MAGIC);
        int32(head, GgufType.VERSION);
        int64(head, count);
        int64(head, keyCount);
        head.writeBytes(keys.toByteArray());
        long offset = 0;
        for (int i = 0; i < tensors.size(); i++) {
            list(head, names.get(i), tensors.get(i).dtype(), tensors.get(i).shape(), offset);
            offset = align(offset + bytes(tensors.get(i)));
        }
        list(head, GgufTensors.CHECKSUMS, DType.INT32, Shape.of(count), offset);
        CRC32C crc = new CRC32C();
        CheckedOutputStream out = new CheckedOutputStream(new BufferedOutputStream(target, COPY_BYTES), crc);
        int[] checksums = new int[count];
        head.writeTo(out);
        pad(out, head.size());
        checksums[0] = (int) crc.getValue();
        for (int i = 0; i < tensors.size(); i++) {
            crc.reset();
            writeValues(out, tensors.get(i));
            pad(out, bytes(tensors.get(i)));
            checksums[i + 1] = (int) crc.getValue();
        }
        writeValues(out, TensorData.of(DType.INT32, Shape.of(count), checksums));
        pad(out, (long) Integer.BYTES * count);
        out.flush();
    }

    /** Adds a tensor to the list of tensors. */
    private static void list(ByteArrayOutputStream head, String name, DType type, Shape shape, long offset) {
        List<Integer> dims = shape.dims();
        if (dims.size() > GgufType.MAX_AXES || dims.isEmpty()) {
            dims = List.of(Math.toIntExact(shape.size()));
        }
        string(head, name);
        int32(head, dims.size());
        dims.reversed().forEach(dim -> int64(head, dim));
        int32(head, switch (type) {
            case FLOAT32 -> GgufType.TENSOR_F32;
            case INT32 -> GgufType.TENSOR_I32;
            case INT64 -> GgufType.TENSOR_I64;
            case BOOL -> GgufType.TENSOR_I8;
            case STRING -> throw new IllegalArgumentException(name + " holds strings");
        });
        int64(head, offset);
    }

    private static long bytes(TensorData data) {
        return data.shape().size() * (data.dtype() == DType.BOOL ? 1 : data.dtype().bytes());
    }

    private static void writeValues(OutputStream out, TensorData data) throws IOException {
        if (data.dtype() == DType.BOOL) {
            for (int value : data.toInts()) {
                out.write(value);
            }
            return;
        }
        MemorySegment values = data.values();
        byte[] part = new byte[(int) Math.min(COPY_BYTES, values.byteSize())];
        for (long at = 0; at < values.byteSize(); at += part.length) {
            int count = (int) Math.min(part.length, values.byteSize() - at);
            MemorySegment.copy(values, ValueLayout.JAVA_BYTE, at, part, 0, count);
            out.write(part, 0, count);
        }
    }

    private static long align(long offset) {
        return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void pad(OutputStream out, long written) throws IOException {
        out.write(new byte[(int) (align(written) - written)]);
    }

    private static void string(ByteArrayOutputStream out, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        int64(out, text.length);
        out.writeBytes(text);
    }

    private static void int32(ByteArrayOutputStream out, int value) {
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    private static void int64(ByteArrayOutputStream out, long value) {
        out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }
}
