package lanewise.trust.fuzz;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Changes fields of a message of protobuf at any depth; lengths are written anew. */
final class ProtoDamage {
    private static final int MOST_DEPTH = 12;

    private ProtoDamage() {}

    /** A field: a number, or bytes where its type has a length. */
    private record Field(int number, int type, long value, byte[] bytes) {
        Field with(long other) {
            return new Field(number, type, other, bytes);
        }

        Field with(byte[] other) {
            return new Field(number, type, value, other);
        }
    }

    /** The fields of a message, or null if the bytes are none. */
    private static List<Field> parse(byte[] bytes) {
        List<Field> fields = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int number = WireFormat.getTagFieldNumber(tag);
                int type = WireFormat.getTagWireType(tag);
                switch (type) {
                    case WireFormat.WIRETYPE_VARINT -> fields.add(new Field(number, type, in.readRawVarint64(), null));
                    case WireFormat.WIRETYPE_FIXED64 -> fields.add(new Field(number, type, in.readFixed64(), null));
                    case WireFormat.WIRETYPE_FIXED32 -> fields.add(new Field(number, type, in.readFixed32(), null));
                    case WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                        fields.add(new Field(number, type, 0, in.readByteArray()));
                    default -> {
                        return null;
                    }
                }
            }
            return fields.isEmpty() ? null : fields;
        } catch (IOException e) {
            return null;
        }
    }

    private static byte[] write(List<Field> fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            for (Field field : fields) {
                out.writeTag(field.number(), field.type());
                switch (field.type()) {
                    case WireFormat.WIRETYPE_VARINT -> out.writeUInt64NoTag(field.value());
                    case WireFormat.WIRETYPE_FIXED64 -> out.writeFixed64NoTag(field.value());
                    case WireFormat.WIRETYPE_FIXED32 -> out.writeFixed32NoTag((int) field.value());
                    default -> out.writeByteArrayNoTag(field.bytes());
                }
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] of(byte[] bytes, Script script) {
        byte[] damaged = bytes;
        int changes = 1 + script.below(3);
        for (int i = 0; i < changes; i++) {
            damaged = message(damaged, script, 0);
        }
        return damaged;
    }

    private static byte[] message(byte[] bytes, Script script, int depth) {
        List<Field> fields = depth < MOST_DEPTH ? parse(bytes) : null;
        if (fields == null) {
            return JsonDamage.fits(bytes) ? JsonDamage.of(bytes, script)
                    : bytes.length == 0 || script.oneIn(4) ? text(script) : ByteDamage.of(bytes, script);
        }
        int at = script.below(fields.size());
        Field field = fields.get(at);
        switch (script.below(12)) {
            case 0 -> fields.remove(at);
            case 1 -> fields.add(script.below(fields.size()), field);
            case 2 -> {
                Field other = fields.get(script.below(fields.size()));
                fields.set(at, new Field(field.number(), other.type(), other.value(), other.bytes()));
            }
            case 3 -> fields.set(at, new Field(1 + script.below(30), field.type(), field.value(), field.bytes()));
            case 4 -> fields.set(at, new Field(field.number(), WireFormat.WIRETYPE_VARINT, script.edge(), null));
            default -> fields.set(at, field.bytes() == null
                    ? field.with(script.oneIn(2) ? script.edge() : field.value() + script.below(5) - 2)
                    : field.with(message(field.bytes(), script, depth + 1)));
        }
        return write(fields);
    }

    private static byte[] text(Script script) {
        return script.one("", "x", "LSTM", "Reshape", "Loop", "axes", "..", "seq_len").getBytes(
                StandardCharsets.UTF_8);
    }
}
