package lanewise.trust.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Damages a file by its kind, which its first bytes tell. */
final class Damage {
    private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F'};
    /** What the parts of an HDF5 file begin with. */
    private static final List<String> HDF5_PARTS = List.of("TREE", "HEAP", "SNOD", "OHDR", "GCOL", "FRHP", "BTHD");

    private Damage() {}

    static byte[] of(byte[] bytes, Script script) {
        if (bytes.length == 0 || script.oneIn(12)) {
            return bytes.length == 0 ? new byte[script.below(20)] : ByteDamage.of(bytes, script);
        }
        if (starts(bytes, new byte[] {'P', 'K', 3, 4})) {
            return ArchiveDamage.of(bytes, script);
        } else if (starts(bytes, HDF5)) {
            return hdf5(bytes, script);
        } else if (starts(bytes, new byte[] {'G', 'G', 'U', 'F'})) {
            return GgufDamage.of(bytes, script);
        } else if (JsonDamage.fits(bytes)) {
            return JsonDamage.of(bytes, script);
        } else if (bytes.length > 10 && bytes[8] == '{' && bytes[7] == 0) {
            return safetensors(bytes, script);
        } else if (bytes[0] < 0 || bytes[0] == '(' || starts(bytes, new byte[] {'c', 'k'})) {
            // a pickle, or numpy's array
            return ByteDamage.of(bytes, script);
        }
        return ProtoDamage.of(bytes, script);
    }

    private static boolean starts(byte[] bytes, byte[] with) {
        return bytes.length >= with.length && Arrays.equals(bytes, 0, with.length, with, 0, with.length);
    }

    /** Changes the JSON in front of the arrays, whose length is written anew. */
    private static byte[] safetensors(byte[] bytes, Script script) {
        long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > bytes.length - 8) {
            return ByteDamage.of(bytes, script);
        }
        int end = 8 + (int) length;
        byte[] header = JsonDamage.of(Arrays.copyOfRange(bytes, 8, end), script);
        byte[] damaged = ByteDamage.splice(bytes, 8, end - 8, header);
        ByteDamage.number(damaged, 0, 8, header.length, false);
        return damaged;
    }

    /** Changes the configuration in an attribute, which keeps its length, or a part of the file's structure. */
    private static byte[] hdf5(byte[] bytes, Script script) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int json = text.indexOf("{\"");
        if (json > 0 && script.below(3) > 0) {
            int end = json;
            while (end < bytes.length && bytes[end] != 0) {
                end++;
            }
            byte[] changed = JsonDamage.of(Arrays.copyOfRange(bytes, json, end), script);
            if (changed.length <= end - json) {
                byte[] damaged = bytes.clone();
                Arrays.fill(damaged, json, end, (byte) ' ');
                System.arraycopy(changed, 0, damaged, json, changed.length);
                return damaged;
            }
        }
        List<Integer> parts = new ArrayList<>(List.of(0));
        for (String part : HDF5_PARTS) {
            for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 4)) {
                parts.add(at);
            }
        }
        if (script.oneIn(3)) {
            return ByteDamage.of(bytes, script);
        }
        int from = parts.get(script.below(parts.size()));
        return ByteDamage.of(bytes, from, Math.min(bytes.length, from + 160), script);
    }
}
