package lanewise.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.Verification;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.error.LanewiseException;
import lanewise.error.UnsupportedModelException;
import lanewise.onnx.proto.AttributeProto;
import lanewise.onnx.proto.DimensionProto;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.ModelProto;
import lanewise.onnx.proto.NodeProto;
import lanewise.onnx.proto.OperatorSetIdProto;
import lanewise.onnx.proto.StringStringEntryProto;
import lanewise.onnx.proto.TensorProto;
import lanewise.onnx.proto.TensorShapeProto;
import lanewise.onnx.proto.TensorTypeProto;
import lanewise.onnx.proto.TypeProto;
import lanewise.onnx.proto.ValueInfoProto;
import lanewise.options.ModelOptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models in ONNX: the recurrent tests of ONNX's backends, classifiers that PyTorch exported, and files that must be
 * refused.
 */
class OnnxTest {
    private static final Path CASES = Path.of(System.getProperty("models")).resolve("conformance");
    private static final Path NODES = CASES.resolve("onnx");
    private static final Path TORCH = CASES.resolve("torch");

    @TempDir
    private Path folder;

    private static List<Path> folders(Path path) {
        try (Stream<Path> children = Files.list(path)) {
            return children.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> givesWhatTheTestsExpect() throws IOException {
        List<Path> cases = Stream
                .of(NODES, TORCH, CASES.resolve("onnx_recurrent"), CASES.resolve("onnx_scan"),
                        CASES.resolve("onnx_values"), CASES.resolve("onnx_operators"))
                .map(OnnxTest::folders).flatMap(List::stream).toList();
        assertEquals(18, folders(NODES).size());
        return cases.stream()
                .flatMap(path -> Stream.of(ModelOptions.KernelChoice.SCALAR, ModelOptions.KernelChoice.VECTOR)
                        .map(twin -> DynamicTest.dynamicTest(path.getFileName() + " " + twin, () -> {
                            Imported imported = Importer.read(path);
                            imported.write(folder.resolve("model.gguf"));
                            try (Model model = imported
                                    .toModel(ModelOptions.DEFAULT.withKernels(twin).withWarmUpThread(false));
                                    Model written = Model.open(folder.resolve("model.gguf"),
                                            ModelOptions.DEFAULT.withKernels(twin).withWarmUpThread(false))) {
                                Verification verification = model.verify();
                                assertTrue(verification.passed() && verification.values() > 0, verification.toString());
                                assertEquals(verification, written.verify(), "the same from the model file");
                            }
                        })));
    }

    /**
     * Bounds as ONNX defines them, far outside of the axis too: an axis of 5 whose size the file says, or only the call
     * knows.
     */
    @Test
    void slicesTakeWhatOnnxDefines() throws IOException {
        long[] bounds = {Long.MIN_VALUE + 1, Integer.MIN_VALUE, -7, -5, -4, -1, 0, 1, 4, 5, 6, Integer.MAX_VALUE,
            Long.MAX_VALUE};
        int taken = 0;
        for (long start : bounds) {
            for (long end : bounds) {
                for (long step : new long[] {1, 2, -1, -3}) {
                    List<Float> expected = new ArrayList<>();
                    long first = Math.clamp(start < 0 ? start + 5 : start, 0L, step > 0 ? 5 : 4);
                    long stop = Math.clamp(end < 0 ? end + 5 : end, step > 0 ? 0L : -1L, step > 0 ? 5L : 4L);
                    for (long i = first; step > 0 ? i < stop : i > stop; i += step) {
                        expected.add((float) i);
                    }
                    for (boolean known : new boolean[] {true, false}) {
                        List<Float> got = sliced(start, end, step, known);
                        taken += got == null ? 0 : 1;
                        assertTrue(got == null || got.equals(expected),
                                start + " to " + end + " by " + step + " gives " + got + ", expected " + expected);
                    }
                }
            }
        }
        assertTrue(taken > 700, taken + " of 1352 were taken");
    }

    /** What is taken of 0 to 4, or null if that is refused. */
    private List<Float> sliced(long start, long end, long step, boolean known) throws IOException {
        GraphProto.Builder graph = GraphProto.newBuilder();
        NodeProto.Builder node = NodeProto.newBuilder().setOpType("Slice").addInput("x").addOutput("y");
        long[] inputs = {start, end, 1, step};
        for (int i = 0; i < inputs.length; i++) {
            graph.addInitializer(
                    TensorProto.newBuilder().setName("i" + i).setDataType(7).addDims(1).addInt64Data(inputs[i]));
            node.addInput("i" + i);
        }
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(DimensionProto.newBuilder().setDimParam("batch"))
                .addDim(known ? DimensionProto.newBuilder().setDimValue(5)
                        : DimensionProto.newBuilder().setDimParam("steps"));
        graph.addNode(node).addOutput(ValueInfoProto.newBuilder().setName("y"))
                .addInput(ValueInfoProto.newBuilder().setName("x")
                        .setType(TypeProto.newBuilder()
                                .setTensorType(TensorTypeProto.newBuilder().setElemType(1).setShape(shape))));
        Path file = folder.resolve("slice.onnx");
        Files.write(file, ModelProto.newBuilder().setIrVersion(8).setProducerName("test").setGraph(graph)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18)).build().toByteArray());
        try (Model model = Importer.read(file)
                .toModel(ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR).withWarmUpThread(false));
                Predictor predictor = model.predictor(1, 5)) {
            predictor.inputs().getFirst().set(new float[] {0, 1, 2, 3, 4}, new int[] {1, 5});
            predictor.run();
            List<Float> values = new ArrayList<>();
            for (float value : predictor.outputs().getFirst().toFloats()) {
                values.add(value);
            }
            return values;
        } catch (UnsupportedModelException e) {
            return null;
        }
    }

    private static ModelProto.Builder lstm() throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(TORCH.resolve("LSTM_bi1_l2_old/model.onnx"))).toBuilder();
    }

    private String refusal(ModelProto.Builder model) throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.write(file, model.build().toByteArray());
        return assertThrows(LanewiseException.class, () -> Importer.read(file)).getMessage();
    }

    @Test
    void unknownThingsAreRefusedByName() throws IOException {
        int lstm = lstm().getGraph().getNodeList().stream().map(NodeProto::getOpType).toList().indexOf("LSTM");
        ModelProto.Builder operator = lstm();
        operator.getGraphBuilder().getNodeBuilder(lstm).setOpType("Unheard");
        assertTrue(refusal(operator).contains("Unheard"));
        ModelProto.Builder attribute = lstm();
        attribute.getGraphBuilder().getNodeBuilder(lstm)
                .addAttribute(AttributeProto.newBuilder().setName("unheard").setI(1));
        assertTrue(refusal(attribute).contains("unheard"));
        ModelProto.Builder domain = lstm();
        domain.getGraphBuilder().getNodeBuilder(lstm).setDomain("com.example");
        assertTrue(refusal(domain).contains("com.example"));
        ModelProto.Builder version = lstm();
        version.clearOpsetImport().addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(1000));
        assertTrue(refusal(version).contains("1000"));
        ModelProto.Builder type = lstm();
        type.getGraphBuilder().getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(14);
        assertTrue(refusal(type).contains("complex64"));
        ModelProto.Builder function = lstm();
        function.getGraphBuilder().getNodeBuilder(lstm)
                .addAttribute(AttributeProto.newBuilder().setName("clip").setF(1));
        Path file = folder.resolve("clipped.onnx");
        Files.write(file, function.build().toByteArray());
        Importer.read(file).toModel(ModelOptions.DEFAULT.withWarmUpThread(false)).close();
    }

    @Test
    void numbersOutsideOfTheFolderAreNotRead() throws IOException {
        Files.write(folder.resolve("secret"), new byte[1 << 20]);
        for (String location : List.of("../secret", folder.resolve("secret").toString(), "missing")) {
            ModelProto.Builder model = lstm();
            TensorProto.Builder tensor = model.getGraphBuilder().getInitializerBuilder(0);
            tensor.clearRawData().setDataLocation(1)
                    .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(location));
            Path file = Files.createDirectories(folder.resolve("inner")).resolve("model.onnx");
            Files.write(file, model.build().toByteArray());
            String message = assertThrows(LanewiseException.class, () -> Importer.read(file)).getMessage();
            assertTrue(message.contains("outside") || message.contains("not beside it"), message);
        }
    }

    /** A few bytes may ask for any number of values, or calls. */
    @Test
    void smallFilesThatAskForMuchAreRefused() throws IOException {
        ModelProto.Builder constants = lstm();
        for (int i = 0; i < 200; i++) {
            constants.getGraphBuilder()
                    .addInitializer(TensorProto.newBuilder().setName("sizes" + i).setDataType(7).addDims(2)
                            .addInt64Data(8000).addInt64Data(8000));
            constants.getGraphBuilder().addNode(0,
                    NodeProto.newBuilder().setOpType("ConstantOfShape").addInput("sizes" + i).addOutput("many" + i));
        }
        assertTrue(refusal(constants).contains("the limit 'constants'"));
        AttributeProto.Builder inner = AttributeProto.newBuilder().setName("body").setType(5);
        for (int depth = 0; depth < 20; depth++) {
            inner = AttributeProto.newBuilder().setName("body").setType(5).setG(GraphProto.newBuilder()
                    .addInput(ValueInfoProto.newBuilder().setName("i" + depth))
                    .addInput(ValueInfoProto.newBuilder().setName("c" + depth))
                    .addOutput(ValueInfoProto.newBuilder().setName("c" + depth))
                    .addNode(depth == 0 ? NodeProto.newBuilder().setOpType("Identity").addInput("i0").addOutput("o")
                            : NodeProto.newBuilder().setOpType("Loop").addInput("hundred").addInput("")
                                    .addAttribute(inner)));
        }
        ModelProto.Builder loops = lstm();
        loops.getGraphBuilder()
                .addInitializer(TensorProto.newBuilder().setName("hundred").setDataType(7).addInt64Data(100))
                .addNode(NodeProto.newBuilder().setOpType("Loop").addInput("hundred").addInput("").addAttribute(inner));
        String message = refusal(loops);
        assertTrue(message.contains("the limit 'calls'"), message);
    }

    @Test
    void damagedModelsAreReadOrRefused() throws IOException {
        Random random = new Random(5);
        int refused = 0;
        int read = 0;
        for (Path path : folders(TORCH)) {
            byte[] bytes = Files.readAllBytes(path.resolve("model.onnx"));
            for (int i = 0; i < Integer.getInteger("mutations", 40); i++) {
                byte[] damaged = i % 4 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
                for (int n = random.nextInt(3); n >= 0 && damaged.length > 0; n--) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                Path file = folder.resolve("damaged.onnx");
                Files.write(file, damaged);
                try (Model model = Importer.read(file).toModel(ModelOptions.DEFAULT.withWarmUpThread(false))) {
                    model.explain();
                    read++;
                } catch (UnsupportedModelException e) {
                    assertTrue(!e.problems().isEmpty());
                    refused++;
                } catch (LanewiseException e) {
                    refused++;
                }
            }
        }
        assertTrue(refused > 50 && read > 50, refused + " refused, " + read + " read");
    }
}
