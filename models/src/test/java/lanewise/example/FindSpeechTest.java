package lanewise.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.convert.ImportOptions;
import lanewise.convert.Importer;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a voice detector finds what its page says, and its streams have the same bits however they run. */
class FindSpeechTest {
    private static final Path VOICE = Path.of(System.getProperty("models")).resolve("voice");
    private static final int CHUNK = 512;
    private static final int CONTEXT = 64;

    @TempDir
    private Path folder;

    private static Model open(ModelOptions.KernelChoice kernels) {
        return Importer.open(VOICE, ImportOptions.DEFAULT
                .withModel(ModelOptions.DEFAULT.withKernels(kernels).withWarmUpThread(false)));
    }

    private static float[][] chunks() throws IOException, UnsupportedAudioFileException {
        try (AudioInputStream audio = AudioSystem.getAudioInputStream(VOICE.resolve("speech.wav").toFile())) {
            byte[] bytes = audio.readAllBytes();
            float[][] chunks = new float[bytes.length / 2 / CHUNK][CHUNK];
            for (int i = 0; i < chunks.length * CHUNK; i++) {
                chunks[i / CHUNK][i % CHUNK] = (short) (bytes[2 * i] & 0xff | bytes[2 * i + 1] << 8) / 32768f;
            }
            return chunks;
        }
    }

    @Test
    void printsWhatItsPageSays() throws IOException, UnsupportedAudioFileException {
        Path file = folder.resolve("voice.gguf");
        Importer.read(VOICE).write(file);
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            FindSpeech.main(new String[] {file.toString(), VOICE.resolve("speech.wav").toString()});
        } finally {
            System.setOut(before);
        }
        String segments = printed.toString(StandardCharsets.UTF_8).lines().collect(Collectors.joining("\n"));
        assertEquals(2, segments.lines().count(), segments);
        assertTrue(Files.readString(VOICE.resolve("README.md")).contains("\n" + segments + "\n```\n"), segments);
    }

    @Test
    void oneStreamHasItsBitsHoweverItRuns() throws IOException, UnsupportedAudioFileException {
        float[][] chunks = chunks();
        List<Integer> scalar = alone(ModelOptions.KernelChoice.SCALAR, chunks);
        assertEquals(scalar, alone(ModelOptions.KernelChoice.VECTOR, chunks));
        for (ModelOptions.KernelChoice kernels : List.of(ModelOptions.KernelChoice.SCALAR,
                ModelOptions.KernelChoice.VECTOR)) {
            // the same stream three times, each later than the one before
            List<List<Integer>> together = together(kernels, chunks, 3, 7);
            for (List<Integer> one : together) {
                assertEquals(scalar.subList(0, one.size()), one);
            }
        }
    }

    private static List<Integer> alone(ModelOptions.KernelChoice kernels, float[][] chunks) {
        List<Integer> bits = new ArrayList<>();
        try (Model model = open(kernels); FindSpeech stream = new FindSpeech(model)) {
            for (float[] chunk : chunks) {
                bits.add(Float.floatToRawIntBits(stream.next(chunk)));
            }
        }
        return bits;
    }

    /** Streams as rows of one call; each starts some chunks after the one before, with states of zeros. */
    private static List<List<Integer>> together(ModelOptions.KernelChoice kernels, float[][] chunks, int rows,
            int later) {
        List<List<Integer>> bits = new ArrayList<>();
        try (Model model = open(kernels); Predictor predictor = model.predictor(rows, 1)) {
            int units = predictor.input("state").shape().dim(-1);
            float[] x = new float[rows * (CONTEXT + CHUNK)];
            float[] states = new float[2 * rows * units];
            float[] answers = new float[rows];
            for (int row = 0; row < rows; row++) {
                bits.add(new ArrayList<>());
            }
            for (int t = 0; t < chunks.length; t++) {
                for (int row = 0; row < rows; row++) {
                    int at = t - row * later;
                    int from = row * (CONTEXT + CHUNK);
                    Arrays.fill(x, from, from + CONTEXT + CHUNK, 0);
                    if (at >= 0) {
                        System.arraycopy(chunks[at], 0, x, from + CONTEXT, CHUNK);
                    }
                    if (at > 0) {
                        System.arraycopy(chunks[at - 1], CHUNK - CONTEXT, x, from, CONTEXT);
                    }
                }
                predictor.input("input").set(x, new int[] {rows, CONTEXT + CHUNK});
                predictor.input("state").set(states, stateShape(predictor, rows, units));
                predictor.run();
                predictor.output("output").get(answers);
                predictor.output("stateN").get(states);
                for (int row = 0; row < rows; row++) {
                    if (t >= row * later) {
                        bits.get(row).add(Float.floatToRawIntBits(answers[row]));
                    } else {
                        clear(states, stateShape(predictor, rows, units), row, units);
                    }
                }
            }
        }
        return bits;
    }

    private static int[] stateShape(Predictor predictor, int rows, int units) {
        return predictor.input("state").shape().dim(0) == 2 ? new int[] {2, rows, units} : new int[] {rows, 2, units};
    }

    private static void clear(float[] states, int[] shape, int row, int units) {
        for (int part = 0; part < 2; part++) {
            int at = shape[0] == 2 ? part * shape[1] + row : row * 2 + part;
            Arrays.fill(states, at * units, (at + 1) * units, 0);
        }
    }

    @Test
    void aChunkAllocatesNothing() throws IOException, UnsupportedAudioFileException {
        float[][] chunks = chunks();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        try (Model model = open(ModelOptions.KernelChoice.SCALAR); FindSpeech stream = new FindSpeech(model)) {
            for (int round = 0; round < 50 && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (float[] chunk : chunks) {
                    stream.next(chunk);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
        }
        assertEquals(0, least, "bytes for " + chunks.length + " chunks");
    }

    /** The same file at half of the rate, which its graph has a branch for. */
    @Test
    void theOtherRateIsAnotherBranch() throws IOException, UnsupportedAudioFileException {
        ImportOptions half = ImportOptions.DEFAULT
                .withInputValue("sr", TensorData.of(DType.INT32, Shape.SCALAR, 8000))
                .withInputShape("input", Shape.of(Shape.ANY, 288));
        byte[] low;
        try (AudioInputStream audio = AudioSystem.getAudioInputStream(VOICE.resolve("speech.wav").toFile())) {
            byte[] bytes = audio.readAllBytes();
            low = new byte[bytes.length / 2];
            for (int i = 0; i + 3 < bytes.length; i += 4) {
                // the mean of two samples: enough of a filter for this sound
                int mean = ((short) (bytes[i] & 0xff | bytes[i + 1] << 8)
                        + (short) (bytes[i + 2] & 0xff | bytes[i + 3] << 8)) / 2;
                low[i / 2] = (byte) mean;
                low[i / 2 + 1] = (byte) (mean >> 8);
            }
        }
        try (Model model = Importer.open(VOICE.resolve("model.onnx"), half);
                FindSpeech stream = new FindSpeech(model)) {
            List<FindSpeech.Segment> found = stream.find(sound(low, 8000, 1));
            assertEquals(2, found.size(), found.toString());
        }
    }

    private static AudioInputStream sound(byte[] bytes, int rate, int channels) {
        AudioFormat format = new AudioFormat(rate, 16, channels, true, false);
        return new AudioInputStream(new ByteArrayInputStream(bytes), format, bytes.length / 2 / channels);
    }

    @Test
    void saysWhatASoundMustBe() throws IOException {
        try (Model model = open(ModelOptions.KernelChoice.SCALAR); FindSpeech stream = new FindSpeech(model)) {
            for (AudioInputStream wrong : List.of(sound(new byte[64], 8000, 1), sound(new byte[64], 16000, 2))) {
                String message = assertThrows(IllegalArgumentException.class, () -> stream.find(wrong)).getMessage();
                assertTrue(message.contains("mono, 16000 Hz") && message.contains("ffmpeg"), message);
            }
            // shorter than a chunk, and nothing at all
            assertEquals(List.of(), stream.find(sound(new byte[65], 16000, 1)));
            assertEquals(List.of(), stream.find(sound(new byte[0], 16000, 1)));
        }
    }

    @Test
    void theStandInIsSmallAndOurOwn() throws IOException {
        byte[] model = Files.readAllBytes(VOICE.resolve("model.onnx"));
        assertTrue(model.length < 300_000, model.length + " bytes");
        assertFalse(new String(model, StandardCharsets.ISO_8859_1).contains("silero"));
        assertArrayEquals(new File(VOICE.toString()).list((dir, name) -> name.endsWith(".onnx")),
                new String[] {"model.onnx"});
    }
}
