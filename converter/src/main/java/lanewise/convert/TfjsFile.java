package lanewise.convert;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.error.ModelFileException;
import lanewise.files.ExternalFile;
import lanewise.files.Json;
import lanewise.format.PlainFile;
import lanewise.options.CustomLayers;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import tools.jackson.databind.JsonNode;

/**
 * Reads a layers model of TensorFlow.js: {@code model.json} with a Keras config and a manifest of the weights, whose
 * bytes lie one array after the other in shards beside it (tfjs-core/src/io/types.ts and io_utils.ts).
 */
final class TfjsFile {
    /** Most bytes of one group of shards. */
    private static final long MAX_GROUP_BYTES = Integer.MAX_VALUE - 8;
    /** Bytes of a value by the type in which it is stored. */
    private static final Map<String, Integer> WIDTHS = Map.of("float32", 4, "float16", 2, "uint8", 1, "uint16", 2);

    private final Path path;

    private TfjsFile(Path path) {
        this.path = path;
    }

    static Imported read(Path path, CustomLayers custom) {
        JsonNode root = Json.read(path);
        JsonNode topology = root.path("modelTopology");
        JsonNode config = topology.has("model_config") ? topology.get("model_config") : topology;
        if (root.path("format").asString("").equals("graph-model") || !config.has("class_name")) {
            throw new ModelFileException(
                    path + " is a graph model of TensorFlow.js, which holds operations instead of layers; convert the"
                            + " Keras file itself, or use tensorflowjs_converter --output_format=tfjs_layers_model");
        }
        String version = topology.path("keras_version").asString("2");
        // the layers of TensorFlow.js follow Keras 2
        String keras = version.startsWith("tfjs") ? "2" : version;
        TfjsFile file = new TfjsFile(path);
        return KerasFiles.read(config, keras,
                "TensorFlow.js layers model (" + (version.equals(keras) ? "Keras " : "") + version + ")", custom,
                (layers, given, problems) -> ListedWeights.read(
                        new NamedArrays(path.toString(), file.arrays(root.path("weightsManifest")), layers, given,
                                problems),
                        layers, given,
                        problems));
    }

    private List<NamedArrays.Entry> arrays(JsonNode manifest) {
        List<NamedArrays.Entry> entries = new ArrayList<>();
        for (JsonNode group : manifest) {
            List<Stored> stored = new ArrayList<>();
            long needed = 0;
            for (JsonNode weight : group.path("weights")) {
                Stored array = stored(weight);
                stored.add(array);
                needed += array.bytes();
            }
            ByteBuffer bytes = shards(group.path("paths"), needed);
            stored.forEach(array -> entries.add(new NamedArrays.Entry(array.name(), array.read(bytes))));
        }
        return entries;
    }

    /** The shards of a group, joined. */
    private ByteBuffer shards(JsonNode paths, long needed) {
        List<Path> shards = new ArrayList<>();
        long found = 0;
        for (JsonNode item : paths) {
            Path shard = ExternalFile.resolve(path, item.asString(""));
            shards.add(shard);
            try (PlainFile file = PlainFile.open(shard)) {
                found += file.size();
            }
        }
        if (found != needed || needed > MAX_GROUP_BYTES) {
            throw new ModelFileException(
                    path + ": the shards " + paths + " have " + found + " bytes, but the arrays in them take " + needed
                            + (found == needed ? ", which is more than can be read" : ""));
        }
        if (Set.copyOf(shards).size() < shards.size()) {
            throw new ModelFileException(path + ": the shards " + paths + " name one file more than once");
        }
        byte[] joined = new byte[(int) needed];
        int read = 0;
        for (Path shard : shards) {
            try (PlainFile file = PlainFile.open(shard)) {
                int size = (int) Math.min(file.size(), joined.length - read);
                file.read(0, ByteBuffer.wrap(joined, read, size));
                read += size;
            }
        }
        if (read < joined.length) {
            throw new ModelFileException(path + ": the shards " + paths + " were cut while they were read");
        }
        return ByteBuffer.wrap(joined).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads an entry of the manifest. */
    private Stored stored(JsonNode weight) {
        String name = weight.path("name").asString("");
        String where = path + ": array '" + name + "'";
        String type = weight.path("dtype").asString("");
        JsonNode quantization = weight.path("quantization");
        String form = quantization.isObject() ? quantization.path("dtype").asString("") : type;
        if (!type.equals("float32") || !WIDTHS.containsKey(form)) {
            throw new ModelFileException(
                    where + " has the type " + type + (form.equals(type) ? "" : " stored as " + form)
                            + ", supported is float32, plain or stored as uint8, uint16 or float16");
        }
        List<Integer> dims = new ArrayList<>();
        for (JsonNode dim : weight.path("shape")) {
            if (!Json.isInt(dim) || dim.intValue() < 0) {
                throw new ModelFileException(where + " has the shape " + weight.path("shape") + ", expected sizes");
            }
            dims.add(dim.intValue());
        }
        if (dims.stream().mapToDouble(dim -> dim).reduce(1, (a, b) -> a * b) > MAX_GROUP_BYTES) {
            throw new ModelFileException(where + " has the shape " + dims + ", which is more than can be read");
        }
        return new Stored(name, new Shape(dims), form, quantization.path("scale").asDouble(1),
                quantization.path("min").asDouble(0));
    }

    /**
     * An array as the shards hold it.
     *
     * @param name  Keras's name of the variable
     * @param shape its shape
     * @param form  the type of its values: float32, float16, or integers q that stand for {@code min + scale q}
     * @param scale of integers
     * @param min   of integers
     */
    private record Stored(String name, Shape shape, String form, double scale, double min) {
        long bytes() {
            return shape.size() * WIDTHS.get(form);
        }

        TensorData read(ByteBuffer in) {
            if (form.equals("float32")) {
                MemorySegment bytes = MemorySegment.ofBuffer(in.slice(in.position(), (int) bytes())).asReadOnly();
                in.position(in.position() + (int) bytes());
                return new TensorData(DType.FLOAT32, shape, bytes, List.of());
            }
            float[] values = new float[(int) shape.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (form) {
                    case "float16" -> Float.float16ToFloat(in.getShort());
                    case "uint8" -> (float) (min + scale * (in.get() & 0xff));
                    default -> (float) (min + scale * (in.getShort() & 0xffff));
                };
            }
            return TensorData.of(shape, values);
        }
    }
}
