package lanewise.cli;

import static lanewise.cli.Ran.bad;
import static lanewise.cli.Ran.good;
import static lanewise.cli.Ran.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.files.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What can't be checked is a result with its reason: it neither passes nor ends the others. */
class VerifyTest {
    private static final Path CASES = Path.of(System.getProperty("models")).resolve("conformance");
    private static final Path GOOD = CASES.resolve("recurrent/lstm__return_sequences");

    @TempDir
    private Path folder;
    private String description;

    @BeforeEach
    void readDescription() throws IOException {
        description = Files.readString(GOOD.resolve("case.json"));
    }

    private Path copy(String name) throws IOException {
        Path copy = Files.createDirectories(folder.resolve(name));
        for (String file : List.of("case.json", "model.keras", "input_0.npy", "output_0.npy")) {
            Files.copy(GOOD.resolve(file), copy.resolve(file));
        }
        return copy;
    }

    private void broken(String name, String caseJson) throws IOException {
        Files.writeString(copy(name).resolve("case.json"), caseJson.replace("lstm__return_sequences", name));
    }

    private void without(String name, String file) throws IOException {
        broken(name, description);
        Files.delete(folder.resolve(name).resolve(file));
    }

    /** Checks the folder; the outcome and the reason of each case by name. */
    private Map<String, String> results(int code) {
        Ran ran = run("verify", folder, "--json");
        assertEquals(code, ran.code(), ran.out() + ran.err());
        Map<String, String> results = new LinkedHashMap<>();
        List<String> lines = ran.out().lines().toList();
        for (String line : lines.subList(0, lines.size() - 1)) {
            JsonNode result = Json.parse("result", line);
            String name = result.get("name").stringValue();
            results.put(name.substring(name.lastIndexOf('/') + 1),
                    result.get("outcome").stringValue() + " " + result.get("why").asString(""));
        }
        JsonNode sums = Json.parse("sums", lines.getLast());
        assertEquals(results.size(),
                sums.get("passed").intValue() + sums.get("failed").intValue() + sums.get("rejected").intValue());
        return results;
    }

    @Test
    void brokenCasesAreRejectedOneByOne() throws IOException {
        broken("a_cut", description.substring(0, description.length() / 2));
        broken("b_list", "[1, 2]");
        broken("c_kind", description.replace("\"predict\"", "[\"predict\"]"));
        broken("d_calls", description.replaceFirst("(?s)\"calls\": \\[.*\\]", "\"calls\": []"));
        broken("e_tolerance", description.replaceFirst("\"absolute\": [^,]*", "\"absolute\": \"1e-5\""));
        broken("f_infinite", description.replaceFirst("\"absolute\": [^,]*", "\"absolute\": Infinity"));
        broken("g_inputs", description.replace("\"inputs\"", "\"in\""));
        broken("h_outputs", description.replace("\"outputs\"", "\"out\""));
        broken("i_files", description.replace("\"model.keras\"", "5"));
        without("j_model", "model.keras");
        without("k_input", "input_0.npy");
        without("l_output", "output_0.npy");
        broken("m_array", description);
        Files.writeString(folder.resolve("m_array/output_0.npy"), "no array");
        broken("n_empty", "");
        Files.delete(copy("o_folder").resolve("case.json"));
        Files.createDirectory(folder.resolve("o_folder/case.json"));
        copy("z_good");
        Map<String, String> results = results(Main.GOOD);
        assertEquals(16, results.size(), results.toString());
        assertEquals("PASS ", results.remove("lstm__return_sequences"));
        Map<String, String> reasons = Map.ofEntries(Map.entry("a_cut", "JSON"), Map.entry("b_list", "no object"),
                Map.entry("n_empty", "empty"), Map.entry("o_folder", "is a folder"),
                Map.entry("c_kind", "kind"),
                Map.entry("i_files", "'keras' is 5"), Map.entry("j_model", "'model.keras' that it names is missing"));
        results.forEach((name, why) -> assertTrue(why.startsWith("REJECT ")
                && why.contains(reasons.getOrDefault(name, "")), name + ": " + why));
    }

    /** Cases of one name are told apart here by their folders. */
    @Test
    void reasonsOfCasesThatCheckNothing() throws IOException {
        for (Map.Entry<String, String> wrong : Map.of(
                description.replaceFirst("(?s)\"calls\": \\[.*\\]", "\"calls\": []"), "no calls",
                description.replaceFirst("\"absolute\": [^,]*", "\"absolute\": \"1e-5\""), "absolute tolerance",
                description.replaceFirst("\"absolute\": [^,]*", "\"absolute\": Infinity"), "absolute tolerance",
                description.replace("\"inputs\"", "\"in\""), "no inputs",
                description.replace("\"outputs\"", "\"out\""), "no outputs",
                description.replace("\"predict\"", "\"guess\""), "kind guess").entrySet()) {
            Path one = folder.resolve("one");
            if (!Files.exists(one)) {
                copy("one");
            }
            Files.writeString(one.resolve("case.json"), wrong.getKey());
            Ran ran = run("verify", one);
            assertEquals(Main.BAD, ran.code(), ran.out());
            assertTrue(ran.out().startsWith("REJECT ") && ran.out().contains(wrong.getValue()), ran.out());
        }
    }

    @Test
    void aCaseOfARefusalPassesOnlyForItsReason() throws IOException {
        Path lambda = CASES.resolve("reject/lambda");
        String names = Files.readString(lambda.resolve("case.json"));
        Path copy = Files.createDirectory(folder.resolve("lambda_here"));
        Files.copy(lambda.resolve("model.keras"), copy.resolve("model.keras"));
        String other = names
                .replaceFirst("(?s)\"message_names\": \\[[^\\]]*\\]", "\"message_names\": [\"lambda_here\"]")
                .replaceFirst("(?s)\"files\": \\{[^}]*\\}", "\"files\": {\"keras\": \"model.keras\"}");
        Files.writeString(copy.resolve("case.json"), other);
        assertTrue(run("verify", copy).out().contains("does not name lambda_here"), "the folder's name is no reason");
        Files.writeString(copy.resolve("case.json"), other.replace("[\"lambda_here\"]", "[]"));
        assertTrue(run("verify", copy).out().contains("expected a damaged file"));
        Files.writeString(copy.resolve("case.json"), other.replace("lambda_here", "Lambda"));
        assertTrue(good("verify", copy).startsWith("PASS"));
        Files.delete(copy.resolve("model.keras"));
        Ran missing = run("verify", copy);
        assertTrue(missing.out().startsWith("REJECT") && missing.out().contains("missing"), missing.out());
    }

    @Test
    void modelsWithoutExamplesDoNotPass() throws IOException {
        Path test = CASES.resolve("onnx");
        Path model;
        try (var files = Files.walk(test)) {
            model = files.filter(f -> f.endsWith("model.onnx")).sorted().findFirst().orElseThrow();
        }
        Files.createDirectories(folder.resolve("onnx/alone"));
        Files.copy(model, folder.resolve("onnx/alone/model.onnx"));
        Files.createDirectories(folder.resolve("keras"));
        Files.copy(GOOD.resolve("model.keras"), folder.resolve("keras/some.keras"));
        Files.createDirectories(folder.resolve("nothing/inside"));
        copy("case");
        Map<String, String> results = results(Main.GOOD);
        assertEquals(3, results.size(), results.toString());
        for (String name : List.of("model.onnx", "some.keras")) {
            assertTrue(results.get(name).startsWith("REJECT "), results.toString());
        }
        assertEquals(Main.BAD, run("verify", folder.resolve("keras/some.keras")).code());
        assertTrue(results.get("some.keras").contains("has no examples"), results.toString());
        // another path is checked all the same
        Ran both = run("verify", folder.resolve("keras/some.keras"), folder.resolve("case"));
        assertEquals(Main.BAD, both.code());
        assertTrue(both.out().endsWith("1 passed, 0 failed, 1 rejected" + System.lineSeparator()), both.out());
        bad("nothing to check", "verify", folder.resolve("nothing"));
        bad("no file or folder", "verify", folder.resolve("missing"));
        Files.write(folder.resolve("keras/some.keras"), new byte[] {1, 2, 3});
        assertTrue(results(Main.FAILED).get("some.keras").startsWith("FAIL"), "a damaged model in a tree");
    }

    @Test
    void linksUpwardsEnd() throws IOException {
        copy("tree/case");
        Files.createSymbolicLink(folder.resolve("tree/up"), folder);
        Ran ran = run("verify", folder.resolve("tree"));
        assertFalse(ran.out().contains("REJECT"), ran.out());
    }
}
