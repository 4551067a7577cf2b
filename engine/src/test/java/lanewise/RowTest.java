package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.error.InvalidSpecException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.text.PadSequences;
import lanewise.text.TextInput;
import lanewise.text.Tokenizer;
import org.junit.jupiter.api.Test;

/** Rows as JSON libraries give them: maps, lists, numbers and texts. */
class RowTest {
    private static TensorData read(Object value, DType wants) {
        return TensorData.ofLists("input 'x'", value, wants);
    }

    private static void refuses(String message, Object value, DType wants) {
        assertEquals(message, assertThrows(InvalidSpecException.class, () -> read(value, wants)).getMessage());
    }

    @Test
    void listsAreArrays() {
        TensorData floats = read(List.of(List.of(1, 2.5), List.of("NaN", "-Infinity")), DType.FLOAT32);
        assertEquals(Shape.of(2, 2), floats.shape());
        assertArrayEquals(new float[] {1, 2.5f, Float.NaN, Float.NEGATIVE_INFINITY}, floats.toFloats());
        TensorData longs = read(List.of(1, BigInteger.TWO.pow(62)), DType.FLOAT32);
        assertArrayEquals(new long[] {1, 1L << 62}, longs.toLongs());
        assertEquals(DType.FLOAT32, read(BigInteger.TWO.pow(63), DType.INT64).dtype());
        assertEquals(Shape.of(), read(7, DType.INT32).shape());
        assertEquals(DType.BOOL, read(List.of(true, false), DType.FLOAT32).dtype());
        assertEquals(List.of("a", "NaN"), read(List.of("a", "NaN"), DType.FLOAT32).strings());
        assertEquals(List.of("NaN"), read("NaN", DType.STRING).strings());
        assertEquals(Shape.of(2, 0), read(List.of(List.of(), List.of()), DType.FLOAT32).shape());
    }

    @Test
    void arraysAreLists() {
        for (Object lists : List.of(List.of(List.of(1f, 2.5f), List.of(Float.NaN, 3f)), List.of(1L, 1L << 62),
                List.of(true, false), List.of(List.of("a"), List.of("b")), 7L, List.of(List.of(), List.of()))) {
            TensorData data = read(lists, DType.FLOAT32);
            assertEquals(lists, data.toLists());
        }
    }

    @Test
    void mixturesAreRefused() {
        refuses("input 'x': its lists differ in length at depth 1", List.of(List.of(1), List.of(1, 2)), DType.FLOAT32);
        refuses("input 'x': its lists differ in length at depth 1", List.of(List.of(1), 2), DType.FLOAT32);
        refuses("input 'x' holds \"a\" among numbers", List.of(1, "a"), DType.FLOAT32);
        refuses("input 'x' holds true among numbers", List.of(1, true), DType.FLOAT32);
        refuses("input 'x' holds [2] among numbers", List.of(1, List.of(2)), DType.FLOAT32);
        refuses("input 'x' holds {a=1} among numbers", Map.of("a", 1), DType.FLOAT32);
        refuses("input 'x' holds null among numbers", Arrays.asList(1, null), DType.FLOAT32);
        refuses("input 'x' holds null among numbers", null, DType.FLOAT32);
        refuses("input 'x' holds 1, expected texts", List.of("a", 1), DType.STRING);
    }

    private static Model numbers() {
        TestModels models = new TestModels(1);
        models.array("dense/kernel", 2, 2);
        models.array("dense/bias", 2);
        return models.model(TestModels.chain(TestModels.floats(-1, 3, 2),
                new CoreLayer.Dense("dense", 2, Activation.LINEAR, true)), ModelOptions.KernelChoice.SCALAR);
    }

    private static Model texts() {
        TestModels models = new TestModels(2);
        models.array("embedding/embeddings", 4, 2);
        Tokenizer tokenizer = new Tokenizer(new Tokenizer.Options(0, ".", true, " ", false, null),
                List.of("good", "bad"), new int[] {1, 2}, new int[0], 0);
        TextInput text = new TextInput(List.of(), tokenizer,
                new PadSequences(3, PadSequences.Side.PRE, PadSequences.Side.PRE, 0));
        return models.model(TestModels.chain(TestModels.ids(-1, 3),
                new CoreLayer.Embedding("embedding", 4, 2, false)).with(text, List.of()),
                ModelOptions.KernelChoice.SCALAR);
    }

    @Test
    void rowsOfNumbersAreScored() {
        try (Model model = numbers(); Scorer scorer = model.scorer()) {
            float[] direct = scorer.score(1, 2, 3, 4, 5, 6.5f).values();
            assertArrayEquals(direct, scorer.scoreRow(Map.of("x", List.of(List.of(1, 2), List.of(3, 4),
                    List.of(5.0, 6.5)))).values());
            assertArrayEquals(direct, scorer.scoreRow(Map.of("x", List.of(1, 2, 3, 4, 5, 6.5))).values());
            assertArrayEquals(direct, scorer.scoreRow(Map.of("x",
                    TensorData.of(Shape.of(3, 2), 1, 2, 3, 4, 5, 6.5f))).values());
            Map<String, Object> none = new HashMap<>();
            none.put("x", null);
            for (Map<String, Object> wrong : List.<Map<String, Object>>of(Map.of(), Map.of("y", 1), none,
                    Map.of("x", List.of(1, 2, 3, 4, 5, 6), "y", 1), Map.of("text", "good"),
                    Map.of("x", List.of(1, 2, 3)), Map.of("x", "good"))) {
                assertThrows(InvalidInputException.class, () -> scorer.scoreRow(wrong), wrong::toString);
            }
        }
    }

    @Test
    void rowsOfTextsAreScored() {
        try (Model model = texts(); Scorer scorer = model.scorer()) {
            float[] direct = scorer.score("bad good").values();
            assertArrayEquals(direct, scorer.scoreRow(Map.of("text", "bad good")).values());
            assertArrayEquals(direct, scorer.scoreRow(Map.of("ids", "bad good")).values());
            assertArrayEquals(direct, scorer.scoreRow(Map.of("ids", List.of(0, 2, 1))).values());
            assertEquals("the row has values for [body], expected text, or the model's input [ids]",
                    assertThrows(InvalidInputException.class, () -> scorer.scoreRow(Map.of("body", "bad")))
                            .getMessage());
            assertEquals(
                    "input 'ids' takes integers of 32 bits, value 2 is 1.5; round it first, if that is what you mean",
                    assertThrows(InvalidInputException.class,
                            () -> scorer.scoreRow(Map.of("ids", List.of(0, 2, 1.5)))).getMessage());
        }
    }
}
