package lanewise.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import lanewise.error.ModelFileException;
import lanewise.format.PlainFile;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class HdfTest {
    private static final int COUNT = 1 << 20;

    @TempDir
    private Path folder;

    private Path write(Object data) {
        Path file = folder.resolve("arrays.h5");
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            hdf.putDataset("x", data);
        }
        return file;
    }

    /** An array of a file in memory is a view of its bytes, one of a file on disk is read once. */
    @Test
    void floatsAreCopiedOnceAtMost() throws IOException {
        float[][] values = new float[2][COUNT / 2];
        values[1][3] = 5.5f;
        Path file = write(values);
        byte[] bytes = Files.readAllBytes(file);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int copies = 0; copies < 2; copies++) {
            try (Hdf hdf = copies == 0 ? Hdf.open("arrays", bytes) : Hdf.open(file)) {
                hdf.floats("x");
                long before = threads.getCurrentThreadAllocatedBytes();
                TensorData x = hdf.floats("x");
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                assertTrue(allocated < (copies + 0.5) * COUNT * Float.BYTES, allocated + " bytes allocated");
                assertTrue(x.shape().equals(Shape.of(2, COUNT / 2)) && x.toFloats()[COUNT / 2 + 3] == 5.5f);
            }
        }
    }

    @Test
    void doublesBecomeFloats() {
        try (Hdf hdf = Hdf.open(write(new double[] {1.5, -2}))) {
            assertArrayEquals(new float[] {1.5f, -2}, hdf.floats("x").toFloats());
        }
    }

    @Test
    void integersAreRefused() {
        try (Hdf hdf = Hdf.open(write(new int[] {1}))) {
            String message = assertThrows(ModelFileException.class, () -> hdf.floats("x")).getMessage();
            assertTrue(message.contains("dataset x holds int"), message);
        }
    }

    /** What a few bytes of file link to many times would fill any memory. */
    @Test
    void arraysThatAreReadAgainAndAgainAreRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(write(new float[COUNT]));
        try (Hdf hdf = Hdf.open("arrays", bytes)) {
            String message = assertThrows(ModelFileException.class, () -> {
                for (int i = 0; i < 5; i++) {
                    hdf.floats("x");
                }
            }).getMessage();
            assertTrue(message.contains("links to the same ones many times"), message);
        }
    }

    @Test
    void linksAreRefusedBeforeTheyAreFollowed() throws IOException {
        Path file = folder.resolve("links.h5");
        try (InputStream in = HdfTest.class.getResourceAsStream("/hdf/links.h5")) {
            Files.copy(in, file);
        }
        try (Hdf hdf = Hdf.open(file)) {
            for (String link : new String[] {"outside", "soft"}) {
                for (Executable read : new Executable[] {() -> hdf.has(link), () -> hdf.floats(link),
                    () -> hdf.children(link), () -> hdf.string(link, "a"), () -> hdf.has(link + "/x")}) {
                    String message = assertThrows(ModelFileException.class, read).getMessage();
                    assertTrue(message.contains("holds a link at " + link), message);
                }
            }
        }
    }

    @Test
    void aFileCutAfterItWasOpenedIsRefused() throws IOException {
        Path file = write(new float[COUNT]);
        long whole = Files.size(file);
        try (Hdf hdf = Hdf.open(file); FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertTrue(hdf.has("x"));
            channel.truncate(COUNT);
            String message = assertThrows(ModelFileException.class, () -> hdf.floats("x")).getMessage();
            assertTrue(message.contains("was cut while it was read: it has " + COUNT + " bytes, it had " + whole),
                    message);
        }
    }

    @Test
    void safetensorsCutAfterTheyWereOpenedAreRefused() throws IOException {
        byte[] header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1000],\"data_offsets\":[0,4000]}}"
                .getBytes(StandardCharsets.US_ASCII);
        Path path = Files.write(folder.resolve("a.safetensors"),
                ByteBuffer.allocate(8 + header.length + 4000).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length)
                        .put(header).array());
        assertEquals(Shape.of(1000), Safetensors.read(path).get("a").shape());
        for (int length : new int[] {2, 20, 8 + header.length, 3000}) {
            try (PlainFile file = PlainFile.open(path);
                    FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                byte[] whole = Files.readAllBytes(path);
                channel.truncate(length);
                String message = assertThrows(ModelFileException.class, () -> Safetensors.read(file)).getMessage();
                assertTrue(message.contains("was cut while it was read: it has " + length + " bytes"), message);
                Files.write(path, whole);
            }
        }
    }
}
