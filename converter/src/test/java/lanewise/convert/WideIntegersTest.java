package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import lanewise.files.Json;
import lanewise.spec.LayerSpec;
import lanewise.spec.Operation;
import lanewise.spec.WideOperation;
import org.junit.jupiter.api.Test;

/** Keras says which integers have 64 bits; only what can leave 32 is marked. */
class WideIntegersTest {
    private static LayerSpec read(String className, String type, String config) {
        return read(className, type, config, 3);
    }

    private static LayerSpec read(String className, String type, String config, int kerasMajor) {
        String tensor = "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, 4], \"dtype\": \"" + type
                + "\"}}";
        OperationReader reader = new OperationReader(new Problems(), "", kerasMajor);
        return reader.read("op", className, Json.parse("config", config),
                className.equals("Add") || className.equals("Maximum")
                        ? List.of(Json.parse("tensor", tensor), Json.parse("tensor", tensor))
                        : List.of(Json.parse("tensor", tensor)));
    }

    @Test
    void sumsOf64BitsAreWideAndThoseOf32AreNot() {
        for (String name : List.of("Add", "Negative", "Absolute", "Square")) {
            assertEquals(WideOperation.class, read(name, "int64", "{}").getClass(), name);
            assertNotEquals(WideOperation.class, read(name, "int32", "{}").getClass(), name);
        }
        assertEquals(Operation.Pair.class, read("Maximum", "int64", "{}").getClass());
        assertEquals(WideOperation.class, read("Sum", "int64", "{\"axis\": [1], \"keepdims\": false}").getClass());
        assertEquals(WideOperation.class, read("Cumsum", "int64", "{\"axis\": 1}").getClass());
    }

    @Test
    void castsAreWideIfTheirResultIs() {
        assertEquals(WideOperation.class, read("Cast", "float32", "{\"dtype\": \"int64\"}").getClass());
        assertEquals(Operation.Map.class, read("Cast", "int64", "{\"dtype\": \"int32\"}").getClass());
    }

    /** Its files don't say: a number that needs more than 32 bits is refused rather than wrong. */
    @Test
    void integersOfKeras2MayHave64Bits() {
        assertEquals(WideOperation.class, read("Add", "int32", "{}", 2).getClass());
        assertEquals(WideOperation.class, read("Sum", "int32", "{\"axis\": [1], \"keepdims\": false}", 2).getClass());
        assertEquals(Operation.Map.class, read("Cast", "int32", "{\"dtype\": \"int32\"}", 2).getClass());
        assertEquals(Operation.Pair.class, read("Maximum", "int32", "{}", 2).getClass());
    }
}
