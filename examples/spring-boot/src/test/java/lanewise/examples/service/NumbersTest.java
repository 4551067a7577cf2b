package lanewise.examples.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import lanewise.Model;
import lanewise.Scorer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service with a model of two inputs of numbers, without a network. */
@SpringBootTest
@AutoConfigureMockMvc
class NumbersTest {
    private static final String ROW = "{\"series\": [[0.5, 1, 2.25], [3, 1e-3, -7]], \"age\": 9}";
    @TempDir
    private static Path folder;

    @Autowired
    private MockMvcTester mvc;

    @DynamicPropertySource
    static void model(DynamicPropertyRegistry properties) {
        TestModels.numbers(folder.resolve("numbers.gguf"), 1);
        properties.add("lanewise.model", () -> folder.resolve("numbers.gguf"));
    }

    @Test
    void answersHaveTheBitsOfDirectCalls() throws Exception {
        JsonNode answer = new JsonMapper().readTree(mvc.post().uri("/score").content(ROW).exchange().getResponse()
                .getContentAsString());
        try (Model model = Model.open(folder.resolve("numbers.gguf")); Scorer scorer = model.scorer()) {
            float[] expected = scorer.scoreRow(Map.of("series", List.of(List.of(0.5, 1, 2.25), List.of(3, 1e-3, -7)),
                    "age", 9)).values();
            for (int k = 0; k < expected.length; k++) {
                float found = Float.parseFloat(answer.path("outputs").path("y").get(k).asString());
                assertEquals(Float.floatToIntBits(expected[k]), Float.floatToIntBits(found));
            }
        }
        assertThat(answer.path("label").isNull()).isTrue();
    }

    @Test
    void badRowsAreRefusedWithTheReason() {
        for (Map.Entry<String, String> wrong : Map.of(ROW.replace("age", "years"),
                "the row has values for [series, years], expected [series, age]",
                ROW.replace("9", "9.5"),
                "input 'age' takes integers of 32 bits, value 0 is 9.5; round it first, if that is what you mean",
                ROW.replace("-7", "\"x\""), "input 'series' holds \"x\" among numbers",
                ROW.replace(", -7", ""), "input 'series': its lists differ in length at depth 1").entrySet()) {
            assertThat(mvc.post().uri("/score").content(wrong.getKey())).hasStatus(400).bodyJson()
                    .extractingPath("$.detail").isEqualTo(wrong.getValue());
        }
    }
}
