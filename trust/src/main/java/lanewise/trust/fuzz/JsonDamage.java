package lanewise.trust.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Changes values, keys and lists of a JSON text, which stays one. */
final class JsonDamage {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Stands in a text for what a tree can't hold. */
    private static final String MARK = "a-mark-that-is-in-no-file";

    private JsonDamage() {}

    static boolean fits(byte[] bytes) {
        return bytes.length > 1 && (bytes[0] == '{' || bytes[0] == '[');
    }

    static byte[] of(byte[] bytes, Script script) {
        JsonNode root;
        try {
            root = MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            return ByteDamage.of(bytes, script);
        }
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        if (containers.isEmpty()) {
            return ByteDamage.of(bytes, script);
        }
        int changes = 1 + script.below(3);
        for (int i = 0; i < changes; i++) {
            JsonNode container = containers.get(script.below(containers.size()));
            JsonNode other = containers.get(script.below(containers.size()));
            if (container instanceof ObjectNode object) {
                change(object, other, script);
            } else {
                change((ArrayNode) container, other, script);
            }
        }
        String text;
        try {
            text = MAPPER.writeValueAsString(root);
        } catch (JacksonException | StackOverflowError e) {
            // a node has become part of itself
            return ByteDamage.of(bytes, script);
        }
        if (text.contains(MARK)) {
            text = text.replace('"' + MARK + '"', odd(script));
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String odd(Script script) {
        int deep = 10 << script.below(9);
        return switch (script.below(8)) {
            case 0 -> "1e999";
            case 1 -> "NaN";
            case 2 -> "-Infinity";
            case 3 -> "[".repeat(deep) + "]".repeat(deep);
            case 4 -> "{\"a\":".repeat(deep) + "1" + "}".repeat(deep);
            case 5 -> "9".repeat(1 + script.below(400));
            case 6 -> "[" + "1,".repeat(deep) + "1]";
            default -> "\"" + "x".repeat(deep) + "\"";
        };
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainer()) {
            if (!node.isEmpty()) {
                containers.add(node);
            }
            node.forEach(child -> collect(child, containers));
        }
    }

    private static void change(ObjectNode object, JsonNode other, Script script) {
        if (object.isEmpty()) {
            return;
        }
        List<String> names = new ArrayList<>(object.propertyNames());
        String name = names.get(script.below(names.size()));
        switch (script.below(8)) {
            case 0 -> object.remove(name);
            case 1 -> {
                String to = names.get(script.below(names.size()));
                object.set(to, object.get(name).deepCopy());
            }
            case 2 -> {
                JsonNode value = object.remove(name);
                object.set(name + script.one("_", "s", "", "\u00e9"), value);
            }
            case 3 -> object.set(name, other.deepCopy());
            default -> object.set(name, value(object.get(name), script));
        }
    }

    private static void change(ArrayNode array, JsonNode other, Script script) {
        if (array.isEmpty()) {
            return;
        }
        int at = script.below(array.size());
        switch (script.below(7)) {
            case 0 -> array.remove(at);
            case 1 -> array.insert(at, array.get(at).deepCopy());
            case 2 -> array.insert(at, value(array.get(at), script));
            case 3 -> array.set(at, other.deepCopy());
            default -> array.set(at, value(array.get(at), script));
        }
    }

    /** Another value: often one of the same kind. */
    private static JsonNode value(JsonNode old, Script script) {
        if (old.isNumber() && script.below(4) > 0) {
            long number = old.asLong(0);
            return switch (script.below(6)) {
                case 0 -> NODES.numberNode(number + 1);
                case 1 -> NODES.numberNode(number - 1);
                case 2 -> NODES.numberNode(-number);
                case 3 -> NODES.numberNode(number * 1000);
                case 4 -> NODES.numberNode(old.asDouble(0) + 0.5);
                default -> NODES.numberNode(script.edge());
            };
        }
        if (old.isBoolean() && script.below(3) > 0) {
            return NODES.booleanNode(!old.asBoolean());
        }
        return switch (script.below(12)) {
            case 0 -> NODES.nullNode();
            case 1, 2 -> NODES.numberNode(script.edge());
            case 3 -> NODES.numberNode(script.one(1e308, -1e-320, 0.1, 1e39, 2.5, -0.0));
            case 4 -> NODES.booleanNode(script.oneIn(2));
            case 5 -> NODES.stringNode(script.one("", "a", "linear", "tanh", "float16", "None", "../x", "\u0000", "é"));
            case 6 -> NODES.arrayNode();
            case 7 -> NODES.objectNode();
            case 8 -> NODES.arrayNode().add(old.deepCopy());
            case 9 -> NODES.stringNode(MARK);
            case 10 -> NODES.stringNode(old.asString("x") + script.one("2", " ", "/", ":0"));
            default -> NODES.arrayNode().add(script.edge()).add(script.edge());
        };
    }
}
