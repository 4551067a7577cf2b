package lanewise.trust.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Changes the members of a zip archive; checksums and sizes are written anew. */
final class ArchiveDamage {
    private static final int BOMB_BYTES = 1 << 20;

    private ArchiveDamage() {}

    private record Member(String name, byte[] bytes) {}

    static byte[] of(byte[] bytes, Script script) {
        List<Member> members = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                members.add(new Member(entry.getName(), in.readAllBytes()));
            }
        } catch (IOException | IllegalArgumentException e) {
            return ByteDamage.of(bytes, script);
        }
        if (members.isEmpty()) {
            return ByteDamage.of(bytes, script);
        }
        int at = script.below(members.size());
        Member member = members.get(at);
        switch (script.below(16)) {
            case 0 -> members.remove(at);
            case 1 -> members.add(new Member(member.name() + script.one("", "2", "/", "\u00e9"), member.bytes()));
            case 2 -> members.set(at, new Member(script.one("../config.json", "/", "a/b", "config.json", ""),
                    member.bytes()));
            case 3 -> members.set(at, new Member(member.name(), new byte[script.below(BOMB_BYTES)]));
            default -> members.set(at, new Member(member.name(), Damage.of(member.bytes(), script)));
        }
        try {
            return write(members, script.oneIn(4));
        } catch (ZipException e) {
            // two members of one name
            return ByteDamage.of(bytes, script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] write(List<Member> members, boolean deflated) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Member member : members) {
                ZipEntry entry = new ZipEntry(member.name());
                if (!deflated) {
                    CRC32 sum = new CRC32();
                    sum.update(member.bytes());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(member.bytes().length);
                    entry.setCrc(sum.getValue());
                }
                out.putNextEntry(entry);
                out.write(member.bytes());
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
