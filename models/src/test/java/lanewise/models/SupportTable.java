package lanewise.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipFile;
import lanewise.convert.ImportOptions;
import lanewise.files.Json;
import lanewise.options.ModelOptions;
import lanewise.verify.CaseFolder;
import lanewise.verify.CaseResult;
import tools.jackson.databind.JsonNode;

/**
 * The page of what is supported, made of the conformance cases: each layer and operation with the values of its options
 * that occur in cases that pass.
 */
final class SupportTable {
    /** Options that tell how to begin or to train, or nothing at all. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("name", "trainable", "dtype", "seed", "batch_shape",
            "layer", "cell", "cells",
            "backward_layer", "layers", "input_layers", "output_layers", "quantization_config", "activity_regularizer",
            "momentum",
            "vocabulary", "idf_weights", "build_input_shape", "renorm", "renorm_clipping", "renorm_momentum",
            "synchronized",
            "vocabulary_size", "vocabulary_dtype", "power_iterations", "optional");
    private static final int MOST_VALUES = 12;
    /** Made by {@code models/conformance/generate names}. */
    private static final String NAMES = "keras-names.json";

    private final Map<String, Map<String, Set<String>>> layers = new TreeMap<>();
    private final Map<String, Integer> cases = new TreeMap<>();
    private final Map<String, Set<String>> versions = new TreeMap<>();
    private final List<String> refusals = new ArrayList<>();
    /** What neither a case shows nor a reason explains. */
    private final List<String> unexplained = new ArrayList<>();

    /** Replays the conformance cases and lists what those that pass are made of. */
    static String make() throws IOException {
        SupportTable table = new SupportTable();
        for (Path folder : Conformance.folders()) {
            CaseFolder read = CaseFolder.read(folder);
            if (CaseResult
                    .of(read,
                            ImportOptions.DEFAULT.withModel(ModelOptions.DEFAULT
                                    .withKernels(ModelOptions.KernelChoice.SCALAR).withWarmUpThread(false)))
                    .outcome() == CaseResult.Outcome.PASS) {
                table.add(folder);
            }
        }
        String page = table.print();
        if (!table.unexplained.isEmpty()) {
            throw new AssertionError("neither a case nor a reason for " + table.unexplained
                    + "; add a case, or a reason in models/conformance/generate/goldens/keras_names.py");
        }
        return page;
    }

    private void add(Path folder) throws IOException {
        JsonNode description = Json.parse("case", Files.readString(folder.resolve(CaseFolder.DESCRIPTION)));
        if (description.path("kind").asString("").equals("reject")) {
            refusals.add(description.path("reason").asString(""));
            return;
        }
        if (description.has("file_style")) {
            Set<String> seen = versions.computeIfAbsent(description.get("file_style").asString(""),
                    v -> new TreeSet<>());
            description.path("layers").forEach(layer -> seen.add(layer.asString("")));
        }
        Path archive = folder.resolve("model.keras");
        if (Files.exists(archive)) {
            try (ZipFile zip = new ZipFile(archive.toFile());
                    InputStream in = zip.getInputStream(zip.getEntry("config.json"))) {
                Set<String> inCase = new HashSet<>();
                walk(Json.parse("config", in.readAllBytes()), inCase);
                inCase.forEach(name -> cases.merge(name, 1, Integer::sum));
            }
        }
    }

    private void walk(JsonNode node, Set<String> inCase) {
        JsonNode config = node.path("config");
        String module = node.path("module").asString("");
        boolean operation = module.startsWith("keras.src.ops");
        if (config.isObject() && (operation || module.equals("keras.layers"))) {
            String name = (operation ? "ops." : "") + node.path("class_name").asString("");
            inCase.add(name);
            Map<String, Set<String>> options = layers.computeIfAbsent(name, key -> new TreeMap<>());
            for (String key : config.propertyNames()) {
                if (!WITHOUT_EFFECT.contains(key) && !key.endsWith("_initializer") && !key.endsWith("_regularizer")
                        && !key.endsWith("_constraint")) {
                    options.computeIfAbsent(key, k -> new TreeSet<>()).add(value(config.get(key)));
                }
            }
        }
        for (JsonNode item : node.values()) {
            if (item.isContainer()) {
                walk(item, inCase);
            }
        }
    }

    private static String value(JsonNode value) {
        if (value.isNumber()) {
            return "numbers";
        } else if (value.isArray()) {
            return "lists";
        }
        return value.isString() ? value.stringValue()
                : value.isObject() ? value.path("config").asString("functions") : value.toString();
    }

    /** A line for each name: yes if a case has one of its classes, else the reason. */
    private void every(JsonNode names, String prefix, StringBuilder page) {
        for (String name : names.propertyNames()) {
            boolean seen = false;
            for (JsonNode kerasClass : names.get(name).path("classes")) {
                seen |= cases.containsKey(prefix + kerasClass.asString(""));
            }
            String reason = names.get(name).path("reason").asString("");
            if (!seen && reason.isEmpty()) {
                unexplained.add(prefix + name);
            }
            page.append("| ").append(name).append(" | ").append(seen ? "yes" : "no: " + reason).append(" |\n");
        }
    }

    private String print() throws IOException {
        StringBuilder page = new StringBuilder(
                """
                        # What is supported

                        Made by the tests (`SupportTest`) out of the Keras cases in `models/conformance` that give \
                        what Keras gave: layers and
                        operations, how many cases have them, and the values of their options that occur there. \
                        Options that only matter in training
                        are left out.

                        | layer or operation | cases | options |
                        |---|---|---|
                        """);
        layers.forEach((name, options) -> {
            List<String> parts = new ArrayList<>();
            options.forEach((key,
                    values) -> parts.add(key + ": " + (values.size() > MOST_VALUES ? values.size() + " values, such as "
                            + String.join(" ", values.stream().limit(MOST_VALUES).toList())
                            : String.join(" ", values))));
            page.append("| ").append(name).append(" | ").append(cases.get(name)).append(" | ").append(String.join("; ",
                    parts).replace("|", "\\|"))
                    .append(" |\n");
        });
        JsonNode names = Json.parse("names", Files.readString(Conformance.MODELS.resolve(NAMES)));
        page.append("\n## Every class of keras.layers\n\nOf Keras ").append(names.path("keras").asString(""))
                .append(". Yes stands beside those that a case above shows.\n\n| class | |\n|---|---|\n");
        every(names.path("layers"), "", page);
        page.append("\n## Every function of keras.ops\n\n| function | |\n|---|---|\n");
        every(names.path("ops"), "ops.", page);
        page.append("\n## Files of older Keras\n\n| version | layers |\n|---|---|\n");
        versions.forEach((version, seen) -> page.append("| ").append(version).append(" | ")
                .append(String.join(", ", seen)).append(" |\n"));
        page.append("\n## Refused, with every reason\n\n");
        new TreeSet<>(refusals).forEach(reason -> page.append("- ").append(reason).append('\n'));
        return page.toString();
    }
}
