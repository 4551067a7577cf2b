package lanewise.kafka;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small form of a trial that {@code ./lanewise kafka takeover} runs in full. */
class TakeOverTest {
    @Test
    void anInstanceThatIsKilledLosesAndDoublesNothing(@TempDir Path work) throws Exception {
        // C1 alone: three JVMs that run for seconds
        System.out.println(new TakeOver(50, 20_000, 4, "-XX:TieredStopAtLevel=1").run(work));
    }
}
