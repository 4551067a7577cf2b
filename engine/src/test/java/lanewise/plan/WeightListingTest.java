package lanewise.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lanewise.spec.Shape;
import lanewise.spec.WeightFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What matrices take in each format, and where they fit. */
class WeightListingTest {
    private static final Caches CACHES = new Caches(List.of(32L << 10, 1L << 20, 32L << 20), true);

    @TempDir
    private Path folder;

    private void cache(String name, String level, String type, String size) throws IOException {
        Path cache = Files.createDirectories(folder.resolve(name));
        Files.writeString(cache.resolve("level"), level + "\n");
        Files.writeString(cache.resolve("type"), type + "\n");
        Files.writeString(cache.resolve("size"), size + "\n");
    }

    @Test
    void cachesAreReadWhereTheyAreListed() throws IOException {
        assertFalse(Caches.read(folder).known());
        assertFalse(Caches.read(folder.resolve("missing")).known());
        cache("index0", "1", "Data", "48K");
        assertFalse(Caches.read(folder).known(), "a second level is missing");
        cache("index1", "1", "Instruction", "64K");
        cache("index2", "2", "Unified", "2M");
        assertEquals(new Caches(List.of(48L << 10, 2L << 20, 2L << 20), true), Caches.read(folder));
        cache("index3", "3", "Unified", "36864K");
        Caches all = Caches.read(folder);
        assertEquals("caches of this machine: L1 48 KB, L2 2 MB, L3 36 MB", all.toString());
        assertEquals(List.of(0, 1, 1, 2, 3), List.of(all.level(48 << 10), all.level((48 << 10) + 1),
                all.level(2 << 20), all.level(36 << 20), all.level(37 << 20)));
        cache("index3", "three", "Unified", "36864K");
        assertFalse(Caches.read(folder).known());
    }

    @Test
    void bytesAreThoseOfTheWords() {
        WeightMatrix odd = new WeightMatrix("a", "kernel", Shape.of(3, 5, 7), WeightFormat.INT16, false);
        assertEquals(4 * 15 * 7, odd.bytes(WeightFormat.FLOAT32));
        assertEquals(4 * 8 * 7, odd.bytes(WeightFormat.BFLOAT16));
        assertEquals(4 * 8 * 7 + 4 * 7, odd.bytes(WeightFormat.INT16));
    }

    @Test
    void layersAreListedInEachFormat() {
        WeightListing listing = new WeightListing(List.of(
                new WeightMatrix("embedding", "embeddings", Shape.of(1000, 32), WeightFormat.FLOAT32, true),
                new WeightMatrix("lstm/cell", "kernel", Shape.of(32, 1024), WeightFormat.INT16, false),
                new WeightMatrix("lstm/cell", "recurrent_kernel", Shape.of(256, 1024), WeightFormat.INT16, false)),
                CACHES);
        List<String> lines = listing.lines();
        assertEquals(6, lines.size(), lines.toString());
        assertEquals("embedding  125 KB L2, looked up *     62 KB L2, looked up        62 KB L2, looked up",
                lines.get(2));
        // 288 x 1024 weights: 1.1 MB at 80 GB/s, 0.6 MB at 105 GB/s, and as many products at 37 a nanosecond
        assertEquals("lstm/cell  1.1 MB L3 14.7 us          576 KB L2 5.6 us           584 KB L2 8.0 us *",
                lines.get(3));
        assertEquals("times are estimates: caches of this machine: L1 32 KB, L2 1 MB, L3 32 MB,", lines.get(4));
        assertTrue(lines.get(5).contains("105 GB/s from L2, 80 GB/s from L3, 25 GB/s from memory"), lines.get(5));
        assertEquals(", float32: embedding, int16: lstm/cell", listing.formats());
        WeightListing none = new WeightListing(List.of(), CACHES);
        assertTrue(none.lines().isEmpty() && none.formats().isEmpty());
    }
}
