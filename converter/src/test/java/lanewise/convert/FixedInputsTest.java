package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.error.LanewiseException;
import lanewise.error.ModelFileException;
import lanewise.error.UnsupportedModelException;
import lanewise.files.FixedInputs;
import lanewise.files.Json;
import lanewise.onnx.proto.AttributeProto;
import lanewise.onnx.proto.DimensionProto;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.ModelProto;
import lanewise.onnx.proto.NodeProto;
import lanewise.onnx.proto.OperatorSetIdProto;
import lanewise.onnx.proto.TensorProto;
import lanewise.onnx.proto.TensorShapeProto;
import lanewise.onnx.proto.TensorTypeProto;
import lanewise.onnx.proto.TypeProto;
import lanewise.onnx.proto.ValueInfoProto;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs of ONNX models that are given a value or a shape at import. */
class FixedInputsTest {
    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT64 = 7;
    private static final int BOOL = 9;

    @TempDir
    private Path folder;

    private Path file;

    /** y = x reflected by 1 in front where rate is 16, else x + bias; z is as long as x. */
    @BeforeEach
    void model() throws IOException {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("g")
                .addInput(input("x", FLOAT, "batch", "T")).addInput(input("rate", INT64))
                .addInput(input("z", FLOAT, "batch", "T")).addInput(input("small", UINT8, "1"))
                .addInput(input("flag", BOOL)).addInput(input("bias", FLOAT, "3"))
                .addInitializer(TensorProto.newBuilder().setName("weight").setDataType(FLOAT).addFloatData(1))
                .addInput(input("weight", FLOAT))
                .addInitializer(TensorProto.newBuilder().setName("sixteen").setDataType(INT64).addInt64Data(16))
                .addInitializer(
                        TensorProto.newBuilder().setName("pads").setDataType(INT64).addDims(4)
                                .addAllInt64Data(List.of(0L, 1L, 0L, 0L)));
        NodeProto pad = node("Pad", "padded", "x", "pads").toBuilder().addAttribute(AttributeProto.newBuilder()
                .setName("mode").setS(com.google.protobuf.ByteString.copyFromUtf8("reflect"))).build();
        NodeProto choice = node("If", "y", "is").toBuilder()
                .addAttribute(branch("then_branch", "padded", pad))
                .addAttribute(branch("else_branch", "sum", node("Add", "sum", "x", "bias"))).build();
        graph.addNode(node("Equal", "is", "rate", "sixteen")).addNode(choice)
                .addNode(node("Add", "zz", "z", "z"))
                .addOutput(ValueInfoProto.newBuilder().setName("y"))
                .addOutput(ValueInfoProto.newBuilder().setName("zz"));
        file = folder.resolve("model.onnx");
        Files.write(file, ModelProto.newBuilder().setIrVersion(8).setProducerName("test").setGraph(graph)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18)).build().toByteArray());
    }

    private static NodeProto node(String op, String output, String... inputs) {
        return NodeProto.newBuilder().setName(output).setOpType(op).addOutput(output).addAllInput(List.of(inputs))
                .build();
    }

    private static AttributeProto branch(String name, String output, NodeProto node) {
        return AttributeProto.newBuilder().setName(name).setG(GraphProto.newBuilder().addNode(node)
                .addOutput(ValueInfoProto.newBuilder().setName(output))).build();
    }

    private static ValueInfoProto.Builder input(String name, int type, String... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (String dim : dims) {
            shape.addDim(Character.isDigit(dim.charAt(0))
                    ? DimensionProto.newBuilder().setDimValue(Integer.parseInt(dim))
                    : DimensionProto.newBuilder().setDimParam(dim));
        }
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder()
                .setTensorType(TensorTypeProto.newBuilder().setElemType(type).setShape(shape)));
    }

    private static TensorData value(String json) {
        return FixedInputs.value("value", Json.parse("value", json));
    }

    /** Everything that the model takes beside x and z. */
    private static ImportOptions rest(int rate) {
        return ImportOptions.DEFAULT.withInputValue("rate", TensorData.of(DType.INT32, Shape.SCALAR, rate))
                .withInputValue("small", value("7")).withInputValue("flag", value("true"))
                .withInputValue("bias", value("[10, 20.5, 30]"));
    }

    @Test
    void valuesChooseBranchesAndShapesPadding() {
        ImportOptions fixed = rest(16).withInputShape("x", Shape.of(Shape.ANY, 3));
        try (Model model = Importer.open(file, fixed); Predictor predictor = model.predictor(1, 3)) {
            assertEquals(List.of("x", "z"), predictor.inputs().stream().map(input -> input.name()).toList());
            predictor.input("x").set(new float[] {1, 2, 3}, new int[] {1, 3});
            predictor.input("z").set(new float[] {1, 2, 3}, new int[] {1, 3});
            predictor.run();
            assertArrayEquals(new float[] {2, 1, 2, 3}, predictor.output("y").toFloats());
        }
        // the name T is the same size in both inputs
        List<LayerSpec.InputLayer> inputs = Importer.read(file, fixed).spec().graph().inputLayers();
        assertEquals(List.of(3, 3), inputs.stream().map(input -> input.shape().dim(-1)).toList());
        try (Model model = Importer.open(file, rest(8)); Predictor predictor = model.predictor(1, 3)) {
            predictor.input("x").set(new float[] {1, 2, 3}, new int[] {1, 3});
            predictor.input("z").set(new float[] {1, 2}, new int[] {1, 2});
            predictor.run();
            assertArrayEquals(new float[] {11, 22.5f, 33}, predictor.output("y").toFloats());
        }
    }

    @Test
    void refusalsSayWhatHelps() {
        refused("'is') is computed at run time, --set rate=VALUE", ImportOptions.DEFAULT);
        refused("known only at run time --shape x=?xN", rest(16));
    }

    private void refused(String words, ImportOptions options) {
        String message = assertThrows(UnsupportedModelException.class, () -> Importer.read(file, options)).getMessage();
        for (String word : words.split(" ")) {
            assertTrue(message.contains(word), () -> "expected '" + word + "' in: " + message);
        }
        assertEquals(1, message.lines().filter(line -> !line.isBlank()).count(), message);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        ImportOptions none = ImportOptions.DEFAULT;
        String there = "[x, rate, z, small, flag, bias]";
        refused("'sr' no input " + there, none.withInputValue("sr", value("1")));
        refused("'y' no input " + there, none.withInputShape("y", Shape.of(1)));
        refused("'weight' no input " + there, none.withInputValue("weight", value("1")));
        refused("'rate' floats int64", none.withInputValue("rate", value("1.5")));
        refused("'rate' true int64", none.withInputValue("rate", value("true")));
        refused("'flag' integers bool", none.withInputValue("flag", value("1")));
        refused("'small' 256 uint8", none.withInputValue("small", value("256")));
        refused("'rate' (2,) ()", none.withInputValue("rate", value("[1, 2]")));
        refused("'bias' (2,) (3,)", none.withInputValue("bias", value("[1, 2]")));
        refused("'bias' () (3,)", none.withInputValue("bias", value("1")));
        refused("'x' 3 axes, 2", none.withInputShape("x", Shape.of(1, 2, 3)));
        refused("'bias' axis 0 3", none.withInputShape("bias", Shape.of(4)));
        refused("'z' 'T' 3", none.withInputShape("x", Shape.of(Shape.ANY, 3)).withInputShape("z", Shape.of(1, 4)));
        refused("'bias' value", none.withInputShape("bias", Shape.of(3)).withInputValue("bias", value("[1, 2, 3]")));
    }

    @Test
    void everyReasonIsListed() {
        String message = assertThrows(UnsupportedModelException.class, () -> Importer.read(file,
                ImportOptions.DEFAULT.withInputValue("a", value("1")).withInputShape("b", Shape.of(1)))).getMessage();
        assertTrue(message.contains("'a'") && message.contains("'b'"), message);
    }

    @Test
    void foldersFixInputs() throws IOException {
        Files.writeString(folder.resolve("lanewise.json"), "{\"set\": {\"rate\": 16, \"small\": 7, \"flag\": false,"
                + " \"bias\": [1, 2, 3]}, \"shape\": {\"x\": [null, 3]}}");
        assertEquals(List.of("x", "z"), names(Importer.read(folder)));
        // options win over the folder: with another rate nothing is padded, and no shape is needed
        Imported other = Importer.read(folder,
                ImportOptions.DEFAULT.withInputValue("rate", value("8")).withInputShape("x",
                        Shape.of(Shape.ANY, Shape.ANY)));
        assertEquals(Shape.ANY, other.spec().graph().inputLayers().getFirst().shape().dim(-1));
        Path settings = folder.resolve("settings.json");
        Files.writeString(settings, "{\"set\": {\"rate\": 16}, \"shape\": {\"x\": [null, 0]}}");
        String message = assertThrows(ModelFileException.class,
                () -> Importer.read(file, ImportOptions.DEFAULT.withSettings(settings))).getMessage();
        assertTrue(message.contains("'shape.x[1]' is 0, expected an integer from 1 up"), message);
    }

    private static List<String> names(Imported imported) {
        return imported.spec().graph().inputLayers().stream().map(LayerSpec::name).toList();
    }

    @Test
    void onlyOnnxFilesCanBeFixed() throws IOException {
        Path converted = folder.resolve("model.gguf");
        Importer.read(file, rest(8)).write(converted);
        assertEquals(List.of("x", "z"), names(Importer.read(converted)));
        for (ImportOptions options : List.of(rest(8), ImportOptions.DEFAULT.withInputShape("x", Shape.of(1, 3)))) {
            LanewiseException refused = assertThrows(UnsupportedModelException.class,
                    () -> Importer.read(converted, options));
            assertTrue(refused.getMessage().contains("is no ONNX file"), refused.getMessage());
            assertThrows(UnsupportedModelException.class, () -> Importer.open(converted, options));
        }
    }

    @Test
    void valuesAreReadStrictly() {
        assertEquals(DType.BOOL, value("[true, false]").dtype());
        assertEquals(Shape.of(2, 3), value("[[1, 2, 3], [4, 5, 6]]").shape());
        assertArrayEquals(new long[] {1L << 40, 3}, value("[1099511627776, 3]").toLongs());
        assertArrayEquals(new float[] {1, 0.5f}, value("[1, 0.5]").toFloats());
        for (String wrong : List.of("\"16\"", "null", "{}", "[1, true]", "[[1], [2, 3]]", "[1, [2]]", "[[1], 2]")) {
            assertThrows(ModelFileException.class, () -> value(wrong), wrong);
        }
        for (String wrong : List.of("5", "[-1]", "[1.5]", "\"?x5\"", "[\"?\"]", "{}", "null")) {
            assertThrows(ModelFileException.class, () -> FixedInputs.shape("shape", Json.parse("shape", wrong)), wrong);
        }
        assertEquals(Shape.of(Shape.ANY, 5), FixedInputs.shape("shape", Json.parse("shape", "[null, 5]")));
    }
}
