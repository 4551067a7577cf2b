package lanewise.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.spec.TensorData;
import lanewise.text.TextInput;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Files that earlier versions wrote open with what was written, and are written again byte for byte,
 * with the key that later releases add. */
class StoredFilesTest {
    /** Where the number of keys stands in a file; its lowest byte. */
    private static final int KEY_COUNT = 16;

    @TempDir
    private Path folder;

    /** A copy of a stored file. */
    private Path stored(String name) throws IOException {
        Path file = folder.resolve(name + ".gguf");
        try (InputStream in = StoredFilesTest.class.getResourceAsStream("/format-1/" + name + ".gguf")) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    @TestFactory
    List<DynamicTest> filesOfFormatOneOpenAsTheyWereWritten() {
        List<DynamicTest> tests = new ArrayList<>();
        StoredModel.formatOne().forEach((name, expected) -> tests
                .add(DynamicTest.dynamicTest(name, () -> check(stored(name), expected))));
        return tests;
    }

    private void check(Path file, StoredModel expected) throws IOException {
        Path again = folder.resolve("again.gguf");
        try (ModelFile read = ModelFile.open(file)) {
            assertEquals(expected.spec().name(), read.spec().name());
            assertEquals(expected.spec().graph(), read.spec().graph());
            assertEquals(expected.spec().labels(), read.spec().labels());
            checkText(expected.spec().text(), read.spec().text());
            Map<String, TensorData> arrays = read.weights().arrays();
            assertEquals(expected.weights().arrays().keySet(), arrays.keySet());
            expected.weights().arrays().forEach((key, data) -> checkArray(key, data, arrays.get(key)));
            assertEquals(expected.weights().narrow().keySet(), read.weights().narrow().keySet());
            expected.weights().narrow().forEach((key, array) -> {
                assertEquals(array.format(), read.weights().narrow().get(key).format(), key);
                checkArray(key, array.decode(), read.weights().narrow().get(key).decode());
            });
            assertEquals(expected.examples().calls().size(), read.examples().calls().size());
            ModelFile.write(again, read.spec(), read.weights(), read.examples());
        }
        assertSameButForPadding(withoutChecksum(file), without(withoutChecksum(again), "lanewise.arithmetic"));
    }

    /** The bytes of a file with zero as the checksum of its head. */
    private static byte[] withoutChecksum(Path path) {
        try (PlainFile file = PlainFile.open(path)) {
            byte[] bytes = file.read(0, file.size());
            int at = (int) new GgufReader(file).places().getLast().at();
            Arrays.fill(bytes, at, at + Integer.BYTES, (byte) 0);
            return bytes;
        }
    }

    /** A file without a key with an i32, which its release did not write. */
    private static byte[] without(byte[] file, String key) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        int at = 24;
        while (!Arrays.equals(file, at + Long.BYTES, at + Long.BYTES + name.length, name, 0, name.length)) {
            at++;
        }
        byte[] left = Arrays.copyOf(file, at);
        left[KEY_COUNT]--;
        int end = at + Long.BYTES + name.length + 2 * Integer.BYTES;
        left = Arrays.copyOf(left, file.length - (end - at));
        System.arraycopy(file, end, left, at, file.length - end);
        return left;
    }

    /** The same bytes, but for the number of zeros in front of the first tensor. */
    private static void assertSameButForPadding(byte[] expected, byte[] found) {
        int start = Math.max(0, Arrays.mismatch(expected, found));
        byte[] longer = expected.length > found.length ? expected : found;
        int more = Math.abs(expected.length - found.length);
        assertTrue(more < 64, "lengths " + expected.length + " and " + found.length);
        byte[] shortened = Arrays.copyOf(longer, longer.length - more);
        System.arraycopy(longer, start + more, shortened, start, shortened.length - start);
        assertArrayEquals(new byte[more], Arrays.copyOfRange(longer, start, start + more), "padding");
        assertArrayEquals(expected.length > found.length ? found : expected, shortened);
    }

    private static void checkText(TextInput expected, TextInput read) {
        assertEquals(expected == null, read == null);
        if (expected != null) {
            assertEquals(expected.cleaning(), read.cleaning());
            assertEquals(expected.padding(), read.padding());
            assertEquals(expected.tokenizer().options(), read.tokenizer().options());
            assertEquals(expected.tokenizer().words(), read.tokenizer().words());
        }
    }

    private static void checkArray(String key, TensorData expected, TensorData read) {
        assertEquals(expected.dtype(), read.dtype(), key);
        assertEquals(expected.shape(), read.shape(), key);
        assertEquals(expected.strings(), read.strings(), key);
        switch (expected.dtype()) {
            case FLOAT32 -> assertArrayEquals(expected.toFloats(), read.toFloats(), key);
            case INT32, INT64, BOOL -> assertArrayEquals(expected.toLongs(), read.toLongs(), key);
            case STRING -> {
            }
        }
    }

    /** A kind or a constant that has been added needs a stored file of the release that brings it. */
    @Test
    void storedFilesHoldEveryKindAndEveryConstant() throws IOException {
        Set<Object> held = new HashSet<>();
        for (String name : StoredModel.formatOne().keySet()) {
            try (ModelFile read = ModelFile.open(stored(name))) {
                collect(read.spec(), held);
            }
        }
        for (Wire wire : WireNamesTest.wires()) {
            assertTrue(held.contains(wire.type()), "no stored file has a " + wire.name());
        }
        for (Class<?> type : WireNamesTest.enums()) {
            for (Object constant : type.getEnumConstants()) {
                assertTrue(held.contains(constant), "no stored file has " + constant + " of " + type);
            }
        }
    }

    /** The classes of all records within a value, and all constants. */
    private static void collect(Object value, Set<Object> held) {
        switch (value) {
            case null -> {
            }
            case Enum<?> constant -> held.add(constant);
            case List<?> list -> list.forEach(item -> collect(item, held));
            case Record record -> {
                held.add(record.getClass());
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    collect(SpecReader.get(component, record), held);
                }
            }
            default -> {
            }
        }
    }
}
