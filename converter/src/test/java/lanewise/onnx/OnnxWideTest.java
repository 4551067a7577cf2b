package lanewise.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.convert.Importer;
import lanewise.error.InvalidInputException;
import lanewise.onnx.proto.DimensionProto;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.ModelProto;
import lanewise.onnx.proto.NodeProto;
import lanewise.onnx.proto.OperatorSetIdProto;
import lanewise.onnx.proto.TensorShapeProto;
import lanewise.onnx.proto.TensorTypeProto;
import lanewise.onnx.proto.TypeProto;
import lanewise.onnx.proto.ValueInfoProto;
import lanewise.options.ModelOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Integers of 64 bits that a call keeps in 32: what needs more is refused rather than wrapped around. */
class OnnxWideTest {
    private static final int INT32 = 6;
    private static final int INT64 = 7;

    @TempDir
    private Path folder;

    private Model model(String op, int type) throws IOException {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(DimensionProto.newBuilder().setDimParam("batch"))
                .addDim(DimensionProto.newBuilder().setDimValue(2));
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(op).setName("node").addInput("x").addInput("x")
                .addOutput("y");
        GraphProto graph = GraphProto.newBuilder().addNode(node)
                .addInput(ValueInfoProto.newBuilder().setName("x").setType(TypeProto.newBuilder()
                        .setTensorType(TensorTypeProto.newBuilder().setElemType(type).setShape(shape))))
                .addOutput(ValueInfoProto.newBuilder().setName("y")).build();
        Path file = folder.resolve(op + type + ".onnx");
        Files.write(file, ModelProto.newBuilder().setIrVersion(8).setProducerName("test").setGraph(graph)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18)).build().toByteArray());
        return Importer.read(file).toModel(ModelOptions.DEFAULT.withWarmUpThread(false));
    }

    private long[] run(String op, int type, long... x) throws IOException {
        try (Model model = model(op, type); Predictor predictor = model.predictor()) {
            predictor.inputs().getFirst().set(x, new int[] {1, 2});
            predictor.run();
            return predictor.outputs().getFirst().toLongs();
        }
    }

    /** The numbers are those of ONNX Runtime 1.22. */
    @Test
    void integersOf64BitsAreRefusedAndThoseOf32WrapAround() throws IOException {
        for (String op : new String[] {"Add", "Mul"}) {
            InvalidInputException refused = assertThrows(InvalidInputException.class,
                    () -> run(op, INT64, 2_000_000_000, 7));
            assertEquals("layer 'node': makes the integer " + (op.equals("Add") ? "4000000000" : "4000000000000000000")
                    + ", which has more than the 32 bits that a call keeps", refused.getMessage());
        }
        assertArrayEquals(new long[] {-294967296, 14}, run("Add", INT32, 2_000_000_000, 7));
        assertArrayEquals(new long[] {-1651507200, 49}, run("Mul", INT32, 2_000_000_000, 7));
        assertArrayEquals(new long[] {-2_000_000_000, 14}, run("Add", INT64, -1_000_000_000, 7));
    }

    /** ONNX Runtime computes these with doubles: what leaves 32 bits doesn't wrap around there. */
    @Test
    void powersOf32BitsAreRefused() throws IOException {
        assertThrows(InvalidInputException.class, () -> run("Pow", INT32, 10, 2));
        assertArrayEquals(new long[] {387420489, 4}, run("Pow", INT32, 9, 2));
    }
}
