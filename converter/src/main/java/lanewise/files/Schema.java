package lanewise.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lanewise.error.ModelFileException;
import tools.jackson.databind.JsonNode;

/**
 * A JSON schema, with the keywords that ours use: {@code type}, {@code enum}, {@code oneOf} of constants,
 * {@code minimum}, {@code properties}, {@code required}, {@code additionalProperties} and {@code items}; others only
 * describe. Settings are checked with it
 * before they are read, so that the schema, which editors use and the page is made from, cannot say anything else than
 * the reader does.
 */
public final class Schema {
    /** The schema of {@code lanewise.json}. */
    public static final Schema SETTINGS = new Schema(resource(), "docs/lanewise-json.md", "#");
    /** The schema of a file of examples. */
    public static final Schema EXAMPLES = new Schema(SETTINGS.root.get("$defs").get("examples"), SETTINGS.page,
            "#the-file-of-examples");

    private final JsonNode root;
    private final String page;
    private final String anchor;

    /**
     * Something that is wrong.
     *
     * @param path the keys that lead to it
     * @param what a sentence
     */
    private record Problem(String path, String what) {}

    private Schema(JsonNode root, String page, String anchor) {
        this.root = root;
        this.page = page;
        this.anchor = anchor;
    }

    private static JsonNode resource() {
        String name = "/lanewise/convert/lanewise.schema.json";
        try (InputStream in = Schema.class.getResourceAsStream(name)) {
            return Json.parse(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The schema itself.
     *
     * @return its root
     */
    public JsonNode root() {
        return root;
    }

    /**
     * Checks a value against the schema.
     *
     * @param where what it is, for messages
     * @param value the value
     * @throws ModelFileException with everything that is wrong, and where the page explains it
     */
    public void check(String where, JsonNode value) {
        List<Problem> problems = new ArrayList<>();
        check("", root, value, problems);
        if (!problems.isEmpty()) {
            throw new ModelFileException(where + ": "
                    + problems.stream().map(Problem::what).collect(Collectors.joining("; ")) + ", see "
                    + problems.stream().map(problem -> place(problem.path)).distinct()
                            .collect(Collectors.joining(" and ")));
        }
    }

    /**
     * Where the page explains a key.
     *
     * @param key a key, for example {@code text.maxlen}
     * @return the end of a message, for example {@code ", see docs/lanewise-json.md#text"}
     */
    public String see(String key) {
        return ", see " + place(key);
    }

    private String place(String path) {
        String first = path.split("[.\\[]", 2)[0];
        boolean known = root.path("properties").has(first);
        // a heading's anchor holds letters only
        return page + (anchor.equals("#") ? known ? anchor + first.replace("$", "") : "" : anchor);
    }

    private void check(String path, JsonNode schema, JsonNode value, List<Problem> problems) {
        List<JsonNode> choices = choices(schema);
        boolean right = !choices.isEmpty() ? choices.contains(value)
                : !schema.has("type") || types(schema).stream().anyMatch(type -> is(type, value));
        boolean tooSmall = right && value.isNumber() && schema.has("minimum")
                && !(Json.real(value) >= Json.real(schema.get("minimum")));
        if (!right || tooSmall) {
            problems.add(new Problem(path, (path.isEmpty() ? "its root" : "'" + path + "'") + " is "
                    + shortened(value) + ", expected " + expected(schema)));
            return;
        }
        JsonNode known = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        for (String key : value.isObject() ? value.propertyNames() : List.<String>of()) {
            String inner = path.isEmpty() ? key : path + "." + key;
            if (known.has(key)) {
                check(inner, known.get(key), value.get(key), problems);
            } else if (others.isObject()) {
                check(inner, others, value.get(key), problems);
            } else if (others.isBoolean()) {
                problems.add(new Problem(inner, "'" + inner + "' is not known, expected one of "
                        + known.propertyNames()));
            }
        }
        for (JsonNode required : schema.path("required")) {
            if (!value.has(required.stringValue())) {
                problems.add(new Problem(path, (path.isEmpty() ? "it" : "'" + path + "'") + " has no '"
                        + required.stringValue() + "'"));
            }
        }
        for (int i = 0; schema.has("items") && i < value.size(); i++) {
            check(path + "[" + i + "]", schema.get("items"), value.get(i), problems);
        }
    }

    /** The values that a schema lists, or none where it takes others. */
    private static List<JsonNode> choices(JsonNode schema) {
        return Stream.concat(schema.path("enum").valueStream(),
                schema.path("oneOf").valueStream().map(one -> one.get("const"))).toList();
    }

    private static List<String> types(JsonNode schema) {
        JsonNode type = schema.get("type");
        return type.isArray() ? type.valueStream().map(JsonNode::stringValue).toList() : List.of(type.stringValue());
    }

    private static boolean is(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "number" -> value.isNumber();
            case "integer" -> Json.isInt(value);
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new IllegalStateException("the schema has the type " + type);
        };
    }

    /**
     * What a schema takes, in words.
     *
     * @param schema a schema, or a part of one
     * @return for example {@code "an integer from 1 up, or null"}
     */
    public static String expected(JsonNode schema) {
        if (!choices(schema).isEmpty()) {
            return choices(schema).stream().map(JsonNode::toString).collect(Collectors.joining(" or "));
        }
        List<String> words = types(schema).stream().map(type -> words(type, schema)).toList();
        return String.join(", or ", words);
    }

    private static String words(String type, JsonNode schema) {
        String from = schema.has("minimum") ? " from " + schema.get("minimum") + " up" : "";
        return switch (type) {
            case "array" -> schema.has("items") ? "a list of " + plural(schema.get("items")) : "a list";
            case "integer" -> "an integer" + from;
            case "number" -> "a number" + from;
            case "object" -> schema.path("additionalProperties").isObject()
                    ? "an object of names, each with " + expected(schema.get("additionalProperties")) : "an object";
            case "boolean" -> "true or false";
            case "null" -> "null";
            default -> "a " + type;
        };
    }

    private static String plural(JsonNode schema) {
        if (!choices(schema).isEmpty()) {
            return expected(schema);
        }
        String from = schema.has("minimum") ? " from " + schema.get("minimum") + " up" : "";
        return types(schema).stream().map(type -> switch (type) {
            case "null" -> "nulls";
            case "array" -> "lists";
            default -> type + "s" + from;
        }).collect(Collectors.joining(" or "));
    }

    private static String shortened(JsonNode value) {
        String text = value.toString();
        int most = 60;
        return text.length() <= most ? text : text.substring(0, most) + "...";
    }
}
