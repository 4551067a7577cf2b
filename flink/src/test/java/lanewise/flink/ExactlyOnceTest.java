package lanewise.flink;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link Restarts}, small. */
class ExactlyOnceTest {
    private static final Restarts SMALL = new Restarts(6_000, 50, 4_000);

    @TempDir
    private Path folder;

    @Test
    void goesOnFromACheckpointAfterAFailure() throws Exception {
        SMALL.failure(folder);
    }

    @Test
    void goesOnFromASavepointWithMoreTasks() throws Exception {
        SMALL.rescale(folder);
    }
}
