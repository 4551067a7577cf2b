package lanewise.convert;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lanewise.convert.proto.KerasMetadata;
import lanewise.convert.proto.KerasObject;
import lanewise.convert.proto.SavedModel;
import lanewise.convert.proto.SavedObject;
import lanewise.convert.proto.TrackableAttribute;
import lanewise.convert.proto.TrackableChild;
import lanewise.convert.proto.TrackableObject;
import lanewise.convert.proto.TrackableObjectGraph;
import lanewise.error.ModelFileException;
import lanewise.files.ExternalFile;
import lanewise.files.Json;
import lanewise.files.Protobuf;
import lanewise.options.CustomLayers;
import lanewise.spec.TensorData;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a SavedModel of Keras 2: layers as JSON in {@code keras_metadata.pb}, up to Keras 2.4 in {@code saved_model.pb}
 * itself, and arrays in the checkpoint {@code variables/variables} (keras/src/saving/legacy/saved_model). The
 * TensorFlow graph beside them is not read.
 */
final class SavedModelFolder {
    /** The key of the graph of objects among a checkpoint's tensors. */
    private static final String OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";
    private static final String VARIABLE = "VARIABLE_VALUE";
    /** Other paths to the same variables. */
    private static final Set<String> OTHER_WAYS = Set.of("keras_api", "variables", "trainable_variables",
            "non_trainable_variables",
            "regularization_losses", "optimizer", "signatures");

    private final Path path;

    private SavedModelFolder(Path path) {
        this.path = path;
    }

    /**
     * Reads a SavedModel.
     *
     * @param path   its saved_model.pb
     * @param custom custom layers
     */
    static Imported read(Path path, CustomLayers custom) {
        SavedModelFolder folder = new SavedModelFolder(path);
        JsonNode model = folder.model();
        String version = model.path("keras_version").asString("2");
        return KerasFiles.read(plain(model.get("model_config")), version, "SavedModel of Keras " + version, custom,
                (layers, given, problems) -> {
                    NamedArrays arrays = new NamedArrays(path.toString(), folder.arrays(), layers, given, problems);
                    problems.throwIfAny();
                    return ListedWeights.read(arrays, layers, given, problems);
                });
    }

    /** What Keras wrote of the whole model. */
    private JsonNode model() {
        for (String text : metadata()) {
            JsonNode json = text.isEmpty() ? Json.parse("", "{}") : Json.parse(path + ": Keras metadata", text);
            if (json.path("model_config").isObject()) {
                return json;
            }
        }
        throw new ModelFileException(path
                + " is a SavedModel without Keras's layers: it holds TensorFlow operations only, as Keras 3's"
                + " model.export() or a subclassed model leaves them. Save the model itself: "
                + "model.save(\"model.keras\"), or write it with"
                + " lanewise_export.py");
    }

    /**
     * Tuples and shapes, which Keras writes here as objects, as the lists that they are in its other files
     * (json_utils.py).
     */
    private static JsonNode plain(JsonNode node) {
        String kind = node.path("class_name").asString("");
        if (node.path("items").isArray() && (kind.equals("__tuple__") || kind.equals("TensorShape"))) {
            return plain(node.get("items"));
        } else if (node instanceof ObjectNode object) {
            object.properties().forEach(property -> property.setValue(plain(property.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, plain(array.get(i)));
            }
        }
        return node;
    }

    private List<String> metadata() {
        Optional<Path> keras = ExternalFile.beside(path, "keras_metadata.pb");
        if (keras.isPresent()) {
            return Protobuf.read(keras.get(), "list of Keras's layers", KerasMetadata.parser()).getNodesList().stream()
                    .map(KerasObject::getMetadata).toList();
        }
        List<String> texts = new ArrayList<>();
        Protobuf.read(path, "SavedModel", SavedModel.parser()).getMetaGraphsList().forEach(graph -> {
            for (SavedObject node : graph.getObjectGraphDef().getNodesList()) {
                texts.add(node.getUserObject().getIdentifier().startsWith("_tf_keras")
                        ? node.getUserObject().getMetadata() : "");
            }
        });
        return texts;
    }

    /** The variables in the order of the layers. */
    private List<NamedArrays.Entry> arrays() {
        Checkpoint checkpoint = Checkpoint.open(ExternalFile.resolve(path, "variables/variables.index"));
        TrackableObjectGraph graph;
        try {
            graph = TrackableObjectGraph.parseFrom(checkpoint.text(OBJECT_GRAPH));
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFileException(
                    path + ": the checkpoint's graph of objects can't be read; it is damaged (" + e.getMessage() + ")",
                    e);
        }
        List<NamedArrays.Entry> entries = new ArrayList<>();
        if (graph.getNodesCount() > 0) {
            collect(checkpoint, graph, entries);
        }
        return entries;
    }

    /** Adds the variables below object 0, the model. */
    private void collect(Checkpoint checkpoint, TrackableObjectGraph graph, List<NamedArrays.Entry> entries) {
        Set<Integer> seen = new HashSet<>();
        // no recursion: a file may chain objects as deep as it likes
        List<Integer> waiting = new ArrayList<>(List.of(0));
        while (!waiting.isEmpty()) {
            int id = waiting.removeLast();
            if (!seen.add(id)) {
                continue;
            }
            if (id < 0 || id >= graph.getNodesCount()) {
                throw new ModelFileException(path + ": the checkpoint's graph of objects names object " + id + " of "
                        + graph.getNodesCount());
            }
            TrackableObject node = graph.getNodes(id);
            for (TrackableAttribute attribute : node.getAttributesList()) {
                if (attribute.getName().equals(VARIABLE)) {
                    TensorData data = checkpoint.floats(attribute.getCheckpointKey());
                    entries.add(new NamedArrays.Entry(attribute.getFullName(), data));
                }
            }
            List<TrackableChild> children = node.getChildrenList();
            for (int i = children.size() - 1; i >= 0; i--) {
                if (!OTHER_WAYS.contains(children.get(i).getLocalName())
                        && (id != 0 || children.get(i).getLocalName().startsWith("layer"))) {
                    waiting.add(children.get(i).getNodeId());
                }
            }
        }
    }
}
