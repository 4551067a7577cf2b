package lanewise.trust.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Changes keys and tensors of a GGUF file; counts, lengths and alignment are written anew. */
final class GgufDamage {
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int[] SIZES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    private static final int ALIGNMENT = 64;

    private final List<Entry> keys = new ArrayList<>();
    private final List<Entry> tensors = new ArrayList<>();
    private byte[] data;

    private GgufDamage() {}

    /** A key with its type and value, or a tensor with what stands behind its name. */
    private record Entry(byte[] name, byte[] value) {}

    static byte[] of(byte[] bytes, Script script) {
        GgufDamage file = new GgufDamage();
        try {
            file.read(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return ByteDamage.of(bytes, script);
        }
        int changes = 1 + script.below(3);
        for (int i = 0; i < changes; i++) {
            file.change(script);
        }
        return file.write();
    }

    private void read(ByteBuffer in) {
        in.position(8);
        long tensorCount = in.getLong();
        long keyCount = in.getLong();
        for (long i = 0; i < keyCount; i++) {
            byte[] name = text(in);
            int from = in.position();
            skip(in, in.getInt());
            keys.add(new Entry(name, slice(in, from)));
        }
        for (long i = 0; i < tensorCount; i++) {
            byte[] name = text(in);
            int from = in.position();
            int axes = in.getInt();
            in.position(in.position() + 8 * axes + 12);
            tensors.add(new Entry(name, slice(in, from)));
        }
        in.position(Math.min(in.limit(), (in.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT));
        data = new byte[in.remaining()];
        in.get(data);
    }

    private static byte[] slice(ByteBuffer in, int from) {
        return Arrays.copyOfRange(in.array(), from, in.position());
    }

    private static byte[] text(ByteBuffer in) {
        byte[] text = new byte[length(in)];
        in.get(text);
        return text;
    }

    private static int length(ByteBuffer in) {
        long length = in.getLong();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("length " + length);
        }
        return (int) length;
    }

    private static void skip(ByteBuffer in, int type) {
        if (type == STRING) {
            text(in);
        } else if (type == ARRAY) {
            int of = in.getInt();
            int count = length(in);
            for (int i = 0; i < count; i++) {
                skip(in, of);
            }
        } else {
            in.position(in.position() + SIZES[type]);
        }
    }

    private void change(Script script) {
        boolean ofKey = tensors.isEmpty() || script.below(4) > 0;
        List<Entry> list = ofKey ? keys : tensors;
        if (list.isEmpty()) {
            return;
        }
        int at = script.below(list.size());
        Entry entry = list.get(at);
        switch (script.below(10)) {
            case 0 -> list.remove(at);
            case 1 -> list.add(new Entry(ByteDamage.of(entry.name(), script), entry.value()));
            case 2 -> list.set(at, new Entry(entry.name(), list.get(script.below(list.size())).value()));
            case 3 -> list.set(at, new Entry(entry.name(), ByteDamage.of(entry.value(), script)));
            case 4 -> data = ByteDamage.of(data, script);
            default -> {
                byte[] value = entry.value().clone();
                // most values are words of four bytes, behind the type, or the sizes of a tensor
                int word = 4 * script.below(Math.max(1, value.length / 4));
                ByteDamage.number(value, word, script.one(4, 8), script.edge(), false);
                list.set(at, new Entry(entry.name(), value));
            }
        }
    }

    private byte[] write() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putInt(3).putLong(tensors.size())
                .putLong(keys.size()).array());
        for (List<Entry> list : List.of(keys, tensors)) {
            for (Entry entry : list) {
                out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(entry.name().length)
                        .array());
                out.writeBytes(entry.name());
                out.writeBytes(entry.value());
            }
        }
        out.writeBytes(new byte[(ALIGNMENT - out.size() % ALIGNMENT) % ALIGNMENT]);
        int start = out.size();
        out.writeBytes(data);
        return withChecksums(out.toByteArray(), start);
    }

    /** Makes the checksums right, as far as tensors lie in the file: else only the checksums would be tested. */
    private byte[] withChecksums(byte[] file, int start) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long from = 0;
        long to = start;
        for (int i = 0; i < tensors.size(); i++) {
            long at = start + offset(tensors.getLast()) + 4L * i;
            if (from < 0 || to < from || to > file.length || at < start || at > file.length - 4) {
                return file;
            }
            CRC32C crc = new CRC32C();
            crc.update(file, (int) from, (int) (to - from));
            bytes.putInt((int) at, (int) crc.getValue());
            from = start + offset(tensors.get(i));
            to = i + 1 < tensors.size() ? start + offset(tensors.get(i + 1)) : from;
        }
        return file;
    }

    /** Where a tensor begins behind the head: the last eight bytes of its entry. */
    private static long offset(Entry tensor) {
        int end = tensor.value().length;
        return end < Long.BYTES ? 0
                : ByteBuffer.wrap(tensor.value()).order(ByteOrder.LITTLE_ENDIAN).getLong(end - Long.BYTES);
    }
}
