package lanewise.files;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Nested JSON lists as an array: how long the lists are at each depth, and what they hold, row-major. A single value is
 * an array without axes.
 *
 * @param shape  lengths of the lists, outermost first, as the first list at each depth has them; nothing is looked at
 *               behind a length of 0
 * @param leaves what stands at the innermost depth, of any kind, perhaps lists: who reads it checks that
 * @param ragged the depth at which some list is missing or has another length, or -1 if there is none
 */
public record JsonLists(List<Integer> shape, List<JsonNode> leaves, int ragged) {
    /**
     * Reads nested lists.
     *
     * @param node a value, or lists
     * @return the array; with leaves that are of no use if it is ragged
     */
    public static JsonLists of(JsonNode node) {
        List<Integer> shape = new ArrayList<>();
        for (JsonNode level = node; level.isArray(); level = level.get(0)) {
            shape.add(level.size());
            if (level.isEmpty()) {
                break;
            }
        }
        List<JsonNode> leaves = new ArrayList<>();
        int ragged = collect(node, shape, 0, leaves);
        return new JsonLists(List.copyOf(shape), Collections.unmodifiableList(leaves), ragged);
    }

    private static int collect(JsonNode node, List<Integer> shape, int depth, List<JsonNode> leaves) {
        if (depth == shape.size()) {
            leaves.add(node);
            return -1;
        }
        if (!node.isArray() || node.size() != shape.get(depth)) {
            return depth;
        }
        for (JsonNode item : node) {
            int ragged = collect(item, shape, depth + 1, leaves);
            if (ragged >= 0) {
                return ragged;
            }
        }
        return -1;
    }
}
