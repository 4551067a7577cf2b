package lanewise.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.convert.Importer;
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
import lanewise.options.ModelOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code quantize_dynamic} makes of a product: values of the call stay the floats that they are. */
class OnnxDynamicQuantizationTest {
    private static final byte[] WEIGHTS = {100, -3, 7, 50, -128, 127};
    private static final float SCALE = 0.01f;

    @TempDir
    private Path folder;

    private static NodeProto node(String op, String inputs, String outputs) {
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(op).setName(op + outputs);
        for (String input : inputs.split(" ")) {
            node.addInput(input);
        }
        for (String output : outputs.split(" ")) {
            node.addOutput(output);
        }
        return node.build();
    }

    private Path product() throws IOException {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(DimensionProto.newBuilder().setDimParam("batch"))
                .addDim(DimensionProto.newBuilder().setDimValue(3));
        NodeProto cast = node("Cast", "sums", "floats").toBuilder()
                .addAttribute(AttributeProto.newBuilder().setName("to").setI(1).setType(2))
                .build();
        GraphProto graph = GraphProto.newBuilder()
                .addInitializer(TensorProto.newBuilder().setName("w").setDataType(3).addDims(3).addDims(2)
                        .setRawData(ByteString.copyFrom(WEIGHTS)))
                .addInitializer(TensorProto.newBuilder().setName("wz").setDataType(3)
                        .setRawData(ByteString.copyFrom(new byte[] {5})))
                .addInitializer(TensorProto.newBuilder().setName("ws").setDataType(1).addFloatData(SCALE))
                .addNode(node("DynamicQuantizeLinear", "x", "q s z")).addNode(node("MatMulInteger", "q w z wz", "sums"))
                .addNode(cast).addNode(node("Mul", "s ws", "scale")).addNode(node("Mul", "floats scale", "y"))
                .addInput(ValueInfoProto.newBuilder().setName("x").setType(TypeProto.newBuilder()
                        .setTensorType(TensorTypeProto.newBuilder().setElemType(1).setShape(shape))))
                .addOutput(ValueInfoProto.newBuilder().setName("y")).build();
        Path file = folder.resolve("product.onnx");
        Files.write(file, ModelProto.newBuilder().setIrVersion(8).setProducerName("test").setGraph(graph)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18)).build().toByteArray());
        return file;
    }

    @Test
    void valuesBelowOneAreNotCutToIntegers() throws IOException {
        float[] x = {0.25f, -0.5f, 0.75f, -0.125f, 0.375f, 0.99f};
        try (Model model = Importer.read(product()).toModel(ModelOptions.DEFAULT.withWarmUpThread(false));
                Predictor predictor = model.predictor(2, 1)) {
            float[] y = new float[4];
            predictor.predict(x, 2, y);
            for (int i = 0; i < 4; i++) {
                double sum = 0;
                for (int k = 0; k < 3; k++) {
                    sum += (double) x[i / 2 * 3 + k] * (WEIGHTS[k * 2 + i % 2] - 5) * SCALE;
                }
                assertEquals(sum, y[i], 1e-6, "value " + i);
            }
        }
    }
}
