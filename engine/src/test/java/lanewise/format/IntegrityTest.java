package lanewise.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import lanewise.Model;
import lanewise.TestModels;
import lanewise.error.ModelFileException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is not what was written, or that changes while it is read, is refused with a message. */
class IntegrityTest {
    private static final String CUT = "was cut while it was read: it has 1000 bytes, it had ";

    @TempDir
    private Path folder;

    private Path write(int units) {
        TestModels models = new TestModels(3);
        models.array("dense/kernel", 7, units);
        models.array("dense/bias", units);
        ModelSpec spec = TestModels.chain(TestModels.floats(new int[] {-1, 7}), new CoreLayer.Dense("dense", units,
                Activation.TANH, true));
        Path file = folder.resolve("model.gguf");
        ModelFile.write(file, spec, models.weights(), new Examples(List.of(new Example(false,
                List.of(TensorData.of(Shape.of(1, 7), new float[7])),
                List.of(TensorData.of(Shape.of(1, units), new float[units])))), 1, 1));
        return file;
    }

    private static String refused(Path file) {
        return assertThrows(ModelFileException.class,
                () -> Model.open(file, ModelOptions.DEFAULT.withWarmUpThread(false)).close()).getMessage();
    }

    @Test
    void noByteCanChangeUnnoticed() throws IOException {
        byte[] whole = Files.readAllBytes(write(3));
        Path file = folder.resolve("changed.gguf");
        for (int i = 0; i < whole.length; i++) {
            for (int change : new int[] {1 << i % 8, 0xff}) {
                byte[] bytes = whole.clone();
                bytes[i] ^= (byte) change;
                Files.write(file, bytes);
                assertTrue(refused(file).length() > 10);
            }
        }
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertTrue(refused(file).length() > 10);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 64));
        assertTrue(refused(file).contains("bytes, expected " + whole.length), refused(file));
    }

    @Test
    void aChangedTensorIsNamed() throws IOException {
        Path file = write(3);
        byte[] bytes = Files.readAllBytes(file);
        // the head ends where the first of five tensors begins, each in its own 64 or 128 bytes
        bytes[bytes.length - 64 - 5] ^= 1;
        Files.write(file, bytes);
        assertTrue(refused(file).contains("the checksum of tensor example.0.output.0 is"), refused(file));
    }

    @Test
    void aFileWithoutChecksumsIsRefused() throws IOException {
        Path file = write(3);
        byte[] bytes = Files.readAllBytes(file);
        int name = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(GgufTensors.CHECKSUMS);
        bytes[name] = 'C';
        Checksums.write(file, bytes);
        assertTrue(refused(file).contains("has no checksums of its 4 tensors"), refused(file));
    }

    @Test
    void aFileCutAfterItWasOpenedIsRefused() throws IOException {
        Path file = write(500);
        long whole = Files.size(file);
        try (PlainFile open = PlainFile.open(file)) {
            cut(file, 1000);
            assertEquals(file + " " + CUT + whole + "; write a new file under another name and move it into its place",
                    assertThrows(ModelFileException.class, () -> ModelFile.open(open)).getMessage());
        }
    }

    /** Wherever in the reading it happens. */
    @Test
    void aFileCutWhileItIsReadIsRefused() throws IOException {
        Path file = write(200_000);
        for (int reads = 0; reads < 5; reads++) {
            Files.delete(file);
            write(200_000);
            try (PlainFile open = new PlainFile(file, new Cutting(Files.newByteChannel(file), file, reads))) {
                String message = assertThrows(ModelFileException.class, () -> ModelFile.open(open)).getMessage();
                assertTrue(message.contains(CUT), message);
            }
        }
    }

    private static void cut(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    @Test
    void anInterruptedThreadIsToldSo() {
        Path file = write(3);
        Thread.currentThread().interrupt();
        try {
            assertEquals(file + " can't be read: the thread was interrupted; open the file again, in a thread that is"
                    + " not", refused(file));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void devicesAreNoFiles() {
        assertTrue(refused(Path.of("/dev/zero")).contains("/dev/zero is a device or a pipe"));
        assertTrue(refused(folder).contains("is a folder, expected a file"));
    }

    /** Cuts the file after some reads. */
    private static final class Cutting implements SeekableByteChannel {
        private final SeekableByteChannel channel;
        private final Path file;
        private int left;

        Cutting(SeekableByteChannel channel, Path file, int reads) {
            this.channel = channel;
            this.file = file;
            this.left = reads;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            if (left-- == 0) {
                cut(file, 1000);
            }
            return channel.read(into);
        }

        @Override
        public int write(ByteBuffer from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            channel.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
