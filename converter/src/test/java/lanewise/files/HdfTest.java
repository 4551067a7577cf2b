package lanewise.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import lanewise.error.ModelFileException;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import org.junit.jupiter.api.Test;
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

    /** An array of a file in memory is a view of its bytes, one of a mapped file is copied once. */
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
}
