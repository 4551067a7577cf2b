package lanewise.convert;

import com.google.protobuf.InvalidProtocolBufferException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.convert.proto.BundleEntry;
import lanewise.convert.proto.BundleHeader;
import lanewise.convert.proto.TensorDim;
import lanewise.error.ModelFileException;
import lanewise.files.ExternalFile;
import lanewise.files.SortedTable;
import lanewise.format.PlainFile;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * A TensorFlow checkpoint: {@code variables.index}, a table of where each tensor lies, beside
 * {@code variables.data-00000-of-00001} and so on with their bytes
 * (tensorflow/core/util/tensor_bundle/tensor_bundle.cc).
 */
final class Checkpoint {
    /** TensorFlow's numbers of types (tensorflow/core/framework/types.proto). */
    private static final int FLOAT = 1;
    private static final int DOUBLE = 2;
    private static final int STRING = 7;
    private static final int BFLOAT16 = 14;
    private static final int HALF = 19;
    private static final int BFLOAT16_BITS = 16;

    private final Path index;
    private final Map<String, byte[]> table;
    private final int shards;
    /** Bytes that arrays may still take: each byte of the files belongs to one. */
    private long left;
    private final Set<Path> counted = new HashSet<>();

    private Checkpoint(Path index) {
        this.index = index;
        try {
            this.table = SortedTable.read(index.toString(), PlainFile.bytes(index));
            BundleHeader header = BundleHeader.parseFrom(table.getOrDefault("", new byte[0]));
            this.shards = header.getNumShards();
            if (header.getEndianness() != 0 || shards < 1) {
                throw new ModelFileException(index + " says it has " + shards + " files of "
                        + (header.getEndianness() == 0 ? "little" : "big")
                        + "-endian numbers, expected some of little-endian ones");
            }
        } catch (InvalidProtocolBufferException e) {
            throw damaged("its header", e);
        }
    }

    static Checkpoint open(Path index) {
        return new Checkpoint(index);
    }

    private ModelFileException damaged(String what, Exception cause) {
        return new ModelFileException(index + ": " + what + " can't be read; the checkpoint is damaged"
                + (cause == null ? "" : " (" + cause.getMessage() + ")"), cause);
    }

    private BundleEntry entry(String key) {
        byte[] value = table.get(key);
        if (value == null) {
            throw new ModelFileException(index + ": there is no tensor '" + key + "' in the checkpoint");
        }
        try {
            return BundleEntry.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw damaged("the entry of '" + key + "'", e);
        }
    }

    private ByteBuffer bytes(String key, BundleEntry entry) {
        String name = index.getFileName().toString().replaceFirst("\\.index$", "")
                + String.format(".data-%05d-of-%05d", entry.getShardId(), shards);
        Path data = ExternalFile.resolve(index, name);
        try (PlainFile file = PlainFile.open(data)) {
            long length = file.size();
            if (entry.getOffset() < 0 || entry.getSize() < 0 || entry.getSize() > Integer.MAX_VALUE - 8
                    || entry.getOffset() > length
                    || entry.getSize() > length - entry.getOffset()) {
                throw new ModelFileException(
                        data + " has " + length + " bytes, but tensor '" + key + "' has " + entry.getSize() + " at "
                                + entry.getOffset() + "; it is truncated or damaged");
            }
            left += counted.add(data) ? length : 0;
            left -= entry.getSize();
            if (left < 0) {
                throw new ModelFileException(
                        data + " has " + length + " bytes, fewer than the tensors in it say they take; it is damaged");
            }
            return ByteBuffer.wrap(file.read(entry.getOffset(), entry.getSize())).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** A text, as TensorFlow writes a tensor of one: its length, a checksum of the length, its bytes. */
    byte[] text(String key) {
        BundleEntry entry = entry(key);
        ByteBuffer bytes = bytes(key, entry);
        int length = 0;
        int shift = 0;
        byte next = -1;
        while (next < 0 && bytes.hasRemaining() && shift < Integer.SIZE) {
            next = bytes.get();
            length |= (next & 0x7f) << shift;
            shift += 7;
        }
        if (entry.getDtype() != STRING || length < 0 || bytes.remaining() != length + Integer.BYTES) {
            throw damaged("the text '" + key + "'", null);
        }
        byte[] text = new byte[length];
        bytes.position(bytes.position() + Integer.BYTES).get(text);
        return text;
    }

    /** An array of floats of any width. */
    TensorData floats(String key) {
        BundleEntry entry = entry(key);
        if (entry.getSlicesCount() > 0) {
            throw new ModelFileException(index + ": tensor '" + key + "' is cut into slices, which Keras does not do");
        }
        int width = switch (entry.getDtype()) {
            case FLOAT -> 4;
            case DOUBLE -> 8;
            case HALF, BFLOAT16 -> 2;
            default ->
                throw new ModelFileException(index + ": tensor '" + key + "' has TensorFlow's type " + entry.getDtype()
                        + ", expected floats");
        };
        List<Integer> dims = new ArrayList<>();
        for (TensorDim dim : entry.getShape().getDimList()) {
            dims.add(Math.clamp(dim.getSize(), -1, Integer.MAX_VALUE));
        }
        double count = dims.stream().mapToDouble(dim -> dim).reduce(1, (a, b) -> a * b);
        if (dims.contains(-1) || count * width != entry.getSize()) {
            throw new ModelFileException(
                    index + ": tensor '" + key + "' of the shape " + dims + " has " + entry.getSize() + " bytes");
        }
        ByteBuffer bytes = bytes(key, entry);
        if (!SortedTable.isChecksum(entry.getCrc32C(), bytes)) {
            throw damaged("tensor '" + key + "', whose checksum is wrong,", null);
        }
        Shape shape = new Shape(dims);
        if (entry.getDtype() == FLOAT) {
            return new TensorData(DType.FLOAT32, shape, MemorySegment.ofBuffer(bytes).asReadOnly(), List.of());
        }
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (entry.getDtype()) {
                case DOUBLE -> (float) bytes.getDouble();
                case HALF -> Float.float16ToFloat(bytes.getShort());
                default -> Float.intBitsToFloat(bytes.getShort() << BFLOAT16_BITS);
            };
        }
        return TensorData.of(shape, values);
    }
}
