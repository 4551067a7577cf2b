package lanewise.trust.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import lanewise.Model;
import lanewise.options.ModelOptions;
import lanewise.spec.Examples;
import lanewise.trust.Result;
import lanewise.trust.random.RandomModel;
import org.junit.jupiter.api.Test;

class BitsSuiteTest {
    @Test
    void shortForm() throws Exception {
        Result result = BitsSuite.few(12);
        assertEquals(List.of(), result.findings());
        Map<String, Long> counts = result.counts();
        assertEquals(3, counts.get("settings"));
        assertTrue(counts.get("models") >= 30 && counts.get("values hashed") > 10_000, counts.toString());
    }

    /** A suite that finds nothing must be able to find something. */
    @Test
    void anotherBitIsSeen() {
        RandomModel random = RandomModel.of(0);
        Digest a = new Digest();
        Digest b = new Digest();
        try (Model model = Model.of(random.spec(), random.weights(), Examples.NONE,
                ModelOptions.DEFAULT.withWarmUpThread(false))) {
            float[] answer = new Answers(random, model).expected();
            a.add(answer);
            float[] other = answer.clone();
            int last = other.length - 1;
            other[last] = Float.intBitsToFloat(Float.floatToRawIntBits(other[last]) ^ 1);
            b.add(other);
            assertTrue(a.hash() != b.hash());
            assertTrue(Answers.difference("here", answer, other).startsWith("here: value " + last));
        }
    }
}
