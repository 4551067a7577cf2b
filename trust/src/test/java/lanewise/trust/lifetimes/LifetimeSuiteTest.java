package lanewise.trust.lifetimes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lanewise.trust.Result;
import org.junit.jupiter.api.Test;

class LifetimeSuiteTest {
    @Test
    void shortForm() throws InterruptedException {
        Result result = LifetimeSuite.run(3);
        assertEquals(List.of(), result.findings());
        assertTrue(result.counts().values().stream().filter(count -> count > 0).count() > 8,
                result.counts().toString());
    }

    /** A suite that finds nothing must be able to find something. */
    @Test
    void wrongBitsAndThreadsThatFailAreSeen() throws InterruptedException {
        assertFalse(Race.same(new float[] {0f}, new float[] {-0f}));
        assertTrue(Race.same(new float[] {Float.NaN}, new float[] {Float.NaN}));
        Race race = new Race(1) {
            @Override
            void race() throws InterruptedException {
                join(List.of(start(() -> {
                    throw new IllegalArgumentException("x");
                })));
            }
        };
        race.run();
        assertEquals(List.of("1 x a thread ended with java.lang.IllegalArgumentException: x"), race.findings());
    }
}
