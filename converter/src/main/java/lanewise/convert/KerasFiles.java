package lanewise.convert;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import lanewise.error.ModelFileException;
import lanewise.files.ExternalFile;
import lanewise.files.Hdf;
import lanewise.files.Json;
import lanewise.format.PlainFile;
import lanewise.options.Budget;
import lanewise.options.CustomLayers;
import lanewise.spec.Examples;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;
import tools.jackson.databind.JsonNode;

/** Reads the containers of Keras models: the archive of Keras 3, whole-model HDF5, and JSON beside a weights file. */
final class KerasFiles {
    private static final String CONFIG = "config.json";
    private static final String METADATA = "metadata.json";
    private static final String WEIGHTS = "model.weights.h5";
    /** What fits into an array. */
    private static final long MAX_MEMBER_BYTES = 2_000_000_000L;

    /** Layers that read 64-bit integers. */
    private static final Set<String> LONG_INTEGERS = Set.of("IntegerLookup", "Hashing");

    private KerasFiles() {}

    /** Reads a {@code .keras} archive. */
    static Imported archive(Path path, CustomLayers custom) {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            List<String> missing = new ArrayList<>();
            for (String member : List.of(CONFIG, WEIGHTS)) {
                if (zip.getEntry(member) == null) {
                    missing.add(member);
                }
            }
            if (!missing.isEmpty()) {
                throw new ModelFileException(
                        path + " is not a complete Keras archive: it lacks " + String.join(" and ", missing)
                                + "; it has "
                                + Collections.list(zip.entries()).stream().map(ZipEntry::getName).limit(10).toList());
            }
            long packed = zip.stream().mapToLong(ZipEntry::getCompressedSize).sum();
            if (packed > Files.size(path)) {
                throw new ModelFileException(path + " holds members of " + packed + " bytes, more than it has itself; "
                        + "it is damaged");
            }
            JsonNode config = Json.parse(path + ": " + CONFIG, member(zip, path, CONFIG));
            String version = zip.getEntry(METADATA) == null ? "3"
                    : Json.parse(path + ": " + METADATA, member(zip, path, METADATA)).path("keras_version")
                            .asString("3");
            try (Hdf hdf = Hdf.open(path + ": " + WEIGHTS, member(zip, path, WEIGHTS))) {
                return read(config, version, "Keras " + version + " archive", custom,
                        (layers, given, problems) -> ArchiveWeights.read(hdf, group -> words(zip, path, group), given,
                                layers, problems));
            }
        } catch (ZipException e) {
            throw new ModelFileException(
                    path + " is not a readable zip archive; it is truncated or damaged (" + e.getMessage()
                            + ")",
                    e);
        } catch (IOException e) {
            throw PlainFile.unreadable(path, e);
        }
    }

    /** A vocabulary in an archive, or null. */
    private static List<String> words(ZipFile zip, Path path, String group) {
        String name = "assets/" + group + "/vocabulary.txt";
        if (zip.getEntry(name) == null) {
            return null;
        }
        try {
            return Vocabularies.lines(path + ": " + name, member(zip, path, name));
        } catch (IOException e) {
            throw new ModelFileException(path + ": " + name + " can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * Weights alone hold no learned vocabulary; the folder {@code assets} of the unpacked archive has it, or the
     * archive of the same model, where it lies beside them under the config's name: model.keras beside model.json.
     */
    private static List<String> wordsBeside(Path config, String group) {
        Optional<Path> unpacked = ExternalFile.beside(config, "assets/" + group + "/vocabulary.txt");
        if (unpacked.isPresent()) {
            return Vocabularies.lines(unpacked.get().toString(), PlainFile.bytes(unpacked.get()));
        }
        String file = config.getFileName().toString();
        Path archive = ExternalFile.beside(config,
                (file.endsWith(".json") ? file.substring(0, file.length() - ".json".length()) : file) + ".keras")
                .orElse(null);
        if (archive == null) {
            return null;
        }
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            return words(zip, archive, group);
        } catch (IOException e) {
            throw PlainFile.unreadable(archive, e);
        }
    }

    /** Unpacks a member into one array of the size that the archive's directory states. */
    private static byte[] member(ZipFile zip, Path path, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        long size = entry.getSize();
        if (size < 0 || size > MAX_MEMBER_BYTES) {
            throw new ModelFileException(path + ": its member " + name + " unpacks to " + size
                    + " bytes, expected at most " + MAX_MEMBER_BYTES);
        }
        Budget.current().unpack(entry.getCompressedSize(), size,
                path + ": unpacking its member " + name);
        byte[] bytes = allocate(path, name, (int) size);
        try (InputStream in = zip.getInputStream(entry)) {
            int found = in.readNBytes(bytes, 0, bytes.length);
            if (found < bytes.length || in.read() >= 0) {
                throw new ModelFileException(path + ": its member " + name + " unpacks to "
                        + (found < bytes.length ? found + " bytes" : "more bytes") + ", expected " + size);
            }
            return bytes;
        }
    }

    private static byte[] allocate(Path path, String name, int size) {
        try {
            return new byte[size];
        } catch (OutOfMemoryError e) {
            throw new ModelFileException(path + ": its member " + name + " unpacks to " + size
                    + " bytes, more than is free in a heap of " + Runtime.getRuntime().maxMemory()
                    + " bytes; give Java more (-Xmx)", e);
        }
    }

    /** Whether an HDF5 file holds a model's config beside its weights. */
    static boolean isWholeModel(Path path) {
        try (Hdf hdf = Hdf.open(path)) {
            return hdf.string("", "model_config") != null;
        }
    }

    /** Reads a whole-model HDF5 file. */
    static Imported hdf5(Path path, CustomLayers custom) {
        try (Hdf hdf = Hdf.open(path)) {
            String config = hdf.string("", "model_config");
            if (config == null) {
                throw new ModelFileException(path
                        + " is an HDF5 file without the attribute model_config: weights alone are no model."
                        + " Put the model's config beside it (model.to_json() as model.json), or save the whole model");
            }
            String version = hdf.string("", "keras_version");
            String known = version == null ? "1" : version;
            String root = hdf.has("model_weights") ? "model_weights" : "";
            return read(Json.parse(path + ": model_config", config), known, "Keras " + known + " HDF5 file", custom,
                    (layers, given, problems) -> ListedWeights.read(new LayerArrays.InHdf(hdf, root), layers, given,
                            problems));
        }
    }

    /** Reads {@code model.to_json()} beside the file of {@code model.save_weights()}. */
    static Imported configAndWeights(Path config, Path weights, CustomLayers custom) {
        JsonNode json = Json.read(config);
        try (Hdf hdf = Hdf.open(weights)) {
            boolean archive = hdf.has("layers");
            String version = json.path("keras_version").asString(json.has("module") || archive ? "3" : "");
            if (version.isEmpty()) {
                String stored = hdf.string("", "keras_version");
                version = stored == null ? "1" : stored;
            }
            return read(json, version, "Keras " + version + " config and weights", custom,
                    (layers, given, problems) -> archive
                            ? ArchiveWeights.read(hdf, group -> wordsBeside(config, group), given, layers, problems)
                            : ListedWeights.read(new LayerArrays.InHdf(hdf, ""), layers, given, problems));
        }
    }

    /** Finds the arrays of layers. */
    interface WeightsReader {
        /**
         * The arrays.
         *
         * @param layers   the model's layers
         * @param given    arrays that the config contains; may be added to
         * @param problems takes what is wrong
         * @return those that were not given, or that replace what was, by layer path and role
         */
        Map<String, TensorData> read(List<KerasLayer> layers, Map<String, TensorData> given, Problems problems);
    }

    /**
     * Reads a model.
     *
     * @param config  its layers, as {@code model.to_json()} gives them
     * @param version of the Keras that they are of
     * @param source  what the file is, for display
     * @param custom  custom layers
     * @param weights finds its arrays
     */
    static Imported read(JsonNode config, String version, String source, CustomLayers custom, WeightsReader weights) {
        Problems problems = new Problems();
        LayerReader layers = new LayerReader(problems, major(version), hasClass(config, LONG_INTEGERS), custom);
        KerasLayer model = new GraphReader(layers).model(config);
        layers.whole().finish(model);
        // without the layers, their arrays can't be assigned
        problems.throwIfAny();
        Map<String, TensorData> arrays = new LinkedHashMap<>(weights.read(model.inner(), layers.arrays(), problems));
        // where a file has what the config has, too, its reader knows which counts
        layers.arrays().forEach(arrays::putIfAbsent);
        layers.vocabularies().check(arrays);
        problems.throwIfAny();
        LayerSpec.Nested graph = (LayerSpec.Nested) model.spec();
        return new Imported(new ModelSpec(graph.name(), graph.graph()), new Weights(arrays), Examples.NONE,
                hasClass(config, Set.of("QuantizedDTypePolicy")) ? source + "; " + Int8Reader.NOTE : source, custom);
    }

    /** Whether an object of one of some classes stands somewhere in a config. */
    private static boolean hasClass(JsonNode node, Set<String> classes) {
        boolean found = classes.contains(node.path("class_name").asString(""));
        for (JsonNode item : node.values()) {
            found = found || item.isContainer() && hasClass(item, classes);
        }
        return found;
    }

    private static int major(String version) {
        int end = 0;
        while (end < version.length() && Character.isDigit(version.charAt(end))) {
            end++;
        }
        return end == 0 || end > 4 ? 3 : Integer.parseInt(version.substring(0, end));
    }

    /** Whether the bytes start like JSON text. */
    static boolean looksLikeJson(byte[] head) {
        String text = new String(head, StandardCharsets.UTF_8).stripLeading();
        return text.startsWith("{");
    }
}
