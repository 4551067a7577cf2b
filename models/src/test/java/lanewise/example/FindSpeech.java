package lanewise.example;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.Predictor;

/**
 * Finds speech in a WAV file with a voice detector of the Silero VAD family, chunk after chunk, in the thread that
 * reads the file. The states that the model puts out are its inputs for the next chunk.
 *
 * <pre>java --add-modules jdk.incubator.vector -cp lanewise-engine.jar FindSpeech.java voice.gguf speech.wav</pre>
 */
public final class FindSpeech implements AutoCloseable {
    /** Speech starts at this probability, and ends below the second one: what Silero documents. */
    private static final float THRESHOLD = 0.5f;
    private static final float END_THRESHOLD = 0.35f;
    private static final double MIN_SILENCE_SECONDS = 0.1;
    private static final double MIN_SPEECH_SECONDS = 0.25;
    private static final double PAD_SECONDS = 0.03;

    private final Predictor predictor;
    private final int chunk;
    private final int context;
    private final int rate;
    /** The end of the chunk before, then a chunk: [context + chunk]. */
    private final float[] x;
    private final float[] answer;
    private final List<float[]> states = new ArrayList<>();

    /**
     * Speech in a recording.
     *
     * @param start in seconds
     * @param end   in seconds
     */
    public record Segment(double start, double end) {}

    /**
     * Starts a stream.
     *
     * @param model takes sound and states, gives a probability and the next states
     */
    FindSpeech(Model model) {
        predictor = model.predictor();
        int samples = predictor.inputs().getFirst().shape().dim(1);
        if (samples < 1) {
            throw new IllegalArgumentException("the model takes chunks of any length; fix it when you convert the file,"
                    + " for example --shape input=?x576");
        }
        // with one state, versions 5 and 6: a chunk of 512 or 256 samples after the last eighth of the one before;
        // with two, h and c, versions 3 and 4: chunks alone
        context = predictor.inputs().size() == 2 ? samples / 9 : 0;
        chunk = samples - context;
        rate = chunk == 256 || chunk == 768 ? 8000 : 16000;
        x = new float[samples];
        answer = new float[count(predictor.outputs().getFirst().shape().toArray())];
        for (InputTensor state : predictor.inputs().subList(1, predictor.inputs().size())) {
            states.add(new float[count(state.shape().toArray())]);
        }
    }

    /** How many values one row has. */
    private static int count(int[] shape) {
        int count = 1;
        for (int size : shape) {
            count *= Math.max(1, size);
        }
        return count;
    }

    /**
     * Asks for one chunk. Allocates nothing.
     *
     * @param samples as many as a chunk has, each from -1 to 1
     * @return the probability of speech in it
     */
    float next(float[] samples) {
        System.arraycopy(x, chunk, x, 0, context);
        System.arraycopy(samples, 0, x, context, chunk);
        predictor.inputs().getFirst().set(x);
        for (int i = 0; i < states.size(); i++) {
            predictor.inputs().get(i + 1).set(states.get(i));
        }
        predictor.run();
        for (int i = 0; i < states.size(); i++) {
            predictor.outputs().get(i + 1).get(states.get(i));
        }
        predictor.outputs().getFirst().get(answer);
        // version 3 also gives the probability of no speech, before it
        return answer[answer.length - 1];
    }

    /**
     * Reads a recording to its end.
     *
     * @param audio mono, 16 bits, with the rate that the model was trained for
     * @return where there is speech
     * @throws IOException if it can't be read
     */
    List<Segment> find(AudioInputStream audio) throws IOException {
        AudioFormat format = audio.getFormat();
        boolean fits = format.getEncoding().equals(AudioFormat.Encoding.PCM_SIGNED)
                && format.getSampleSizeInBits() == 16
                && format.getChannels() == 1 && format.getSampleRate() == rate;
        if (!fits) {
            throw new IllegalArgumentException("the sound is " + format + "; expected PCM of 16 bits, mono, " + rate
                    + " Hz, as ffmpeg -i IN -ac 1 -ar " + rate + " -c:a pcm_s16le OUT.wav makes it");
        }
        List<Segment> found = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.allocate(2 * chunk)
                .order(format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        float[] samples = new float[chunk];
        double start = -1;
        double silence = -1;
        double time = 0;
        int read = audio.readNBytes(bytes.array(), 0, bytes.capacity());
        double length = 0;
        while (read > 0) {
            for (int i = 0; i < chunk; i++) {
                // the last chunk is filled up with silence
                samples[i] = 2 * i + 1 < read ? bytes.getShort(2 * i) / 32768f : 0;
            }
            float probability = next(samples);
            length = time + read / 2.0 / rate;
            if (probability >= THRESHOLD) {
                start = start < 0 ? Math.max(0, time - PAD_SECONDS) : start;
                silence = -1;
            } else if (probability < END_THRESHOLD && start >= 0) {
                silence = silence < 0 ? time : silence;
                if (time - silence >= MIN_SILENCE_SECONDS) {
                    add(found, start, silence + PAD_SECONDS);
                    start = -1;
                    silence = -1;
                }
            }
            time += (double) chunk / rate;
            read = audio.readNBytes(bytes.array(), 0, bytes.capacity());
        }
        if (start >= 0) {
            add(found, start, silence < 0 ? length : Math.min(length, silence + PAD_SECONDS));
        }
        return found;
    }

    private static void add(List<Segment> found, double start, double end) {
        if (end - start >= MIN_SPEECH_SECONDS) {
            found.add(new Segment(start, end));
        }
    }

    @Override
    public void close() {
        predictor.close();
    }

    /**
     * Prints the seconds in which there is speech.
     *
     * @param args a model file and a WAV file
     * @throws IOException                   if the sound can't be read
     * @throws UnsupportedAudioFileException if it is no sound
     */
    public static void main(String[] args) throws IOException, UnsupportedAudioFileException {
        try (Model model = Model.open(Path.of(args[0]));
                FindSpeech stream = new FindSpeech(model);
                AudioInputStream audio = AudioSystem.getAudioInputStream(new File(args[1]))) {
            for (Segment segment : stream.find(audio)) {
                System.out.println(String.format(Locale.ROOT, "%.2f - %.2f", segment.start(), segment.end()));
            }
        }
    }
}
