package lanewise.onnx;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import lanewise.convert.RefusalLines;
import lanewise.error.UnsupportedModelException;
import lanewise.files.FixedInputs;
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
 * Operators whose inputs and attributes do not fit together are refused by what is wrong. Each once ended in an
 * exception of our own code, which was taken for the file's fault.
 */
class OnnxRefusalsTest {
    private static final int FLOATS = 1;
    private static final int INTEGERS = 7;

    @TempDir
    private Path folder;

    /** A graph of one node over x of the sizes (batch, 4, 6). */
    private static final class OneNode {
        private final GraphProto.Builder graph = GraphProto.newBuilder();
        private final NodeProto.Builder node = NodeProto.newBuilder();

        OneNode(String op, String... inputs) {
            graph.addInput(input("x", DimensionProto.newBuilder().setDimParam("batch"), size(4), size(6)));
            node.setOpType(op).addOutput("y").addAllInput(Arrays.asList(inputs));
        }

        private static DimensionProto.Builder size(int size) {
            return DimensionProto.newBuilder().setDimValue(size);
        }

        private static ValueInfoProto.Builder input(String name, DimensionProto.Builder... dims) {
            TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
            Arrays.stream(dims).forEach(shape::addDim);
            return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder()
                    .setTensorType(TensorTypeProto.newBuilder().setElemType(FLOATS).setShape(shape)));
        }

        OneNode known(String name, int type, int... dims) {
            int count = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
            TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type);
            Arrays.stream(dims).forEach(tensor::addDims);
            for (int i = 0; i < count; i++) {
                if (type == FLOATS) {
                    tensor.addFloatData(1);
                } else {
                    tensor.addInt64Data(0);
                }
            }
            graph.addInitializer(tensor);
            return this;
        }

        OneNode whole(String name, long value) {
            graph.addInitializer(TensorProto.newBuilder().setName(name).setDataType(INTEGERS).addInt64Data(value));
            return this;
        }

        OneNode domain(String domain) {
            node.setDomain(domain);
            return this;
        }

        OneNode with(String attribute, long... values) {
            AttributeProto.Builder given = AttributeProto.newBuilder().setName(attribute).setI(values[0]);
            Arrays.stream(values).forEach(given::addInts);
            node.addAttribute(given);
            return this;
        }

        OneNode text(String attribute, String text) {
            node.addAttribute(AttributeProto.newBuilder().setName(attribute)
                    .setS(com.google.protobuf.ByteString.copyFromUtf8(text)));
            return this;
        }

        OneNode body(GraphProto.Builder body) {
            node.addAttribute(AttributeProto.newBuilder().setName("body").setG(body));
            return this;
        }

        byte[] model() {
            graph.addNode(node).addOutput(ValueInfoProto.newBuilder().setName("y"));
            return ModelProto.newBuilder().setIrVersion(8).setProducerName("test").setGraph(graph)
                    .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(20)).build().toByteArray();
        }
    }

    private void refused(String expected, OneNode given) throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.write(file, given.model());
        UnsupportedModelException refusal = assertThrows(UnsupportedModelException.class,
                () -> OnnxFile.read(file, FixedInputs.NONE));
        RefusalLines.check(refusal);
        String message = refusal.getMessage();
        assertTrue(message.contains(expected), () -> "expected '" + expected + "' in: " + message);
    }

    @Test
    void partsOfAValue() throws IOException {
        refused("at least 2", new OneNode("Pad", "x"));
        refused("for 3 axes", new OneNode("Pad", "x", "p").known("p", INTEGERS, 4));
        refused("expected 3 numbers", new OneNode("Tile", "x", "r").known("r", INTEGERS, 2));
        refused("at least 3", new OneNode("Slice", "x"));
        refused("another number of ends", new OneNode("Slice", "x", "s", "e").known("s", INTEGERS, 2)
                .known("e", INTEGERS, 1));
        refused("cuts into 3 parts", new OneNode("Split", "x").with("axis", 1).with("num_outputs", 3));
        refused("expected one number", new OneNode("TopK", "x", "k").known("k", INTEGERS, 0));
        refused("expected one number", new OneNode("Trilu", "x", "k").known("k", INTEGERS, 0));
        refused("its axis is", new OneNode("Flatten", "x").with("axis", 1L << 32));
        refused("expected each once", new OneNode("Unsqueeze", "x", "a").known("a", INTEGERS, 2));
    }

    @Test
    void products() throws IOException {
        refused("expected 2 axes", new OneNode("Gemm", "x", "b").known("b", FLOATS, 6));
        refused("its equation", new OneNode("Einsum", "x").text("equation", "bij->bz"));
        refused("in its equation", new OneNode("Einsum", "x").text("equation", "i->i"));
        refused("it multiplies values", new OneNode("MatMul", "x", "b").known("b", FLOATS));
    }

    @Test
    void normalizationsAndWindows() throws IOException {
        refused("numbers for", new OneNode("InstanceNormalization", "x", "s", "s").known("s", FLOATS, 0));
        refused("its axis is 3", new OneNode("MeanVarianceNormalization", "x"));
        refused("expected 3 axes", new OneNode("Conv", "x", "w").known("w", FLOATS, 1));
        refused("expected 2 numbers", new OneNode("Conv", "x", "w", "b").known("w", FLOATS, 2, 4, 1)
                .known("b", FLOATS, 3));
        refused("0 groups", new OneNode("Conv", "x", "w").known("w", FLOATS, 2, 4, 1).with("group", 0));
    }

    @Test
    void recurrentLayers() throws IOException {
        OneNode lstm = new OneNode("LSTM", "x", "w", "r", "b").known("w", FLOATS, 1, 12, 6).known("r", FLOATS, 1, 12, 3)
                .known("b", FLOATS, 2, 12).with("layout", 1);
        refused("its input 3 has the sizes", lstm);
        refused("its initial state", new OneNode("RNN", "x", "w", "r", "", "", "h").known("w", FLOATS, 1, 3, 6)
                .known("r", FLOATS, 1, 3, 3).known("h", FLOATS, 3).with("layout", 1));
    }

    @Test
    void knownValues() throws IOException {
        refused("divides the integer", new OneNode("Div", "a", "a").known("a", INTEGERS, 1));
        refused("it joins", new OneNode("Concat", "a", "b").known("a", INTEGERS, 1, 1).known("b", INTEGERS, 1)
                .with("axis", 1));
        refused("expected one number", new OneNode("Range", "a", "a", "a").known("a", INTEGERS, 0));
        refused("its axis is -3", new OneNode("Flatten", "a").known("a", INTEGERS, 1).with("axis", -3));
    }

    /** ONNX Runtime 1.30 refuses each of these, or gives other numbers than ONNX. */
    @Test
    void whatOnnxRuntimeRefuses() throws IOException {
        refused("expected one axis", new OneNode("ReduceSum", "x", "a").known("a", INTEGERS, 1, 1));
        refused("expected one axis", new OneNode("Reshape", "x", "s").known("s", INTEGERS, 1, 1));
        refused("expected 0 or 1", new OneNode("ReduceMax", "x").with("keepdims", 3));
        refused("cuts 4 into 5", new OneNode("Split", "a").known("a", INTEGERS, 4).with("num_outputs", 5));
        refused("neither sizes of its parts", new OneNode("Split", "a").known("a", INTEGERS, 4));
        refused("expected one axis", new OneNode("CenterCropPad", "x", "s").known("s", INTEGERS, 1, 3));
        refused("as wide as its windows", new OneNode("MaxPool", "x").with("kernel_shape", 2).with("pads", 2, 0));
        refused("2 sizes for 3 axes", new OneNode("CenterCropPad", "x", "s").known("s", INTEGERS, 2));
        refused("its reduction is other", new OneNode("NegativeLogLikelihoodLoss", "x", "t")
                .known("t", INTEGERS, 1, 6).text("reduction", "other"));
        refused("its classes have the sizes", new OneNode("NegativeLogLikelihoodLoss", "x", "t")
                .known("t", INTEGERS, 1, 5));
        refused("its hidden_size is 7", new OneNode("GRU", "x", "w", "r").known("w", FLOATS, 1, 15, 6)
                .known("r", FLOATS, 1, 15, 5).with("hidden_size", 7));
    }

    /** Refusals name a way out. */
    @Test
    void operatorsOfNoUse() throws IOException {
        refused("random", new OneNode("RandomNormalLike", "x"));
        refused("sequence", new OneNode("SequenceConstruct", "x"));
        refused("how many values it makes", new OneNode("NonZero", "x"));
        refused("depends on the call", new OneNode("Size", "x"));
        refused("expected float32", new OneNode("Add", "x", "k").whole("k", 1));
        refused("53 bits", new OneNode("Sub", "k", "k").whole("k", (1L << 62) + 1));
        refused("53 bits", new OneNode("Neg", "k").whole("k", Long.MIN_VALUE + 1));
        refused("give it pads", new OneNode("AveragePool", "x").text("auto_pad", "SAME_UPPER").with("kernel_shape", 2)
                .with("dilations", 2));
        refused("ORT_DISABLE_ALL", new OneNode("NGramRepeatBlock", "x").domain("com.microsoft"));
    }

    @Test
    void loops() throws IOException {
        GraphProto.Builder body = GraphProto.newBuilder().addInput(ValueInfoProto.newBuilder().setName("i"))
                .addInput(ValueInfoProto.newBuilder().setName("c")).addOutput(ValueInfoProto.newBuilder().setName("c"));
        refused("expected one number", new OneNode("Loop", "t", "").known("t", INTEGERS, 0).body(body));
        refused("expected at least 2", new OneNode("Loop", "t", "", "x").known("t", INTEGERS)
                .body(body.clone().addInput(ValueInfoProto.newBuilder().setName("s"))));
        refused("it scans 5", new OneNode("Scan", "x").with("num_scan_inputs", 5).body(body));
        refused("expected 1", new OneNode("Scan", "x").with("num_scan_inputs", 1).with("scan_input_axes", 1, 1)
                .body(body));
    }
}
