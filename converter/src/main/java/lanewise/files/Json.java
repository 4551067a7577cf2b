package lanewise.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import lanewise.error.ModelFileException;
import lanewise.format.PlainFile;
import lanewise.options.Budget;
import lanewise.options.Limit;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Parses JSON strictly: no duplicate keys, no trailing content, limited nesting. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(500)
                    // a tokenizer keeps its whole vocabulary in one string
                    .maxStringLength(Integer.MAX_VALUE).maxNameLength(1 << 20).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Python's json writes NaN and Infinity
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private Json() {}

    /**
     * Parses a text.
     *
     * @param where what it is, for messages
     * @param text  the text
     * @return its root
     * @throws ModelFileException if it is not JSON
     */
    public static JsonNode parse(String where, String text) {
        count(where, text.length(), text::charAt);
        try {
            return checked(where, MAPPER.readTree(text));
        } catch (JacksonException e) {
            throw broken(where, e);
        }
    }

    /**
     * Parses UTF-8 text.
     *
     * @param where what it is, for messages
     * @param utf8  the text
     * @return its root
     * @throws ModelFileException if it is not JSON
     */
    public static JsonNode parse(String where, byte[] utf8) {
        count(where, utf8.length, i -> utf8[i]);
        return tree(where, utf8);
    }

    private static JsonNode tree(String where, byte[] utf8) {
        try {
            return checked(where, MAPPER.readTree(utf8));
        } catch (JacksonException e) {
            throw broken(where, e);
        }
    }

    /** Counts what becomes an object in memory, before it does: two brackets of text become a hundred bytes. */
    private static void count(String where, int length, IntUnaryOperator text) {
        long tokens = 0;
        for (int i = 0; i < length; i++) {
            int c = text.applyAsInt(i);
            tokens += c == ',' || c == ':' || c == '[' || c == '{' ? 1 : 0;
        }
        Budget.current().take(Limit.TOKENS, tokens, where);
    }

    /**
     * Parses a file.
     *
     * @param path the file
     * @return its root
     * @throws ModelFileException if it can't be read, or is not JSON
     */
    public static JsonNode read(Path path) {
        // what a file holds as it is takes no more memory than a file of that size can ask for
        return tree(path.toString(), PlainFile.bytes(path));
    }

    /**
     * The names of a file's outermost object, without reading what stands under them.
     *
     * @param path the file
     * @return the names in order; none if it holds no object
     * @throws ModelFileException if it can't be read, or is not JSON
     */
    public static List<String> names(Path path) {
        List<String> names = new ArrayList<>();
        try (JsonParser parser = MAPPER.createParser(PlainFile.bytes(path))) {
            boolean object = parser.nextToken() == JsonToken.START_OBJECT;
            while (object && parser.nextToken() == JsonToken.PROPERTY_NAME) {
                names.add(parser.currentName());
                parser.nextToken();
                parser.skipChildren();
            }
            return names;
        } catch (JacksonException e) {
            throw broken(path.toString(), e);
        }
    }

    private static JsonNode checked(String where, JsonNode node) {
        if (node == null || node.isMissingNode()) {
            throw new ModelFileException(where + " is empty, expected JSON");
        }
        return node;
    }

    private static ModelFileException broken(String where, JacksonException e) {
        // Jackson names a second place, with a source that it hides
        String message = e.getOriginalMessage().replaceAll(" \\(start marker at \\[Source: [^\\]]*\\]\\)", "");
        return new ModelFileException(where + " is not valid JSON: " + message
                + (e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr()),
                e);
    }

    /**
     * Whether a value is an integer of 32 bits, so that {@code intValue()} gives it.
     *
     * @param node a value
     * @return false for any other value, also for one that is missing
     */
    public static boolean isInt(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt();
    }

    /**
     * A number as a double. Jackson's own {@code doubleValue()} throws for integers that no double holds.
     *
     * @param node a value that is a number
     * @return the nearest double, infinite beyond the largest
     */
    public static double real(JsonNode node) {
        return node.numberValue().doubleValue();
    }

    /**
     * A value as a tree.
     *
     * @param value maps, lists, strings, numbers
     * @return the tree
     */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /**
     * Writes a value as one line of JSON.
     *
     * @param value maps, lists, arrays, strings, numbers
     * @return the text
     */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * The numbers of nested lists in order.
     *
     * @param where what they are, for messages
     * @param node  a number, or nested lists of equal lengths
     * @param shape takes the lengths, outermost first
     * @return the numbers, row-major
     * @throws ModelFileException if lists differ in length or hold something else
     */
    public static float[] numbers(String where, JsonNode node, List<Integer> shape) {
        JsonLists lists = JsonLists.of(node);
        if (lists.ragged() >= 0) {
            throw new ModelFileException(where + ": its lists differ in length at depth " + lists.ragged());
        }
        shape.addAll(lists.shape());
        float[] floats = new float[lists.leaves().size()];
        for (int i = 0; i < floats.length; i++) {
            JsonNode leaf = lists.leaves().get(i);
            if (!leaf.isNumber()) {
                throw new ModelFileException(where + ": found " + leaf.getNodeType() + " among numbers");
            }
            floats[i] = (float) real(leaf);
        }
        return floats;
    }
}
