package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.convert.proto.Array;
import lanewise.convert.proto.Export;
import lanewise.convert.proto.Layer;
import lanewise.convert.proto.Sample;
import lanewise.convert.proto.Type;
import lanewise.convert.proto.Vocabulary;
import lanewise.error.LanewiseException;
import lanewise.error.ModelFileException;
import lanewise.options.ModelOptions;
import lanewise.spec.TensorData;
import lanewise.text.TextEncoder;
import lanewise.verify.CaseFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One model in every format gives the same bits; damaged files of each format are refused. */
class FormatsTest {
    private static final Path MODELS = Path.of(System.getProperty("models"));
    private static final Path FORMATS = MODELS.resolve("conformance/formats");
    private static final Path SENTIMENT = FORMATS.resolve("sentiment");
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withWarmUpThread(false);

    @TempDir
    private Path folder;

    @Test
    void sentimentGivesTheSameBitsFromEveryFormat() {
        Imported keras = Importer.read(MODELS.resolve("sentiment"));
        keras.write(folder.resolve("model.gguf"));
        TensorData ids = CaseFolder.read(SENTIMENT).examples().calls().getFirst().inputs().getFirst();
        float[] expected = answer(keras, ids);
        Map<String, Path> others = new LinkedHashMap<>(Map.of("GGUF", folder.resolve("model.gguf")));
        for (String file : List.of("model.h5", "model.pb", "model.json", "tfjs/model.json", "tfjs")) {
            others.put(file, SENTIMENT.resolve(file));
        }
        others.forEach((name, path) -> assertArrayEquals(expected, answer(Importer.read(path), ids), 0f, name));
    }

    private static float[] answer(Imported imported, TensorData ids) {
        try (Model model = imported.toModel(OPTIONS);
                Predictor predictor = model.predictor(ids.shape().dim(0), ids.shape().dim(1))) {
            predictor.inputs().getFirst().set(ids);
            predictor.run();
            return predictor.outputs().getFirst().toFloats();
        }
    }

    @Test
    void exportBringsItsTokenizerAndLabels() {
        Imported keras = Importer.read(MODELS.resolve("sentiment"));
        for (String file : List.of("model.pb", "model.json")) {
            Imported export = Importer.read(SENTIMENT.resolve(file));
            TextEncoder expected = new TextEncoder(keras.spec().text());
            TextEncoder encoder = new TextEncoder(export.spec().text());
            for (String text : List.of("Great phone, works perfectly!", "", "not good", "the ".repeat(100))) {
                expected.encode(text);
                encoder.encode(text);
                assertEquals(expected.paddedCount(), encoder.paddedCount());
                assertArrayEquals(row(expected), row(encoder));
            }
            assertEquals(List.of("negative", "positive"), export.spec().labels());
            assertTrue(export.examples().calls().size() >= 9, "ordinary and awkward samples");
        }
    }

    /** The script that writes exports has the schema as a table of its own. */
    @Test
    void scriptWritesTheSchemaThatIsRead() throws IOException {
        String script = Files.readString(MODELS.resolve("export/lanewise_export.py"));
        String table = script.substring(script.indexOf("SCHEMA = {"), script.indexOf("TYPES = ["))
                .replaceAll("\"\\s*\n\\s*\"", "");
        for (Descriptors.Descriptor message : Export.getDescriptor().getFile().getMessageTypes()) {
            List<String> fields = message.getFields().stream()
                    .sorted(Comparator.comparingInt(Descriptors.FieldDescriptor::getNumber))
                    .map(f -> (f.getJavaType() == Descriptors.FieldDescriptor.JavaType.MESSAGE
                            ? f.getMessageType().getName()
                            : f.getJavaType() == Descriptors.FieldDescriptor.JavaType.ENUM ? f.getEnumType().getName()
                                    : f.getType().name().toLowerCase(Locale.ROOT))
                            + (f.isRepeated() ? "* " : " ") + f.getName())
                    .toList();
            String line = "\"" + message.getName() + "\": \"" + String.join(", ", fields) + "\"";
            assertTrue(table.contains(line), () -> "expected " + line + " in " + table);
        }
    }

    private static int[] row(TextEncoder encoder) {
        int[] ids = new int[encoder.paddedCount()];
        encoder.copyPadded(ids, 0);
        return ids;
    }

    @Test
    void exportWhoseAnswersDifferIsRefusedWithTheFirstLayerThatDiffers() throws IOException {
        Export export = Export.parseFrom(Files.readAllBytes(SENTIMENT.resolve("model.pb")));
        int lstm = export.getLayersList().stream().map(Layer::getName).toList().indexOf("lstm");
        Export.Builder changed = export.toBuilder();
        Array.Builder bias = changed.getLayersBuilder(lstm).getArraysBuilder(2);
        byte[] values = bias.getValues().toByteArray();
        values[3] ^= 0x40;
        bias.setValues(ByteString.copyFrom(values));
        Path file = folder.resolve("changed.pb");
        Files.write(file, changed.build().toByteArray());
        String message = assertThrows(ModelFileException.class, () -> Importer.read(file)).getMessage();
        assertTrue(message.contains("the first layer that differs") && message.contains("output 'lstm'"), message);
    }

    /** A model that reads texts, and gives truth values: neither has the four bytes of a number. */
    @Test
    void exportWithSamplesOfTexts() throws IOException {
        String layer = "{\"class_name\": \"%s\", \"config\": {\"name\": \"%s\", %s}}";
        String architecture = "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\", \"layers\": ["
                + layer.formatted("InputLayer", "texts", "\"batch_shape\": [null, 1], \"dtype\": \"string\"") + ", "
                + layer.formatted("StringLookup", "lookup", "\"max_tokens\": null, \"num_oov_indices\": 1, "
                        + "\"mask_token\": null, \"oov_token\": \"[UNK]\", \"invert\": false, "
                        + "\"output_mode\": \"int\", \"encoding\": \"utf-8\"")
                + "]}}";
        Array.Builder texts = Array.newBuilder().setName("texts").setType(Type.STRING).addShape(2).addShape(1)
                .addStrings("b").addStrings("z");
        Array.Builder ids = Array.newBuilder().setName("lookup").setType(Type.INT64).addShape(2).addShape(1)
                .setValues(ByteString.copyFrom(ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(2)
                        .putLong(0).array()));
        Export.Builder export = Export.newBuilder().setKind("lanewise.export").setVersion(1).setKeras("3.15.0")
                .setArchitecture(architecture).addVocabularies(Vocabulary.newBuilder().setLayer("lookup").addWords("a")
                        .addWords("b"))
                .addSamples(Sample.newBuilder().addInputs(texts).addOutputs(ids));
        Path file = folder.resolve("texts.pb");
        Files.write(file, export.build().toByteArray());
        assertEquals(List.of("b", "z"), Importer.read(file).examples().calls().getFirst().inputs().getFirst()
                .strings());
        export.getSamplesBuilder(0).getInputsBuilder(0).addStrings("one more");
        Files.write(file, export.build().toByteArray());
        String message = assertThrows(ModelFileException.class, () -> Importer.read(file)).getMessage();
        assertTrue(message.contains("'texts' of the shape [2, 1] has 3 strings"), message);
    }

    @Test
    void exportOfArraysInAnotherOrderIsRefused() throws IOException {
        Export export = Export.parseFrom(Files.readAllBytes(SENTIMENT.resolve("model.pb")));
        Export.Builder changed = export.toBuilder().clearSamples();
        Layer.Builder dense = changed.getLayersBuilder(export.getLayersCount() - 1);
        Array bias = dense.getArrays(1);
        dense.removeArrays(1).addArrays(0, bias);
        Path file = folder.resolve("changed.pb");
        Files.write(file, changed.build().toByteArray());
        String message = assertThrows(LanewiseException.class, () -> Importer.read(file)).getMessage();
        assertTrue(message.contains("dense") && message.contains("bias"), message);
    }

    @Test
    void shardsThatAreMissingOrOutsideOrTooShortAreRefused() throws IOException {
        String json = Files.readString(SENTIMENT.resolve("tfjs/model.json"));
        Path model = Files.createDirectories(folder.resolve("tfjs")).resolve("model.json");
        Map<String, String> wrong = new LinkedHashMap<>();
        Path first = model.resolveSibling("group1-shard1of2.bin");
        Files.copy(SENTIMENT.resolve("tfjs/group1-shard1of2.bin"), first);
        Files.copy(SENTIMENT.resolve("tfjs/group1-shard2of2.bin"), folder.resolve("secret.bin"));
        Files.createSymbolicLink(model.resolveSibling("link.bin"), folder.resolve("secret.bin"));
        wrong.put("group1-shard2of2.bin", "not beside it");
        wrong.put("../secret.bin", "outside");
        wrong.put(folder.resolve("secret.bin").toString(), "outside");
        wrong.put("link.bin", "outside");
        wrong.put("group1-shard1of2.bin", "bytes, but the arrays in them take");
        for (Map.Entry<String, String> shard : wrong.entrySet()) {
            Files.writeString(model, json.replace("group1-shard2of2.bin", shard.getKey()));
            String message = assertThrows(ModelFileException.class, () -> Importer.read(model)).getMessage();
            assertTrue(message.contains(shard.getValue()), message);
        }
        Files.writeString(model, json.replace("\"shape\":[2000,48]", "\"shape\":[2000000000,2000000000]"));
        assertTrue(assertThrows(ModelFileException.class, () -> Importer.read(model)).getMessage()
                .contains("more than can be read"));
    }

    @Test
    void damagedFilesAreReadOrRefused() throws IOException {
        Random random = new Random(3);
        int refused = 0;
        int copies = 0;
        for (String model : List.of("keras2__masked/model.pb", "keras2__masked/model.json",
                "keras2__functional/saved_model",
                "keras2__functional/model.pb", "tfjs__recurrent/tfjs", "../tokenizer/pickle_protocol_4",
                "torch__lstm")) {
            for (Path file : files(FORMATS.resolve(model))) {
                byte[] bytes = Files.readAllBytes(file);
                for (int i = 0; i < Integer.getInteger("mutations", 40); i++) {
                    Path copy = folder.resolve("copy" + copies++);
                    copy(FORMATS.resolve(model), copy);
                    byte[] damaged = i % 4 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
                    for (int n = random.nextInt(3); n >= 0 && damaged.length > 0; n--) {
                        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                    }
                    Files.write(copy.resolve(FORMATS.resolve(model).relativize(file)).normalize(), damaged);
                    refused += isRefused(copy) ? 1 : 0;
                }
            }
        }
        assertTrue(refused > 100, "only " + refused + " were refused");
    }

    private static boolean isRefused(Path path) throws IOException {
        try {
            Path tokenizer = path.resolve("tokenizer.pickle");
            if (Files.exists(tokenizer)) {
                assertNotNull(TokenizerReader.read(tokenizer));
            } else {
                Importer.read(path).toModel(OPTIONS).close();
            }
            return false;
        } catch (LanewiseException e) {
            RefusalLines.check(e);
            return true;
        }
    }

    private static List<Path> files(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith("saved_model.pb") && !file.toString().endsWith("ed.json"))
                    .sorted().toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(all::add);
        }
        for (Path path : all) {
            Files.copy(path, to.resolve(from.relativize(path)).normalize());
        }
    }

    @Test
    void picklesBuildNothingButATokenizer() throws IOException {
        Map<String, String> wrong = new LinkedHashMap<>();
        // what a pickle that runs a command looks like, in protocols 0 and 4
        wrong.put("\u0080\u0002cos\nsystem\nX\u0004\0\0\0true\u0085R.", "os.system");
        wrong.put("\u0080\u0004\u008c\u0008builtins\u008c\u0004eval\u0093\u008c\u00011\u0085R.", "builtins.eval");
        wrong.put("ccopy_reg\n_reconstructor\n(cposix\nsystem\nc__builtin__\nobject\nNtR.", "posix.system");
        wrong.put("\u0080\u0002ckeras.models\nTokenizer\n.", "keras.models.Tokenizer");
        wrong.put("\u0080\u0002}.", "a dict");
        wrong.put("\u0080\u0002]q\u0000h\u0000a.", "a list");
        wrong.put("\u0080\u0002ckeras.preprocessing.text\nTokenizer\n)\u0081}(X\u0008\0\0\0analyzerK\u0001ub.",
                "'analyzer'");
        wrong.put("\u0080\u0002ckeras.preprocessing.text\nTokenizer\n)\u0081}q\u0000(X\n\0\0\0word_indexh\u0000ub.",
                "more than texts and numbers");
        wrong.put("\u0080\u0002ckeras.preprocessing.text\nTokenizer\n)\u0081}X\u0003\0\0\0fooK\u0001sb.", "'foo'");
        wrong.put("\u0080\u0002X\u00ff\u00ff\u00ff\u007f.", "bytes, but");
        wrong.put("\u0080\u0002j\u0001\0\0\0.", "refers to value 1");
        Path file = folder.resolve("tokenizer.pickle");
        for (Map.Entry<String, String> entry : wrong.entrySet()) {
            Files.write(file, entry.getKey().getBytes(StandardCharsets.ISO_8859_1));
            String message = assertThrows(ModelFileException.class, () -> TokenizerReader.read(file)).getMessage();
            assertTrue(message.contains(entry.getValue()), message);
        }
    }

    /** Python 2 wrote texts as strings of bytes and dicts of ordered pairs as lists. */
    @Test
    void picklesOfPython2AreRead() throws IOException {
        Path file = folder.resolve("tokenizer.pickle");
        String words = "ccollections\nOrderedDict\n((l(lS'caf\\xc3\\xa9'\naL1L\naa(lVtwo\\u00e9\naI2\naatR";
        String counts = "ccollections\ndefaultdict\n(c__builtin__\nint\ntR";
        Files.write(file,
                ("ccopy_reg\n_reconstructor\n(ckeras.preprocessing.text\nTokenizer\nc__builtin__\nobject\nNtR(d"
                        + "S'lower'\nI01\nsS'num_words'\nNsS'word_index'\n" + words + "sS'word_docs'\n" + counts
                        + "sb.")
                        .getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(List.of("café", "twoé"), TokenizerReader.read(file).words());
    }
}
