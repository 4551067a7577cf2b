package lanewise.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import lanewise.spec.WeightFormat;

/**
 * An engine that the report compares. Rivals are found by {@link ServiceLoader}; they are there with the profile
 * {@code rivals}.
 */
public interface Engine {
    /**
     * As it stands in the report.
     *
     * @return a short name without spaces, which ends with the format of the weights if it is not float32
     */
    String name();

    /**
     * The version that runs.
     *
     * @return as the engine's makers number it
     */
    String version();

    /**
     * Whether the engine is code that the JVM compiles while it runs.
     *
     * @return false for native code
     */
    default boolean isJava() {
        return false;
    }

    /**
     * Whether the engine can run a workload at all.
     *
     * @param workload a row of the table
     * @return false if it is to be left out
     */
    default boolean takes(Workload workload) {
        return true;
    }

    /**
     * Whether an engine keeps weights as they are. Engines that round them say so in the end of their name; they stand
     * in a table of their own, beside the largest error of their answers.
     *
     * @param name of the engine
     * @return false for weights of fewer bits
     */
    static boolean isFloat32(String name) {
        return Stream.of("-bfloat16", "-int16", "-int8").noneMatch(name::endsWith);
    }

    /**
     * The numbers that the engine computes with, to check its answers with.
     *
     * @param network the numbers that it is given
     * @return the same, or its rounded weights as floats
     */
    default Network used(Network network) {
        return network;
    }

    /**
     * How far answers may be from those in double precision with the numbers that the engine uses.
     *
     * @return an absolute difference
     */
    default double tolerance() {
        return 2e-5;
    }

    /**
     * Makes ready to score.
     *
     * @param workload gives the sizes of the calls
     * @param network  the numbers
     * @return the engine with the network, for one thread
     * @throws Exception where the engine says so
     */
    Scorer open(Workload workload, Network network) throws Exception;

    /**
     * Whether several threads may score with one model, see {@link #open(Workload, Network, int)}.
     *
     * @return false if it is to be left out
     */
    default boolean takesThreads() {
        return false;
    }

    /**
     * Opens one model for several threads.
     *
     * @param workload gives the sizes of the calls
     * @param network  the numbers
     * @param threads  how many
     * @return a scorer for each thread; the first holds the model and is to be closed last
     * @throws Exception where the engine says so
     */
    default List<Scorer> open(Workload workload, Network network, int threads) throws Exception {
        throw new UnsupportedOperationException(name() + " shares no model here");
    }

    /**
     * Opens a model whose calls use several threads each.
     *
     * @param workload gives the sizes of the calls
     * @param network  the numbers
     * @param threads  how many
     * @return the scorer, or null if calls of this engine use one thread
     * @throws Exception where the engine says so
     */
    default Scorer openWide(Workload workload, Network network, int threads) throws Exception {
        return null;
    }

    /**
     * Writes a network to a file that {@link #openFile} reads.
     *
     * @param workload gives the sizes of the calls
     * @param network  the numbers
     * @param file     where to
     * @return whether the engine has a file format
     * @throws IOException if the file can't be written
     */
    default boolean write(Workload workload, Network network, Path file) throws IOException {
        return false;
    }

    /**
     * Opens the tutorial model.
     *
     * @param file what {@link #write} has written
     * @return the engine with the network
     * @throws Exception where the engine says so
     */
    default Scorer openFile(Path file) throws Exception {
        throw new UnsupportedOperationException(name() + " has no file format here");
    }

    /**
     * Whether the engine runs voice detectors from files.
     *
     * @return false if it is to be left out
     */
    default boolean takesVoice() {
        return false;
    }

    /**
     * Opens a voice detector, see {@link VoiceBenchmark}. The scorer takes chunks, gives the probability of speech, and
     * carries the state from call to call, at first zeros.
     *
     * @param file an ONNX file
     * @return the engine with the file, for one thread
     * @throws Exception where the engine says so
     */
    default Scorer openVoice(Path file) throws Exception {
        throw new UnsupportedOperationException(name() + " runs no voice detectors here");
    }

    /**
     * Lanewise, the plain loop, and the rivals that are there.
     *
     * @return in the order of the report
     */
    static List<Engine> all() {
        List<Engine> engines = new ArrayList<>();
        for (WeightFormat format : WeightFormat.values()) {
            engines.add(new Lanewise(format));
        }
        engines.add(new PlainLoop());
        ServiceLoader.load(Engine.class).forEach(engines::add);
        return engines;
    }

    /**
     * Finds an engine.
     *
     * @param name its name
     * @return the engine
     */
    static Engine named(String name) {
        return all().stream().filter(e -> e.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no engine '" + name + "', there are "
                        + all().stream().map(Engine::name).toList()));
    }
}
