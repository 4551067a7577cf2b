package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import lanewise.convert.proto.Array;
import lanewise.convert.proto.Export;
import lanewise.convert.proto.Layer;
import lanewise.error.LanewiseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The smallest files that once ended in an exception of our own code, or took all memory or time. */
class HostileFilesTest {
    private static final String DENSE = "{\"class_name\":\"Sequential\",\"config\":{\"name\":\"m\",\"layers\":["
            + "{\"class_name\":\"Dense\",\"config\":{\"name\":\"d\",\"units\":1,\"batch_input_shape\":[null,1]}}]}}";

    @TempDir
    private Path folder;

    private void refused(Path file, String... parts) {
        LanewiseException refusal = assertThrows(LanewiseException.class, () -> Importer.read(file));
        RefusalLines.check(refusal);
        String message = refusal.getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "expected '" + part + "' in: " + message);
        }
    }

    /** A layers model of TensorFlow.js, which needs no weights file. */
    private Path tfjs(String topology, String manifest) throws IOException {
        return Files.writeString(folder.resolve("model.json"),
                "{\"modelTopology\":" + topology + ",\"weightsManifest\":" + manifest + "}");
    }

    @Test
    void numbersThatFitNoIntegerAreRefusedByOption() throws IOException {
        for (String number : new String[] {"4294967297", "-9223372036854775808", "9".repeat(60), "1e300"}) {
            refused(tfjs(DENSE.replace("\"units\":1", "\"units\":" + number), "[]"), "'d'", "'units'");
            refused(tfjs(DENSE.replace("[null,1]", "[null," + number + "]"), "[]"), "'d'", "input shape");
        }
        refused(tfjs(DENSE.replace("[null,1]", "[null,-12]"), "[]"), "'d'", "-12");
    }

    @Test
    void modelsThatNestThemselvesTwiceAreRefused() throws IOException {
        String model = "{\"class_name\":\"Activation\",\"config\":{\"name\":\"a\",\"activation\":\"relu\","
                + "\"batch_input_shape\":[null,1]}}";
        for (int depth = 0; depth < 40; depth++) {
            String call = "{\"class_name\":\"InputLayer\",\"name\":\"i\",\"config\":{\"name\":\"i\","
                    + "\"batch_shape\":[null,1]},\"inbound_nodes\":[]},";
            String twice = model.replaceFirst("\\}$", ",\"name\":\"" + (depth == 0 ? "a" : "m" + depth)
                    + "\",\"inbound_nodes\":[[[\"i\",0,0,{}]],[[\"" + (depth == 0 ? "a" : "m" + depth)
                    + "\",0,0,{}]]]}");
            model = "{\"class_name\":\"Functional\",\"config\":{\"name\":\"m" + (depth + 1) + "\",\"layers\":[" + call
                    + twice + "],\"input_layers\":[[\"i\",0,0]],\"output_layers\":[[\""
                    + (depth == 0 ? "a" : "m" + depth) + "\",1,0]]}}";
        }
        refused(tfjs(model, "[]"), "2199023255551 calls, more than 100000 calls",
                "(the limit 'calls')", "--limits calls=");
    }

    @Test
    void shardsThatAreListedTwiceAreRefused() throws IOException {
        Files.write(folder.resolve("g.bin"), new byte[4]);
        String array = "{\"name\":\"d/kernel\",\"shape\":[1,1],\"dtype\":\"float32\"}";
        refused(tfjs(DENSE, "[{\"paths\":[\"g.bin\",\"g.bin\"],\"weights\":[" + array + "," + array + "]}]"),
                "more than once");
    }

    @Test
    void membersThatUnpackToTooMuchAreRefusedBeforeTheyAreUnpacked() throws IOException {
        Path file = folder.resolve("model.keras");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("config.json"));
            byte[] block = new byte[1 << 20];
            for (int i = 0; i < 129; i++) {
                zip.write(block);
            }
            zip.putNextEntry(new ZipEntry("model.weights.h5"));
        }
        refused(file, "config.json", "needs 132 MB, more than 64 MB (the limit 'unpacked')");
    }

    /** Each with its name in a folder beside a secret. */
    @Test
    void filesThatSettingsNameLieBesideThem() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "root:x:0:0");
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.createDirectory(inner.resolve("folder"));
        Files.createSymbolicLink(inner.resolve("link"), secret);
        Files.createSymbolicLink(inner.resolve("zero"), Path.of("/dev/zero"));
        Files.createSymbolicLink(inner.resolve("up"), folder);
        Files.writeString(inner.resolve("model.json"),
                "{\"modelTopology\":" + DENSE.replace("\"units\":1", "\"units\":1,\"use_bias\":false")
                        + ",\"weightsManifest\":[{\"paths\":[\"w\"],\"weights\":[{\"name\":\"d/kernel\","
                        + "\"shape\":[1,1],\"dtype\":\"float32\"}]}]}");
        Files.write(inner.resolve("w"), new byte[4]);
        Importer.read(inner);
        for (String name : new String[] {"a\\u0000b", secret.toString(), "../secret", "folder/../../secret", ".", "",
            "folder", "link", "zero", "up/secret", "/dev/zero", "missing"}) {
            for (String settings : new String[] {"{\"model\":\"%s\"}", "{\"examples\":\"%s\"}",
                "{\"text\":{\"tokenizer\":\"%s\"}}"}) {
                Files.writeString(inner.resolve("lanewise.json"), settings.formatted(name));
                refused(inner, "lanewise.json", name.startsWith("a") ? "not a path" : "'" + name + "'");
            }
        }
        Files.delete(inner.resolve("lanewise.json"));
        for (String name : new String[] {"lanewise.json", "tokenizer.json", "model.keras"}) {
            Path link = Files.createSymbolicLink(inner.resolve(name), secret);
            refused(inner, "'" + name + "'", "a link that leads outside of the folder");
            Files.delete(link);
        }
        Files.delete(inner.resolve("w"));
        Files.createSymbolicLink(inner.resolve("w"), secret);
        refused(inner, "'w'", "a link that leads outside of the folder");
    }

    private Path safetensors(String header, int bytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES + text.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(folder.resolve("model.safetensors"), out.putLong(text.length).put(text).array());
        return folder.resolve("model.json");
    }

    @Test
    void torchModulesOfOneNameAndNegativeSizesAreRefused() throws IOException {
        String head = "{\"pytorch\":1,\"weights\":\"model.safetensors\",\"input\":{\"shape\":[null,2]},\"modules\":[";
        Path file = safetensors("{\"f.weight\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}", 16);
        Files.writeString(file, head
                + "{\"module\":\"Linear\",\"name\":\"f\"},{\"module\":\"ReLU\",\"name\":\"f\"}]}");
        refused(file, "'f'", "is taken");
        safetensors("{\"f.weight\":{\"dtype\":\"F32\",\"shape\":[-2,-2],\"data_offsets\":[0,16]}}", 16);
        refused(file, "f.weight", "-2");
    }

    @Test
    void exportedArraysMustHaveTheBytesOfTheirShape() throws IOException {
        for (int[] shape : new int[][] {{1, -1}, {-1, -1}, {1, 2}, {1 << 30, 1 << 30}}) {
            Array.Builder array = Array.newBuilder().setName("kernel");
            for (int size : shape) {
                array.addShape(size);
            }
            Path file = folder.resolve("model.pb");
            Files.write(file, Export.newBuilder().setKind("lanewise.export").setVersion(1).setKeras("2.15.0")
                    .setArchitecture(DENSE)
                    .addLayers(Layer.newBuilder().setName("d").addArrays(array).addArrays(Array.newBuilder()
                            .setName("bias")))
                    .build().toByteArray());
            refused(file, "'kernel'", "of the shape");
        }
    }

    @Test
    void optionsSayWhatBelongsToAModel() {
        ImportOptions options = ImportOptions.DEFAULT.withWeights(folder.resolve("none.h5"));
        assertTrue(ImportOptions.DEFAULT.weights().isEmpty(), "the default stays as it is");
        assertEquals(folder.resolve("none.h5"), options.weights().orElseThrow());
        String message = assertThrows(LanewiseException.class,
                () -> Importer.open(Files.writeString(folder.resolve("config.json"), DENSE), options)).getMessage();
        assertTrue(message.contains("there is no file") && message.contains("none.h5"), message);
    }
}
