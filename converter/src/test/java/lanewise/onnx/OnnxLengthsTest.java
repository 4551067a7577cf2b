package lanewise.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.convert.Importer;
import lanewise.error.LanewiseException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sizes that the call decides: every second step, twice, is reshaped to (-1, steps). That keeps rows apart only where
 * the number of steps is even; with three rows of three steps ONNX makes four rows of them.
 */
class OnnxLengthsTest {
    private static final int FLOAT = 1;

    @TempDir
    private Path folder;

    private static NodeProto.Builder node(String op, String output, String... inputs) {
        return NodeProto.newBuilder().setOpType(op).addOutput(output).addAllInput(List.of(inputs));
    }

    private static TensorProto integers(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(7).addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor.build();
    }

    private Path model() throws IOException {
        AttributeProto axis = AttributeProto.newBuilder().setName("axis").setI(1).build();
        GraphProto.Builder graph = GraphProto.newBuilder()
                .addInput(ValueInfoProto.newBuilder().setName("x").setType(TypeProto.newBuilder().setTensorType(
                        TensorTypeProto.newBuilder().setElemType(FLOAT).setShape(TensorShapeProto.newBuilder()
                                .addDim(DimensionProto.newBuilder().setDimParam("batch"))
                                .addDim(DimensionProto.newBuilder().setDimParam("steps"))))))
                .addInitializer(integers("zero", 0)).addInitializer(integers("one", 1))
                .addInitializer(integers("two", 2)).addInitializer(integers("end", Long.MAX_VALUE))
                .addInitializer(integers("rest", -1));
        graph.addNode(node("Slice", "half", "x", "zero", "end", "one", "two"))
                .addNode(node("Concat", "twice", "half", "half").addAttribute(axis))
                .addNode(node("Shape", "sizes", "x")).addNode(node("Gather", "steps", "sizes", "one"))
                .addNode(node("Concat", "wanted", "rest", "steps").addAttribute(axis.toBuilder().setI(0)))
                .addNode(node("Reshape", "y", "twice", "wanted"))
                .addOutput(ValueInfoProto.newBuilder().setName("y"));
        Path file = folder.resolve("model.onnx");
        Files.write(file, ModelProto.newBuilder().setIrVersion(8).setProducerName("test").setGraph(graph)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18)).build().toByteArray());
        return file;
    }

    @Test
    void aSizeOfTheCallIsCheckedAtTheCall() throws IOException {
        try (Model model = Importer.open(model()); Predictor predictor = model.predictor(3, 4)) {
            predictor.input("x").set(new float[] {1, 2, -0f, 4, 5, 6, 7, 8}, new int[] {2, 4});
            predictor.run();
            assertArrayEquals(new float[] {1, -0f, 1, -0f, 5, 7, 5, 7}, predictor.output("y").toFloats());
            predictor.input("x").set(new float[9], new int[] {3, 3});
            assertThrows(LanewiseException.class, predictor::run);
            predictor.input("x").set(new float[] {1, 2}, new int[] {1, 2});
            predictor.run();
            assertArrayEquals(new float[] {1, 1}, predictor.output("y").toFloats());
        }
    }
}
