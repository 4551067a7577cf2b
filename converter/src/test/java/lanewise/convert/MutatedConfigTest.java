package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import lanewise.Model;
import lanewise.error.LanewiseException;
import lanewise.files.Json;
import lanewise.options.ModelOptions;
import lanewise.verify.CaseFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Configs in which something was changed at random give a model, or an error that says why not; never anything else.
 */
class MutatedConfigTest {
    private static final Path CASES = Path.of(System.getProperty("models")).resolve("conformance");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int EACH = Integer.getInteger("mutations", 4);

    @TempDir
    private Path folder;
    private final Random random = new Random(Long.getLong("seed", 11));

    @Test
    void mutatedConfigsAreReadOrRefused() throws IOException {
        List<Path> archives = CaseFolder.below(CASES).stream().map(f -> f.resolve("model.keras"))
                .filter(f -> Files.exists(f) && !f.toString().contains("reject")).toList();
        int refused = 0;
        int read = 0;
        List<String> broken = new ArrayList<>();
        for (Path archive : archives) {
            for (int i = 0; i < EACH; i++) {
                Path file = folder.resolve("model.keras");
                JsonNode config = mutate(archive, file);
                try (Model model = Importer.read(file).toModel(ModelOptions.DEFAULT.withWarmUpThread(false))) {
                    model.explain();
                    read++;
                } catch (LanewiseException e) {
                    RefusalLines.check(e);
                    refused++;
                } catch (RuntimeException | Error e) {
                    broken.add(CASES.relativize(archive) + ": " + e + " "
                            + Arrays.stream(e.getStackTrace()).filter(f -> f.getClassName().startsWith("lanewise"))
                                    .limit(3).toList()
                            + " with " + config.toString().length());
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(refused > 0 && read > 0, refused + " refused, " + read + " read");
    }

    /** Writes the archive with one change to its config. */
    private JsonNode mutate(Path archive, Path file) throws IOException {
        JsonNode config;
        try (ZipFile zip = new ZipFile(archive.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            try (InputStream in = zip.getInputStream(zip.getEntry("config.json"))) {
                config = Json.parse("config", in.readAllBytes());
            }
            List<JsonNode> containers = new ArrayList<>();
            collect(config, containers);
            change(containers.get(random.nextInt(containers.size())));
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(e -> (ZipEntry) e)::iterator) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                if (entry.getName().equals("config.json")) {
                    out.write(config.toString().getBytes(StandardCharsets.UTF_8));
                } else {
                    try (InputStream in = zip.getInputStream(entry)) {
                        in.transferTo(out);
                    }
                }
            }
        }
        return config;
    }

    private static void collect(JsonNode node, List<JsonNode> into) {
        if (node.isContainer() && !node.isEmpty()) {
            into.add(node);
            node.values().forEach(item -> collect(item, into));
        }
    }

    private void change(JsonNode node) {
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>(object.propertyNames());
            String name = names.get(random.nextInt(names.size()));
            if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, other());
            }
        } else if (node instanceof ArrayNode array) {
            int at = random.nextInt(array.size());
            if (random.nextInt(4) == 0) {
                array.remove(at);
            } else {
                array.set(at, other());
            }
        }
    }

    private JsonNode other() {
        return switch (random.nextInt(15)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(0);
            case 3 -> JSON.numberNode(-1);
            case 4 -> JSON.numberNode(random.nextInt(8));
            case 5 -> JSON.numberNode(1.5);
            case 6 -> JSON.numberNode(Integer.MAX_VALUE);
            case 7 -> JSON.stringNode("relu");
            case 8 -> JSON.stringNode("");
            case 9 -> JSON.arrayNode();
            // numbers that fit no int, no long, no float
            case 10 -> JSON.numberNode((1L << 32) + 1);
            case 11 -> JSON.numberNode(Long.MIN_VALUE);
            case 12 -> JSON.numberNode(BigInteger.TEN.pow(60));
            case 13 -> JSON.numberNode(-1e300);
            default -> JSON.objectNode();
        };
    }
}
