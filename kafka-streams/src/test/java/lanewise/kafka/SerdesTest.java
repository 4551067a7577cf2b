package lanewise.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.FloatSerializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class SerdesTest {
    private static final String MODEL = "00c0ffee00c0ffee";
    private static final float QUIET_NAN = Float.intBitsToFloat(0x7fc12345);

    @Test
    void featuresKeepEveryBit() {
        float[] features = {0f, -0f, 1.5f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, QUIET_NAN};
        float[] read = thereAndBack(new FeaturesSerde(), features);
        for (int i = 0; i < features.length; i++) {
            assertEquals(Float.floatToRawIntBits(features[i]), Float.floatToRawIntBits(read[i]));
        }
        assertEquals(0, thereAndBack(new FeaturesSerde(), new float[0]).length);
    }

    @Test
    void oneFeatureIsWhatKafkaWritesOfAFloat() {
        assertArrayEquals(new FloatSerializer().serialize("t", 12.75f),
                new FeaturesSerde().serializer().serialize("t", new float[] {12.75f}));
    }

    @Test
    void bytesThatAreNoFeaturesAreRefused() {
        var refusal = assertThrows(SerializationException.class,
                () -> new FeaturesSerde().deserializer().deserialize("events", new byte[7]));
        assertTrue(refusal.getMessage().startsWith("topic events: 7 bytes are no features"), refusal.getMessage());
    }

    @Test
    void scoresKeepTheModelAndEveryBit() {
        Score score = new Score(MODEL, new float[] {-0f, QUIET_NAN});
        assertEquals(score, thereAndBack(new ScoreSerde(), score));
        assertNotEquals(score, new Score(MODEL, new float[] {0f, QUIET_NAN}));
        assertNotEquals(score, new Score("00c0ffee00c0ffef", score.values()));
        assertEquals(score.hashCode(), thereAndBack(new ScoreSerde(), score).hashCode());
    }

    @Test
    void bytesThatAreNoScoreAreRefused() {
        for (int length : new int[] {0, 7, 9}) {
            assertThrows(SerializationException.class,
                    () -> new ScoreSerde().deserializer().deserialize("scores", new byte[length]));
        }
    }

    @Test
    void aScoreIsOfAModel() {
        assertThrows(IllegalArgumentException.class, () -> new Score("abc", new float[1]));
        assertThrows(IllegalArgumentException.class, () -> new Score("not hexadecimal!", new float[1]));
    }

    @Test
    void swapsAreASentenceAndHeaders() {
        Swap swap = new Swap("0_3", "control-0@12", MODEL, "x\ny", false, "it has other states");
        RecordHeaders headers = new RecordHeaders();
        headers.add("lanewise.task", new byte[0]);
        byte[] value = new SwapSerde().serializer().serialize("swaps", headers, swap);
        assertEquals(swap.toString(), new String(value, java.nio.charset.StandardCharsets.UTF_8));
        assertEquals(swap, new SwapSerde().deserializer().deserialize("swaps", headers, value));
        headers.remove("lanewise.reason");
        assertThrows(SerializationException.class,
                () -> new SwapSerde().deserializer().deserialize("swaps", headers, value));
        assertThrows(SerializationException.class,
                () -> new SwapSerde().deserializer().deserialize("swaps", value));
    }

    @Test
    void nothingStaysNothing() {
        assertNull(thereAndBack(new FeaturesSerde(), null));
        assertNull(thereAndBack(new ScoreSerde(), null));
        RecordHeaders headers = new RecordHeaders();
        assertNull(new SwapSerde().serializer().serialize("swaps", headers, null));
        assertNull(new SwapSerde().deserializer().deserialize("swaps", headers, (byte[]) null));
    }

    private static <T> T thereAndBack(Serde<T> serde, T value) {
        return serde.deserializer().deserialize("topic", serde.serializer().serialize("topic", value));
    }
}
