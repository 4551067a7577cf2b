package lanewise.examples.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import lanewise.Model;
import lanewise.Scorer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service on real ports, with a model of texts: what callers get, and how the model is swapped. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {"management.server.port=0",
    "lanewise.max-body=2KB"})
class ScoringServiceTest {
    private static final JsonMapper JSON = new JsonMapper();
    @TempDir
    private static Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    @LocalServerPort
    private int port;
    @LocalManagementPort
    private int management;

    @DynamicPropertySource
    static void models(DynamicPropertyRegistry properties) {
        TestModels.texts(folder.resolve("a.gguf"), 1, "no", "yes");
        TestModels.texts(folder.resolve("b.gguf"), 2, "no", "yes");
        TestModels.texts(folder.resolve("other-labels.gguf"), 3, "bad", "good");
        TestModels.numbers(folder.resolve("numbers.gguf"), 4);
        TestModels.wrong(folder.resolve("wrong.gguf"), folder.resolve("b.gguf"));
        properties.add("lanewise.model", () -> folder.resolve("a.gguf"));
    }

    private HttpResponse<String> send(int to, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to + path));
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body)).header("Content-Type", "application/json");
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void refuses(int status, String detail, String body) throws Exception {
        HttpResponse<String> response = send(port, "/score", body);
        assertEquals(status, response.statusCode(), response.body());
        assertEquals(detail, JSON.readTree(response.body()).path("detail").asString());
    }

    private JsonNode swap(int status, String file) throws Exception {
        HttpResponse<String> response = send(management, "/actuator/model", "{\"file\":\"" + file + "\"}");
        assertEquals(status, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    /** Scores texts by the service and by a model of its own: not a bit may differ. */
    private void answersAs(String file) throws Exception {
        try (Model model = Model.open(folder.resolve(file)); Scorer scorer = model.scorer()) {
            List<String> texts = TestModels.samples(20);
            JsonNode all = JSON.readTree(send(port, "/score", JSON.writeValueAsString(texts.subList(0, 8).stream()
                    .map(text -> Map.of("text", text)).toList())).body());
            for (int i = 0; i < texts.size(); i++) {
                JsonNode one = JSON.readTree(send(port, "/score", JSON.writeValueAsString(Map.of("ids", texts.get(i))))
                        .body());
                float[] expected = scorer.score(texts.get(i)).values();
                assertEquals(model.fingerprint(), one.path("model").asString());
                assertEquals(scorer.score(texts.get(i)).label().name(), one.path("label").asString());
                for (int k = 0; k < expected.length; k++) {
                    float found = Float.parseFloat(one.path("outputs").path("y").get(k).asString());
                    assertEquals(Float.floatToIntBits(expected[k]), Float.floatToIntBits(found));
                }
                assertTrue(i >= 8 || one.equals(all.get(i)));
            }
        }
    }

    @Test
    void answersHaveTheBitsOfDirectCallsAlsoAfterASwap() throws Exception {
        answersAs("a.gguf");
        assertEquals("texts-2", swap(200, "b.gguf").path("model").asString());
        answersAs("b.gguf");

        // refused swaps: the model before goes on
        assertTrue(swap(409, "numbers.gguf").path("refused").asString().contains("can't take the place of"));
        assertTrue(swap(409, "other-labels.gguf").path("refused").asString().contains("labels"));
        assertTrue(swap(409, "wrong.gguf").path("refused").asString().contains("training framework"));
        Files.writeString(folder.resolve("damaged.gguf"), "GGUF");
        assertFalse(swap(409, "damaged.gguf").path("refused").asString().isEmpty());
        assertTrue(swap(409, "../a.gguf").path("refused").asString().contains("no such file"));
        assertTrue(swap(409, "missing.gguf").path("refused").asString().contains("no such file"));
        answersAs("b.gguf");
        assertEquals("texts-1", swap(200, "a.gguf").path("model").asString());
    }

    @Test
    void badRowsAreRefusedWithTheReason() throws Exception {
        refuses(400, "the row has values for [txt], expected text, or the model's input [ids]", "{\"txt\": \"a\"}");
        refuses(400, "the row has values for [], expected text, or the model's input [ids]", "{}");
        refuses(400, "input 'ids' takes integers of 32 bits, value 0 is 1.5; round it first, if that is what you mean",
                "{\"ids\": [1.5, " + "2, ".repeat(22) + "2]}");
        refuses(400, "input 'ids' holds null among numbers", "{\"text\": null}");
        refuses(400, "expected a JSON object with a value for each input, such as {\"text\": \"...\"}, or a list of"
                + " these", "[{\"text\": \"a\"}, 3]");
        refuses(413, "the body is longer than 2048 bytes; send fewer rows, or raise lanewise.max-body",
                "{\"text\": \"" + "a ".repeat(1100) + "\"}");
        for (String broken : List.of("", "{\"text\": ", "{\"text\": \"a\"} {}", "{\"text\": \"a\", \"text\": \"b\"}")) {
            HttpResponse<String> response = send(port, "/score", broken);
            assertEquals(400, response.statusCode(), broken);
            assertTrue(response.body().contains("not valid JSON"), response.body());
        }
    }

    @Test
    void healthAndMetricsAreThere() throws Exception {
        send(port, "/score", "{\"text\": \"w1 w2\"}");
        for (int i = 0; i < 600 && send(port, "/readyz", null).statusCode() != 200; i++) {
            Thread.sleep(50);
        }
        HttpResponse<String> ready = send(port, "/readyz", null);
        assertEquals(200, ready.statusCode(), ready.body());
        assertTrue(ready.body().contains("\"verifiedCalls\":4"), ready.body());
        assertEquals(200, send(port, "/livez", null).statusCode());
        assertEquals(404, send(port, "/actuator/model", null).statusCode());
        String metrics = send(management, "/actuator/prometheus", null).body();
        for (String line : List.of("lanewise_pool_size{name=\"model\"} ", "lanewise_model_warm{name=\"model\"} 1.0",
                "lanewise_call_seconds_count{name=\"model\",outcome=\"answered\"} ",
                "lanewise_model_info{fingerprint=")) {
            assertTrue(metrics.contains(line), line);
        }
    }
}
