package lanewise.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lanewise.error.ModelFileException;
import lanewise.error.UnsupportedModelException;
import lanewise.files.ExternalFile;
import lanewise.format.PlainFile;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.onnx.proto.StringStringEntryProto;
import lanewise.onnx.proto.TensorProto;
import lanewise.spec.DType;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * A value that is known when the graph is read. Numbers are held as doubles, which hold every value of the types that
 * are read but large 64-bit integers ({@link #held(long)}); among sizes, names of sizes that only the call knows
 * ({@link OnnxValue#ROWS}) may stand.
 *
 * @param type   ONNX's number of its type
 * @param dims   its sizes
 * @param values as many numbers, row-major; empty for texts
 */
record OnnxTensor(int type, int[] dims, double[] values) implements OnnxValue {
    static final int FLOAT = 1;
    static final int UINT8 = 2;
    static final int INT8 = 3;
    static final int UINT16 = 4;
    static final int INT16 = 5;
    static final int INT32 = 6;
    static final int INT64 = 7;
    static final int BOOL = 9;
    static final int FLOAT16 = 10;
    static final int DOUBLE = 11;
    static final int UINT32 = 12;
    static final int UINT64 = 13;
    static final int BFLOAT16 = 16;
    /** Names of the types by number (TensorProto.DataType). */
    private static final List<String> NAMES = List.of("undefined", "float32", "uint8", "int8", "uint16", "int16",
            "int32", "int64", "string",
            "bool", "float16", "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16");
    private static final Map<Integer, Integer> WIDTHS = Map.ofEntries(Map.entry(FLOAT, 4), Map.entry(UINT8, 1),
            Map.entry(INT8, 1),
            Map.entry(UINT16, 2), Map.entry(INT16, 2), Map.entry(INT32, 4), Map.entry(INT64, 8), Map.entry(BOOL, 1),
            Map.entry(FLOAT16, 2), Map.entry(DOUBLE, 8), Map.entry(UINT32, 4), Map.entry(UINT64, 8),
            Map.entry(BFLOAT16, 2));
    private static final int EXTERNAL = 1;
    /** The largest integer of 64 bits without a sign, rounded. */
    private static final double LARGEST = 0x1p64;
    private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

    static String typeName(int type) {
        return type >= 0 && type < NAMES.size() ? NAMES.get(type) : "number " + type;
    }

    /** What the engine takes values of a type for; null for a type that is not read. */
    static DType kind(int type) {
        return switch (type) {
            case FLOAT, FLOAT16, DOUBLE, BFLOAT16 -> DType.FLOAT32;
            case BOOL -> DType.BOOL;
            case UINT8, INT8, UINT16, INT16, INT32, INT64, UINT32, UINT64 -> DType.INT32;
            default -> null;
        };
    }

    DType kind() {
        return kind(type);
    }

    /** Whether a type of integers has a number. */
    static boolean holds(int type, double number) {
        int bits = WIDTHS.get(type) * Byte.SIZE;
        boolean signed = type == INT8 || type == INT16 || type == INT32 || type == INT64;
        return number >= (signed ? -Math.pow(2, bits - 1) : 0) && number < Math.pow(2, signed ? bits - 1 : bits);
    }

    static OnnxTensor of(int type, double value) {
        return new OnnxTensor(type, new int[0], new double[] {value});
    }

    static OnnxTensor sizes(int... sizes) {
        return new OnnxTensor(INT64, new int[] {sizes.length}, Arrays.stream(sizes).asDoubleStream().toArray());
    }

    boolean isSingle() {
        return values.length == 1;
    }

    /** Whether names of sizes that only the call knows stand in it. */
    boolean hasSymbols() {
        return kind() == DType.INT32 && Arrays.stream(values).anyMatch(OnnxValue::isSymbol);
    }

    /**
     * An integer of a file as a double. One that no double holds is as good as infinite where it says how far to go,
     * and {@link #whole} refuses it as a number.
     */
    static double held(long value) {
        double nearest = value;
        return (long) nearest == value ? nearest : value < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }

    /** The same of an integer without a sign; the largest is as good as none, too, where it says how far to go. */
    private static double unsigned(long value) {
        return value >= 0 ? held(value) : value == -1 ? LARGEST : Double.POSITIVE_INFINITY;
    }

    /** A number as the integer that it is. */
    static long whole(double value) {
        if (Double.isInfinite(value) || value == LARGEST) {
            throw new Unsupported("it computes with an integer of more than 53 bits, of which not all digits are kept");
        }
        return (long) value;
    }

    /** Refuses integers of more than 32 bits, which a call has not; the limits of a type stand for none at all. */
    void needExact() {
        if (hasSymbols()) {
            throw new Unsupported("it computes with " + OnnxValue.text(dims) + " sizes that only the call knows; "
                    + "give the input fixed sizes (--shape NAME=1x5, or before exporting)");
        }
        for (double value : kind() == DType.INT32 ? values : new double[0]) {
            long number = value == LARGEST ? Long.MAX_VALUE : whole(value);
            if (number != (int) number && number != Long.MAX_VALUE && number != Long.MIN_VALUE) {
                throw new Unsupported("it computes with the integer " + number
                        + ", which has more digits than a call keeps (32 bits)");
            }
        }
    }

    /** The same for an operation, which may compare with the limits of a type, but not compute with them. */
    void needWithin(PairOp op) {
        needExact();
        boolean compares = op.isTruth() || op == PairOp.MAXIMUM || op == PairOp.MINIMUM;
        if (!compares && kind() == DType.INT32 && Arrays.stream(values).anyMatch(v -> v != (int) v)) {
            throw new Unsupported("it computes with the largest or smallest integer of 64 bits, supported are "
                    + "integers of 32 bits");
        }
    }

    /** Whether each number is one of 32 bits as a float. */
    boolean isFloat() {
        return Arrays.stream(values).allMatch(v -> (float) v == v && v >= Integer.MIN_VALUE && v <= Integer.MAX_VALUE);
    }

    /** The numbers as floats. */
    OnnxTensor asFloats() {
        return kind() == DType.FLOAT32 ? this : new OnnxTensor(FLOAT, dims, values);
    }

    /** The numbers as integers. */
    long[] longs() {
        return Arrays.stream(values).mapToLong(v -> (long) v).toArray();
    }

    int[] ints() {
        return Arrays.stream(values).mapToInt(v -> Math.clamp((long) v, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .toArray();
    }

    float[] floats() {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    OnnxTensor reshaped(int... newDims) {
        return new OnnxTensor(type, newDims, values);
    }

    /** The numbers with sizes of the graph that is being built. */
    TensorData data(int... builtDims) {
        return switch (kind()) {
            case FLOAT32 -> TensorData.of(Shape.of(builtDims), floats());
            default -> TensorData.of(kind(), Shape.of(builtDims), ints());
        };
    }

    /** The same with axes in another order. */
    OnnxTensor transposed(int... order) {
        int[] to = new int[dims.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = dims[order[i]];
        }
        int[] strides = strides(dims);
        double[] result = new double[values.length];
        int[] at = new int[to.length];
        for (int i = 0; i < result.length; i++) {
            int from = 0;
            for (int axis = 0; axis < to.length; axis++) {
                from += at[axis] * strides[order[axis]];
            }
            result[i] = values[from];
            for (int axis = to.length - 1; axis >= 0 && ++at[axis] == to[axis]; axis--) {
                at[axis] = 0;
            }
        }
        return new OnnxTensor(type, to, result);
    }

    /** The nearest number of bfloat16, halves to the even one. */
    static float bfloat16(float x) {
        int bits = Float.floatToRawIntBits(x);
        return Float.isNaN(x) ? x : Float.intBitsToFloat(bits + 0x7fff + (bits >>> Short.SIZE & 1) & 0xffff0000);
    }

    static int[] strides(int[] dims) {
        int[] strides = new int[dims.length];
        int stride = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= dims[i];
        }
        return strides;
    }

    /** One of the first axis. */
    OnnxTensor part(int index) {
        int[] rest = Arrays.copyOfRange(dims, 1, dims.length);
        int size = values.length / Math.max(1, dims[0]);
        return new OnnxTensor(type, rest, Arrays.copyOfRange(values, index * size, (index + 1) * size));
    }

    /**
     * Reads a tensor of a file.
     *
     * @param file  the model's file, beside which other files of numbers lie
     * @param proto the tensor
     * @throws ModelFileException if it is damaged, too large, or of a type that is not read
     */
    static OnnxTensor read(Path file, TensorProto proto) {
        String where = file + ": tensor '" + proto.getName() + "'";
        int type = proto.getDataType();
        if (!WIDTHS.containsKey(type)) {
            throw new UnsupportedModelException(
                    List.of("tensor '" + proto.getName() + "' has the type " + typeName(type)
                            + ", supported are floats, integers and bool"));
        }
        double count = 1;
        int[] dims = new int[proto.getDimsCount()];
        for (int i = 0; i < dims.length; i++) {
            long dim = proto.getDims(i);
            count *= dim;
            if (dim < 0 || dim > MAX_BYTES || count > MAX_BYTES / Double.BYTES) {
                throw new ModelFileException(
                        where + " has the sizes " + proto.getDimsList() + ", which are negative or too large");
            }
            dims[i] = (int) dim;
        }
        double[] values;
        if (proto.getDataLocation() == EXTERNAL) {
            values = fromBytes(where, type, (int) count, external(file, where, proto));
        } else if (!proto.getRawData().isEmpty()) {
            values = fromBytes(where, type, (int) count, proto.getRawData().asReadOnlyByteBuffer());
        } else {
            values = typed(type, proto);
        }
        if (values.length != (int) count) {
            throw new ModelFileException(
                    where + " of the sizes " + proto.getDimsList() + " has " + values.length + " numbers");
        }
        return new OnnxTensor(type, dims, values);
    }

    /** Bytes in another file beside the model (docs/ExternalData.md of ONNX). */
    private static ByteBuffer external(Path file, String where, TensorProto proto) {
        Map<String, String> keys = new HashMap<>();
        for (StringStringEntryProto entry : proto.getExternalDataList()) {
            keys.put(entry.getKey(), entry.getValue());
        }
        Path data = ExternalFile.resolve(file, keys.getOrDefault("location", ""));
        try (PlainFile bytes = PlainFile.open(data)) {
            long offset = Long.parseLong(keys.getOrDefault("offset", "0"));
            long length = Long.parseLong(keys.getOrDefault("length", String.valueOf(bytes.size() - offset)));
            if (offset < 0 || length < 0 || length > MAX_BYTES || offset > bytes.size()
                    || length > bytes.size() - offset) {
                throw new ModelFileException(
                        where + " lies at " + offset + " with " + length + " bytes, but " + data + " has "
                                + bytes.size());
            }
            return ByteBuffer.wrap(bytes.read(offset, length));
        } catch (NumberFormatException e) {
            throw new ModelFileException(where + " lies at " + keys + ", expected numbers", e);
        }
    }

    private static double[] fromBytes(String where, int type, int count, ByteBuffer given) {
        ByteBuffer bytes = given.order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() != (long) count * WIDTHS.get(type)) {
            throw new ModelFileException(
                    where + " has " + bytes.remaining() + " bytes, expected " + (long) count * WIDTHS.get(type));
        }
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (type) {
                case FLOAT -> bytes.getFloat();
                case DOUBLE -> bytes.getDouble();
                case UINT8 -> bytes.get() & 0xff;
                case BOOL -> bytes.get() == 0 ? 0 : 1;
                case INT8 -> bytes.get();
                case INT16 -> bytes.getShort();
                case UINT16 -> bytes.getShort() & 0xffff;
                case INT32 -> bytes.getInt();
                case UINT32 -> bytes.getInt() & 0xffffffffL;
                case FLOAT16 -> Float.float16ToFloat(bytes.getShort());
                case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort() << Short.SIZE);
                case UINT64 -> unsigned(bytes.getLong());
                default -> held(bytes.getLong());
            };
        }
        return values;
    }

    private static double[] typed(int type, TensorProto proto) {
        return switch (type) {
            case FLOAT -> proto.getFloatDataList().stream().mapToDouble(Float::doubleValue).toArray();
            case DOUBLE -> proto.getDoubleDataList().stream().mapToDouble(Double::doubleValue).toArray();
            case INT64 -> proto.getInt64DataList().stream().mapToDouble(OnnxTensor::held).toArray();
            case UINT32, UINT64 -> proto.getUint64DataList().stream().mapToDouble(OnnxTensor::unsigned).toArray();
            case FLOAT16 ->
                proto.getInt32DataList().stream().mapToDouble(i -> Float.float16ToFloat(i.shortValue())).toArray();
            case BFLOAT16 ->
                proto.getInt32DataList().stream().mapToDouble(i -> Float.intBitsToFloat(i << Short.SIZE)).toArray();
            default -> proto.getInt32DataList().stream().mapToDouble(Integer::doubleValue).toArray();
        };
    }

    @Override
    public String toString() {
        return typeName(type) + OnnxValue.text(dims) + (values.length <= 8 ? Arrays.toString(values) : "");
    }
}
