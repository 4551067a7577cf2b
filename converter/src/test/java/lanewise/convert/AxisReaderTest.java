package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lanewise.files.Json;
import lanewise.spec.LayerSpec;
import org.junit.jupiter.api.Test;

class AxisReaderTest {
    @Test
    void searchesOnlyInListsOfNumbers() {
        assertNotNull(search("[0.5, 1.5]"));
        for (String list : List.of("[]", "[\"a\"]", "[[1, 2]]", "{}", "3")) {
            String reason = assertThrows(Composition.Refused.class, () -> search(list), list).getMessage();
            assertTrue(reason.contains("expected a fixed list of numbers"), reason);
        }
        assertNotNull(search("[1, 1.0]"));
        String reason = assertThrows(Composition.Refused.class, () -> search("[1, 2, 1.5]")).getMessage();
        assertTrue(reason.contains("has 2.0 before 1.5"), reason);
    }

    private static LayerSpec search(String list) {
        Options options = new Options(new Problems(), "search", "SearchSorted", Json.parse("config", "{}"), 3);
        return AxisReader.read("search", "SearchSorted", options, List.of(Json.parse("list", list), Json.parse("tensor",
                "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, 4], \"dtype\": \"float32\"}}")));
    }
}
