package lanewise.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import lanewise.error.ModelFileException;

/** Makes the checksums of a changed file right, so that tests come to what lies behind them. */
final class Checksums {
    private Checksums() {}

    /** Writes bytes whose checksums are made right as far as their head can be read. */
    static void write(Path path, byte[] bytes) throws IOException {
        Files.write(path, bytes);
        try (PlainFile file = PlainFile.open(path)) {
            GgufReader head = new GgufReader(file);
            List<GgufReader.Place> places = head.places();
            ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            int last = places.isEmpty() ? bytes.length : (int) places.getLast().at();
            if (last < 0 || last + 4L * places.size() > bytes.length) {
                return;
            }
            all.putInt(last, head.checksum());
            for (int i = 0; i < places.size() - 1; i++) {
                CRC32C crc = new CRC32C();
                long begin = places.get(i).at();
                crc.update(bytes, (int) begin, (int) Math.max(0, places.get(i + 1).at() - begin));
                all.putInt(last + 4 * (i + 1), (int) crc.getValue());
            }
            Files.write(path, bytes);
        } catch (ModelFileException e) {
            // it has no head whose tensors could be checked
            return;
        }
    }
}
