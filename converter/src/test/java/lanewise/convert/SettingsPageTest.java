package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lanewise.error.ModelFileException;
import lanewise.files.Json;
import lanewise.files.Schema;
import lanewise.text.CleaningRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The page of {@code lanewise.json} is made from the schema that the reader checks with, and messages lead to it. */
class SettingsPageTest {
    private static final Path ROOT = Path.of(System.getProperty("models"), "..").normalize();
    private static final Path PAGE = ROOT.resolve("docs/lanewise-json.md");
    private static final String BEGIN = "<!-- made by SettingsPageTest -->\n";
    private static final String END = "<!-- end of what is made -->\n";

    @TempDir
    private Path folder;

    @Test
    void pageIsMadeFromTheSchema() throws IOException {
        String page = Files.readString(PAGE);
        StringBuilder made = new StringBuilder();
        sections(Schema.SETTINGS.root(), made);
        JsonNode examples = Schema.EXAMPLES.root();
        made.append("\n## ").append(examples.get("title").stringValue()).append("\n\n")
                .append(examples.get("description").stringValue()).append("\n");
        table(examples, "", made);
        String whole = page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + made + "\n"
                + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("settings.write")) {
            Files.writeString(PAGE, whole);
        }
        assertEquals(whole, Files.readString(PAGE), "run mvn verify -Dsettings.write=true");
    }

    private static void sections(JsonNode schema, StringBuilder made) {
        schema.get("properties").properties().forEach(key -> {
            JsonNode value = key.getValue();
            made.append("\n## `").append(key.getKey()).append("`\n\n").append(value.get("description").stringValue())
                    .append("\n");
            if (value.has("properties")) {
                table(value, key.getKey() + ".", made);
            } else {
                made.append("\nTakes ").append(Schema.expected(value).replace("{", "\\{")).append(".");
                for (JsonNode example : value.path("examples")) {
                    made.append(" For example:\n\n```json\n").append(spaced(Map.of(key.getKey(), example)))
                            .append("\n```");
                }
                made.append("\n");
            }
        });
    }

    private static void table(JsonNode schema, String prefix, StringBuilder made) {
        made.append("\n| key | takes | without it | what |\n|---|---|---|---|\n");
        rows(schema, prefix, made);
        JsonNode choices = schema.path("properties").path("cleaning").path("items").path("oneOf");
        if (!choices.isMissingNode()) {
            made.append("\n| step of `cleaning` | in Python |\n|---|---|\n");
            choices.forEach(step -> made.append("| `").append(step.get("const").stringValue()).append("` | `")
                    .append(step.get("description").stringValue()).append("` |\n"));
        }
    }

    private static void rows(JsonNode schema, String prefix, StringBuilder made) {
        for (Map.Entry<String, JsonNode> key : schema.get("properties").properties()) {
            JsonNode value = key.getValue();
            boolean required = schema.path("required").valueStream()
                    .anyMatch(name -> name.stringValue().equals(key.getKey()));
            JsonNode items = value.path("items");
            String takes = items.has("oneOf") ? "a list of the steps below" : Schema.expected(value);
            made.append("| `").append(prefix).append(key.getKey()).append("` | ").append(takes).append(" | ")
                    .append(value.has("default") ? "`" + plain(value.get("default")) + "`" : required ? "refused" : "")
                    .append(" | ").append(value.get("description").stringValue()).append(" |\n");
            if (items.has("properties")) {
                rows(items, prefix + key.getKey() + "[].", made);
            }
        }
    }

    private static String plain(JsonNode value) {
        return value.isNumber() ? value.decimalValue().stripTrailingZeros().toPlainString() : value.toString();
    }

    private static String spaced(Object value) {
        return Json.write(value).replaceAll("([,:])(?=[\\[{\"0-9n])", "$1 ");
    }

    /** A step of cleaning that has no line in the schema could not be written, and the other way round. */
    @Test
    void schemaHasAllStepsOfCleaning() {
        JsonNode steps = Schema.SETTINGS.root().at("/properties/text/properties/cleaning/items/oneOf");
        assertEquals(Arrays.stream(CleaningRule.values()).map(CleaningRule::id).toList(),
                steps.valueStream().map(step -> step.get("const").stringValue()).toList());
    }

    /** Every key that the reader asks for stands in the schema, and the reader asks for every key of the schema. */
    @Test
    void readerAsksForTheKeysOfTheSchema() throws IOException {
        String reader = Files.readString(ROOT.resolve("converter/src/main/java/lanewise/convert/ModelFolder.java"))
                + Files.readString(ROOT.resolve("converter/src/main/java/lanewise/files/FixedInputs.java"));
        Matcher asked = Pattern
                .compile("(?:has|get|path)\\(\"([^\"]+)\"\\)|(?:side|file|strings)\\([^()]*\"([^\"]+)\"\\)"
                        + "|List\\.of\\(\"(set)\", \"(shape)\"\\)")
                .matcher(reader);
        Set<String> keys = new TreeSet<>(List.of("$schema"));
        while (asked.find()) {
            for (int i = 1; i <= asked.groupCount(); i++) {
                if (asked.group(i) != null) {
                    keys.add(asked.group(i));
                }
            }
        }
        Set<String> declared = new TreeSet<>();
        declare(Schema.SETTINGS.root(), declared);
        assertEquals(declared, keys);
    }

    private static void declare(JsonNode node, Set<String> keys) {
        if (node.path("properties").isObject()) {
            keys.addAll(node.get("properties").propertyNames());
        }
        node.forEach(inner -> declare(inner, keys));
    }

    /** What was passed over in silence before is refused, with the section that explains it. */
    @Test
    void refusesWhatTheSchemaRefuses() throws IOException {
        Files.copy(ROOT.resolve("models/sentiment/model.keras"), folder.resolve("model.keras"));
        Files.copy(ROOT.resolve("models/sentiment/tokenizer.json"), folder.resolve("tokenizer.json"));
        List<List<String>> wrong = List.of(
                List.of("{\"labels\": \"negative\"}", "'labels' is \"negative\", expected a list of strings",
                        "#labels"),
                List.of("{\"labels\": [1, 2]}", "'labels[0]' is 1, expected a string; 'labels[1]' is 2", "#labels"),
                List.of("{\"lables\": []}", "'lables' is not known, expected one of [", "labels"),
                List.of("{\"text\": \"tokenizer.json\"}", "'text' is \"tokenizer.json\", expected an object", "#text"),
                List.of("{\"text\": {\"cleaning\": \"lower\"}}", "'text.cleaning' is \"lower\", expected a list of",
                        "#text"),
                List.of("{\"text\": {\"cleaning\": [\"upper\"]}}",
                        "'text.cleaning[0]' is \"upper\", expected \"lower\"",
                        "#text"),
                List.of("{\"text\": {\"value\": \"0\"}}", "'text.value' is \"0\", expected a number", "#text"),
                List.of("{\"text\": {\"maxlen\": 0}}", "'text.maxlen' is 0, expected an integer from 1 up, or null",
                        "#text"),
                List.of("{\"text\": {\"maxlen\": 39}}", "'text.maxlen' is 39, but the model takes 40 ids", "#text"),
                List.of("{\"text\": {\"padding\": \"left\"}}",
                        "'text.padding' is \"left\", expected \"pre\" or \"post\"",
                        "#text"),
                List.of("{\"text\": {\"pad\": \"pre\"}}", "'text.pad' is not known, expected one of [", "#text"),
                List.of("{\"set\": [1]}", "'set' is [1], expected an object of names, each with a number", "#set"),
                List.of("{\"shape\": {\"x\": [0]}}", "'shape.x[0]' is 0, expected an integer from 1 up, or null",
                        "#shape"),
                List.of("[]", "its root is [], expected an object", "docs/lanewise-json.md"),
                List.of("{\"model\": null}", "'model' is null, expected a string", "#model"),
                List.of("{\"model\": 1, \"examples\": 2}", "'model' is 1, expected a string", "'examples' is 2"));
        for (List<String> one : wrong) {
            refused("lanewise.json", one);
        }
        Files.writeString(folder.resolve("lanewise.json"), "{\"examples\": \"expected.json\"}");
        for (List<String> one : List.of(
                List.of("{\"absolute\": \"0.1\", \"rows\": []}", "'absolute' is \"0.1\", expected a number from 0",
                        "#the-file-of-examples"),
                List.of("{\"row\": []}", "'row' is not known", "it has no 'rows'"),
                List.of("{\"rows\": {}}", "'rows' is {}, expected a list of objects", "#the-file"),
                List.of("{\"rows\": [{\"inputs\": [\"a\"]}]}", "'rows[0]' has no 'outputs'", "#the-file"))) {
            refused("expected.json", one);
        }
    }

    private void refused(String name, List<String> contentAndWords) throws IOException {
        Path file = Files.writeString(folder.resolve(name), contentAndWords.getFirst());
        String message = assertThrows(ModelFileException.class, () -> Importer.read(folder)).getMessage();
        assertTrue(message.startsWith(file.toString() + ": "), message);
        for (String words : contentAndWords.subList(1, contentAndWords.size())) {
            assertTrue(message.contains(words), message);
        }
    }

    /** The anchors in messages are headings of the page. */
    @Test
    void messagesLeadToHeadings() throws IOException {
        String page = Files.readString(PAGE);
        for (String key : Schema.SETTINGS.root().get("properties").propertyNames()) {
            assertTrue(Schema.SETTINGS.see(key).endsWith("#" + key.replace("$", "")), key);
            assertTrue(page.contains("\n## `" + key + "`\n"), key);
        }
        assertTrue(page.contains("\n## The file of examples\n"));
        assertTrue(Schema.EXAMPLES.see("rows").endsWith("#the-file-of-examples"));
    }
}
