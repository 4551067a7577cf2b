package lanewise.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonListsTest {
    @Test
    void readsListsOfAnyDepth() {
        assertEquals(new JsonLists(List.of(), List.of(Json.parse("", "7")), -1), read("7"));
        assertEquals(List.of(2, 3), read("[[1, 2, 3], [4, 5, 6]]").shape());
        assertEquals(6, read("[[1, 2, 3], [4, 5, 6]]").leaves().size());
        assertEquals(List.of(2, 0), read("[[], []]").shape());
        assertEquals(List.of(), read("[[], []]").leaves());
    }

    @Test
    void saysAtWhichDepthListsDiffer() {
        assertEquals(1, read("[[1, 2], [3]]").ragged());
        assertEquals(1, read("[[1, 2], 3]").ragged());
        assertEquals(2, read("[[[1], [2]], [[3], []]]").ragged());
        // what stands at the innermost depth is for the reader to check
        assertEquals(-1, read("[1, [2]]").ragged());
    }

    private static JsonLists read(String text) {
        return JsonLists.of(Json.parse("the lists", text));
    }
}
