package lanewise.trust.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.Stepper;
import lanewise.convert.Importer;
import lanewise.error.LanewiseException;
import lanewise.options.Limit;
import lanewise.options.Limits;
import lanewise.options.ModelOptions;

/** Small valid files for each reader, from the conformance cases. */
final class Seeds {
    private static final int LARGEST = 24_000;
    private static final int MOST = 80;
    private static final long MOST_SCRATCH = 128_000_000;
    /** Of a folder's files these are no part of the model. */
    private static final Set<String> OTHERS = Set.of("case.json", "inputs", "outputs");

    private final Path root;

    /** Seeds from the folder of stored models. */
    Seeds(Path root) {
        this.root = root;
    }

    List<Seed> of(Reader reader) throws IOException {
        Path cases = root.resolve("conformance");
        return switch (reader) {
            case KERAS -> single(cases, ".keras");
            case HDF5 -> single(cases, ".h5").stream().filter(seed -> !seed.main().contains("weights")).toList();
            case ONNX -> single(cases, ".onnx");
            case NPY -> single(cases, ".npy").subList(0, MOST / 4);
            case EXPORT -> exports(cases.resolve("formats"));
            case CONFIG -> folders(cases, "model.weights.h5", "config.json", "model.json");
            case SAVED_MODEL -> folders(cases.resolve("formats"), "saved_model.pb", "");
            case TFJS -> folders(cases.resolve("formats"), "model.json", "model.json").stream()
                    .filter(seed -> seed.files().size() > 1
                            && seed.files().keySet().stream().anyMatch(n -> n.endsWith(".bin")))
                    .toList();
            case ONNX_TEST -> onnxTests(cases);
            case SAFETENSORS -> folders(cases, "model.safetensors", "model.safetensors", "model.json");
            case TOKENIZER -> tokenizers(cases.resolve("tokenizer"));
            case GGUF -> ggufs();
            case FOLDER -> modelFolders();
            case STATE -> states();
        };
    }

    private static List<Path> smallest(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(suffix) && size(file) <= LARGEST)
                    .sorted(Comparator.comparingLong(Seeds::size).thenComparing(Path::toString)).toList();
            // some of each size
            List<Path> some = new ArrayList<>();
            int every = Math.max(1, found.size() / MOST);
            for (int i = 0; i < found.size(); i += every) {
                some.add(found.get(i));
            }
            return some;
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    private static List<Seed> single(Path folder, String suffix) throws IOException {
        List<Seed> seeds = new ArrayList<>();
        for (Path file : smallest(folder, suffix)) {
            seeds.add(new Seed("model" + suffix, Map.of("model" + suffix, Files.readAllBytes(file))));
        }
        return seeds;
    }

    private static List<Seed> exports(Path folder) throws IOException {
        List<Seed> seeds = new ArrayList<>();
        for (Path file : smallest(folder, "model.pb")) {
            if (!file.endsWith("saved_model.pb")) {
                seeds.add(new Seed("model.pb", Map.of("model.pb", Files.readAllBytes(file))));
            }
        }
        for (Path file : smallest(folder, "model.json")) {
            if (Files.readString(file).contains("\"architecture\"")) {
                seeds.add(new Seed("model.json", Map.of("model.json", Files.readAllBytes(file))));
            }
        }
        return seeds;
    }

    /** Folders that hold a file, whole; the first name that is there is opened. */
    private static List<Seed> folders(Path cases, String holding, String... mains) throws IOException {
        List<Seed> seeds = new ArrayList<>();
        for (Path file : smallest(cases, holding)) {
            if (file.endsWith(holding)) {
                Map<String, byte[]> files = read(file.getParent());
                for (String main : mains) {
                    if (main.isEmpty() || files.containsKey(main)) {
                        seeds.add(new Seed(main, files));
                        break;
                    }
                }
            }
        }
        return seeds;
    }

    private static Map<String, byte[]> read(Path folder) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                String name = folder.relativize(file).toString().replace('\\', '/');
                if (!OTHERS.contains(name) && !name.endsWith(".npy") && size(file) <= 4 * LARGEST) {
                    files.put(name, Files.readAllBytes(file));
                }
            }
        }
        return files;
    }

    private static List<Seed> onnxTests(Path cases) throws IOException {
        List<Seed> seeds = new ArrayList<>();
        for (Path file : smallest(cases, ".onnx")) {
            if (Files.isDirectory(file.resolveSibling("test_data_set_0"))) {
                seeds.add(new Seed("", read(file.getParent())));
            }
        }
        return seeds;
    }

    private static List<Seed> tokenizers(Path folder) throws IOException {
        List<Seed> seeds = new ArrayList<>(single(folder, "tokenizer.json"));
        seeds.addAll(single(folder, "tokenizer.pickle"));
        return seeds;
    }

    /** The smallest archives, converted. */
    private List<Seed> ggufs() throws IOException {
        List<Seed> seeds = new ArrayList<>();
        Path file = Files.createTempFile("seed", ".gguf");
        for (Path archive : smallest(root.resolve("conformance"), ".keras")) {
            try {
                Importer.read(archive).write(file);
                seeds.add(new Seed("model.gguf", Map.of("model.gguf", Files.readAllBytes(file))));
            } catch (LanewiseException e) {
                // a case that must be refused
                continue;
            }
        }
        Files.delete(file);
        return seeds;
    }

    private List<Seed> modelFolders() throws IOException {
        List<Seed> seeds = new ArrayList<>();
        Path text = root.resolve("conformance").resolve("formats").resolve("sentiment");
        if (Files.isDirectory(text)) {
            seeds.add(new Seed("", read(text)));
        }
        List<Seed> models = single(root.resolve("conformance"), ".keras");
        for (int i = 0; i < models.size(); i += 8) {
            byte[] settings = "{\"model\": \"model.keras\", \"labels\": [\"a\", \"b\"]}".getBytes(
                    StandardCharsets.UTF_8);
            seeds.add(new Seed("", Map.of("lanewise.json", settings, "model.keras",
                    models.get(i).files().get("model.keras"))));
        }
        for (Path folder : List.of(root.resolve("sentiment"), root.resolve("voice"), root.resolve("stream"))) {
            Map<String, byte[]> files = new LinkedHashMap<>(read(folder));
            files.keySet().removeIf(name -> !name.endsWith(".json"));
            // the settings and examples of a trained model beside a small one
            files.put("model.keras", models.getFirst().files().get("model.keras"));
            seeds.add(new Seed("", files));
        }
        return seeds;
    }

    private List<Seed> states() throws IOException {
        try (Model model = Target.streamModel(); Stepper stepper = model.stepper()) {
            stepper.step(new float[] {1, 2}, new float[8]);
            return List.of(new Seed("state", Map.of("state", stepper.state().toBytes())));
        }
    }

    /** How the models of this suite are opened: no thread, plain code. */
    static ModelOptions options() {
        // calls may ask for as much as they like: less than what counts as a finding is given
        return ModelOptions.DEFAULT.withWarmUpThread(false)
                .withLimits(Limits.DEFAULT.with(Limit.SCRATCH, MOST_SCRATCH));
    }
}
