package lanewise.onnx;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import lanewise.error.ModelFileException;
import lanewise.files.ExternalFile;
import lanewise.files.FixedInputs;
import lanewise.files.Protobuf;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.ModelProto;
import lanewise.onnx.proto.TensorProto;
import lanewise.onnx.proto.ValueInfoProto;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.LayerSpec;
import lanewise.spec.TensorData;

/**
 * A test of ONNX's backends: {@code model.onnx}, and {@code test_data_set_0} with {@code input_0.pb},
 * {@code output_0.pb} and so on, as {@code onnx.backend.test} writes them. What an operator needs to know beforehand,
 * such as weights, is fixed to the value of the test.
 */
public final class OnnxTestFolder {
    private static final String MODEL = "model.onnx";
    private static final String DATA = "test_data_set_0";
    private static final double ABSOLUTE = 1e-5;
    /** What ONNX's own runner allows; some tests were written with few digits. */
    private static final double RELATIVE = 1e-3;

    private final Path folder;

    private final FixedInputs fixes;

    private OnnxTestFolder(Path folder, FixedInputs fixes) {
        this.folder = folder;
        this.fixes = fixes;
    }

    /**
     * Whether a folder is such a test.
     *
     * @param folder the folder
     * @return whether it has the model and the first set of data
     */
    public static boolean is(Path folder) {
        return Files.isRegularFile(folder.resolve(MODEL)) && Files.isDirectory(folder.resolve(DATA));
    }

    /**
     * A model with its test.
     *
     * @param model    the model
     * @param examples the call and its expected outputs
     */
    public record Test(OnnxModel model, Examples examples) {}

    /**
     * Reads a test.
     *
     * @param folder the folder
     * @param fixes  values and shapes of the model's inputs
     * @return the model and the call
     * @throws ModelFileException                 if a file is missing or damaged
     * @throws lanewise.error.UnsupportedModelException if something in the model can't be run
     */
    public static Test read(Path folder, FixedInputs fixes) {
        return new OnnxTestFolder(folder, fixes).read();
    }

    private Test read() {
        Path path = ExternalFile.resolve(folder.resolve(MODEL), MODEL);
        GraphProto graph = Protobuf.read(path, "ONNX file", ModelProto.parser()).getGraph();
        Map<String, OnnxTensor> given = given(graph);
        OnnxModel model = OnnxFile.read(path, fixes, given);
        List<LayerSpec.InputLayer> layers = model.spec().graph().inputLayers();
        List<TensorData> inputs = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            OnnxTensor value = given.get(layers.get(i).name());
            if (value == null) {
                throw new ModelFileException(path + ": input '" + layers.get(i).name() + "' has no value in the test");
            }
            inputs.add(array(value, layers.get(i).dtype()));
        }
        List<TensorData> outputs = new ArrayList<>();
        double rounding = 1;
        for (int i = 0; i < graph.getOutputCount(); i++) {
            OnnxTensor expected = tensor("output_" + i + ".pb");
            rounding = Math.max(rounding, rounding(expected.type()));
            outputs.add(array(expected, expected.kind()));
        }
        return new Test(model,
                new Examples(List.of(new Example(false, inputs, outputs)), ABSOLUTE * rounding, RELATIVE * rounding));
    }

    /**
     * The values of the inputs. Files are numbered as the graph lists its inputs; of inputs that are weights there may
     * be none, and then the others may be numbered without them.
     */
    private Map<String, OnnxTensor> given(GraphProto graph) {
        Set<String> weights = graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
        List<ValueInfoProto> inputs = graph.getInputList();
        List<ValueInfoProto> needed = inputs.stream().filter(i -> !weights.contains(i.getName())).toList();
        boolean asListed = needed.stream().allMatch(i -> isThere(inputs.indexOf(i)));
        Map<String, OnnxTensor> given = new HashMap<>();
        List<ValueInfoProto> numbered = asListed ? inputs : needed;
        for (int i = 0; i < numbered.size(); i++) {
            ValueInfoProto input = numbered.get(i);
            if (input.getType().hasTensorType()
                    && OnnxTensor.kind(input.getType().getTensorType().getElemType()) != null
                    && (!weights.contains(input.getName()) || isThere(i))) {
                given.put(input.getName(), tensor("input_" + i + ".pb"));
            }
        }
        return given;
    }

    private boolean isThere(int input) {
        return Files.isRegularFile(folder.resolve(DATA).resolve("input_" + input + ".pb"));
    }

    /** How much further numbers may lie from those of a test that computes in 16 bits, and rounds after each step. */
    private static double rounding(int type) {
        return switch (type) {
            case OnnxTensor.FLOAT16 -> 4;
            case OnnxTensor.BFLOAT16 -> 32;
            default -> 1;
        };
    }

    private OnnxTensor tensor(String name) {
        Path path = ExternalFile.resolve(folder.resolve(MODEL), DATA + "/" + name);
        return OnnxTensor.read(path, Protobuf.read(path, "tensor", TensorProto.parser()));
    }

    private static TensorData array(OnnxTensor tensor, DType kind) {
        int type = kind == DType.FLOAT32 ? OnnxTensor.FLOAT : kind == DType.BOOL ? OnnxTensor.BOOL : OnnxTensor.INT32;
        return new OnnxTensor(type, tensor.dims(), tensor.values()).data(tensor.dims());
    }
}
