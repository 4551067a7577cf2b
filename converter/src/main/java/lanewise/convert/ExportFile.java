package lanewise.convert;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import lanewise.Model;
import lanewise.Verification;
import lanewise.convert.proto.Array;
import lanewise.convert.proto.Export;
import lanewise.convert.proto.Layer;
import lanewise.convert.proto.Sample;
import lanewise.convert.proto.Text;
import lanewise.convert.proto.Vocabulary;
import lanewise.error.InvalidInputException;
import lanewise.error.LanewiseException;
import lanewise.error.ModelFileException;
import lanewise.files.Json;
import lanewise.files.Protobuf;
import lanewise.format.PlainFile;
import lanewise.options.CustomLayers;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.text.TextInput;

/**
 * Reads what {@code models/export/lanewise_export.py} writes ({@code lanewise_export.proto}), in either form, and
 * replays its samples.
 */
final class ExportFile {
    /** What every such file says it is; in the binary form at its start, behind a tag and a length. */
    static final String KIND = "lanewise.export";
    private static final int VERSION = 1;

    private final Path path;
    private final Export export;
    private final Map<String, Layer> layers;

    private ExportFile(Path path, Export export) {
        this.path = path;
        this.export = export;
        this.layers = export.getLayersList().stream()
                .collect(Collectors.toMap(Layer::getName, layer -> layer, (first, second) -> {
                    throw new ModelFileException(path + ": two layers have the name '" + first.getName() + "'");
                }, LinkedHashMap::new));
    }

    /** Reads the binary form. */
    static Imported binary(Path path, CustomLayers custom) {
        return new ExportFile(path, Protobuf.read(path, "export", Export.parser())).read(custom);
    }

    /** Reads the JSON form. */
    static Imported json(Path path, CustomLayers custom) {
        Export.Builder builder = Export.newBuilder();
        try {
            JsonFormat.parser().merge(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(PlainFile.bytes(path)))
                    .toString(), builder);
        } catch (CharacterCodingException | InvalidProtocolBufferException e) {
            throw new ModelFileException(path + " is not a readable export: " + e.getMessage(), e);
        }
        return new ExportFile(path, builder.build()).read(custom);
    }

    private Imported read(CustomLayers custom) {
        if (!export.getKind().equals(KIND) || export.getVersion() < 1 || export.getVersion() > VERSION) {
            throw new ModelFileException(
                    path + " says it is '" + export.getKind() + "' of version " + export.getVersion() + ", expected '"
                            + KIND + "' up to version " + VERSION);
        }
        Imported imported = KerasFiles.read(Json.parse(path + ": architecture", export.getArchitecture()),
                export.getKeras(),
                "export from Keras " + export.getKeras(), custom, (read, given, problems) -> {
                    vocabularies("", read, given);
                    return ListedWeights.read(new Arrays(), read, given, problems);
                });
        List<Example> calls = export.getSamplesList().stream()
                .map(sample -> new Example(sample.getReset(), arrays(sample.getInputsList()),
                        arrays(sample.getOutputsList())))
                .toList();
        ModelSpec spec = imported.spec();
        imported = imported.with(spec.with(export.hasText() ? text(spec) : null, export.getLabelsList()))
                .with(new Examples(calls, export.getAbsolute(), export.getRelative()));
        replay(imported);
        return imported;
    }

    private TextInput text(ModelSpec spec) {
        Text text = export.getText();
        Map<String, Object> settings = new LinkedHashMap<>(
                Map.of("cleaning", text.getCleaningList(), "value", text.getValue()));
        if (text.getMaxlen() != 0) {
            settings.put("maxlen", text.getMaxlen());
        }
        settings.put("padding", text.getPadding().isEmpty() ? null : text.getPadding());
        settings.put("truncating", text.getTruncating().isEmpty() ? null : text.getTruncating());
        return ModelFolder.textInput(path, Json.tree(settings), TokenizerReader.read(path + ": text",
                Json.parse(path + ": text", text.getTokenizer())), spec);
    }

    /** The arrays of the layers as the file lists them. */
    private final class Arrays implements LayerArrays {
        @Override
        public String name() {
            return path.toString();
        }

        @Override
        public List<String> layers() {
            return List.copyOf(layers.keySet());
        }

        @Override
        public List<String> arrays(String layer) {
            return layers.containsKey(layer) ? layers.get(layer).getArraysList().stream().map(Array::getName).toList()
                    : List.of();
        }

        @Override
        public TensorData array(String layer, int index) {
            Array array = layers.get(layer).getArrays(index);
            TensorData data = data(array);
            if (data.dtype() != DType.FLOAT32) {
                throw new ModelFileException(
                        path + ": array '" + array.getName() + "' of layer '" + layer + "' holds " + data.dtype()
                                + ", expected floats");
            }
            return data;
        }
    }

    private List<TensorData> arrays(List<Array> list) {
        return list.stream().map(this::data).toList();
    }

    private TensorData data(Array array) {
        List<Integer> dims = array.getShapeList();
        DType type = switch (array.getType()) {
            case FLOAT32 -> DType.FLOAT32;
            case INT32 -> DType.INT32;
            case INT64 -> DType.INT64;
            case BOOL -> DType.BOOL;
            case STRING -> DType.STRING;
            case UNRECOGNIZED -> throw new ModelFileException(
                    path + ": array '" + array.getName() + "' has the unknown type " + array.getTypeValue());
        };
        double count = dims.stream().mapToDouble(dim -> dim).reduce(1, (a, b) -> a * b);
        boolean texts = type == DType.STRING;
        // truth values take one byte each in the file
        double bytes = texts ? 0 : count * (type == DType.BOOL ? 1 : type.bytes());
        if (dims.stream().anyMatch(dim -> dim < 0) || array.getStringsCount() != (texts ? count : 0)
                || array.getValues().size() != bytes) {
            throw new ModelFileException(path + ": array '" + array.getName() + "' of the shape " + dims + " has "
                    + array.getStringsCount() + " strings and " + array.getValues().size() + " bytes of values");
        }
        Shape shape = new Shape(dims);
        return switch (type) {
            case STRING -> TensorData.of(shape, array.getStringsList());
            case BOOL -> TensorData.of(DType.BOOL, shape, truths(array.getValues()));
            default -> new TensorData(type, shape,
                    MemorySegment.ofBuffer(array.getValues().asReadOnlyByteBuffer()), List.of());
        };
    }

    private static int[] truths(ByteString bytes) {
        int[] truths = new int[bytes.size()];
        for (int i = 0; i < truths.length; i++) {
            truths[i] = bytes.byteAt(i) == 0 ? 0 : 1;
        }
        return truths;
    }

    /** Adds the words that layers have learned. */
    private void vocabularies(String prefix, List<KerasLayer> read, Map<String, TensorData> given) {
        for (KerasLayer layer : read) {
            String layerPath = prefix + layer.spec().name();
            for (Vocabulary vocabulary : export.getVocabulariesList()) {
                if (vocabulary.getLayer().equals(layerPath)) {
                    List<String> words = Vocabularies.plain(vocabulary.getWordsList(),
                            Vocabularies.special(layer.spec()));
                    given.putIfAbsent(layerPath + "/vocabulary", TensorData.of(Shape.of(words.size()), words));
                    if (vocabulary.getIdfCount() > 0) {
                        float[] idf = new float[vocabulary.getIdfCount()];
                        for (int i = 0; i < idf.length; i++) {
                            idf[i] = vocabulary.getIdf(i);
                        }
                        given.putIfAbsent(layerPath + "/idf_weights", TensorData.of(Shape.of(idf.length), idf));
                    }
                }
            }
            vocabularies(layerPath + "/", layer.inner(), given);
        }
    }

    /** Refuses a model that does not give what the live one gave. */
    private void replay(Imported imported) {
        Optional<Verification.Failure> failure = verify(imported).failure();
        if (failure.isPresent()) {
            int call = failure.get().call();
            throw new ModelFileException(path + ": the model gives other outputs here than in Keras: "
                    + failure.get().message() + ", a sample"
                    + " of the kind '" + export.getSamples(call).getKind() + "'; " + firstDifference(imported));
        }
    }

    private Verification verify(Imported imported) {
        try (Model model = imported.toModel(ModelOptions.DEFAULT.withWarmUpThread(false))) {
            return model.verify();
        } catch (InvalidInputException e) {
            throw new ModelFileException(path + ": its samples don't fit the model: " + e.getMessage(), e);
        }
    }

    /** Which layer is the first to differ, where the export says what each gave. */
    private String firstDifference(Imported imported) {
        Sample sample = export.getSamplesList().getFirst();
        if (sample.getLayersCount() == 0) {
            return "export the model with --probe to see which layer differs first";
        }
        Map<String, Integer> places = new LinkedHashMap<>();
        for (int i = 0; i < sample.getLayersCount(); i++) {
            places.put(sample.getLayers(i).getName(), i);
        }
        Graph graph = imported.spec().graph();
        List<Graph.Output> outputs = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        for (int n = 0; n < graph.nodes().size(); n++) {
            Integer place = places.remove(graph.nodes().get(n).layer().name());
            if (place != null) {
                outputs.add(new Graph.Output(graph.nodes().get(n).layer().name(), new Graph.Ref(n, 0)));
                order.add(place);
            }
        }
        List<Example> calls = export.getSamplesList().stream()
                .filter(s -> s.getLayersCount() == sample.getLayersCount())
                .map(s -> new Example(s.getReset(), arrays(s.getInputsList()),
                        order.stream().map(i -> data(s.getLayers(i))).toList()))
                .toList();
        ModelSpec probed = new ModelSpec(imported.spec().name(), new Graph(graph.nodes(), graph.inputs(), outputs));
        try {
            Optional<Verification.Failure> failure = verify(
                    imported.with(probed).with(new Examples(calls, export.getAbsolute(), export.getRelative())))
                    .failure();
            return failure.isEmpty() ? "no layer alone differs by more than allowed"
                    : "the first layer that differs: " + failure.get().message();
        } catch (LanewiseException e) {
            return "its layers can't be compared: " + e.getMessage();
        }
    }
}
