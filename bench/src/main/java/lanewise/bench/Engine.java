package lanewise.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * An engine that the report compares. Rivals are found by {@link ServiceLoader}; they are there with the profile
 * {@code rivals}.
 */
public interface Engine {
    /**
     * As it stands in the report.
     *
     * @return a short name without spaces
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
     * Makes ready to score.
     *
     * @param workload gives the sizes of the calls
     * @param network  the numbers
     * @return the engine with the network, for one thread
     * @throws Exception where the engine says so
     */
    Scorer open(Workload workload, Network network) throws Exception;

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
        List<Engine> engines = new ArrayList<>(List.of(new Lanewise(), new PlainLoop()));
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
