package lanewise.onnx.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import lanewise.onnx.proto.AttributeProto;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.NodeProto;
import lanewise.onnx.proto.TensorTypeProto;
import lanewise.onnx.proto.TypeProto;
import lanewise.onnx.proto.ValueInfoProto;
import org.junit.jupiter.api.Test;

/** A graph is held against ONNX's definitions. ONNX Runtime 1.30 refuses each that is refused here. */
class OnnxCheckTest {
    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT64 = 7;
    private static final int BOOL = 9;
    private static final int VERSION = 20;

    private static ValueInfoProto value(String name, int type) {
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder()
                .setTensorType(TensorTypeProto.newBuilder().setElemType(type))).build();
    }

    /** A graph over x (floats), i (int64) and u (uint8). */
    private static GraphProto.Builder graph() {
        return GraphProto.newBuilder().addInput(value("x", FLOAT)).addInput(value("i", INT64))
                .addInput(value("u", UINT8));
    }

    private static NodeProto.Builder node(String op, String output, String... inputs) {
        return NodeProto.newBuilder().setOpType(op).addOutput(output).addAllInput(Arrays.asList(inputs));
    }

    private static AttributeProto.Builder integer(String name, long value) {
        return AttributeProto.newBuilder().setName(name).setType(2).setI(value);
    }

    private static void refused(String expected, GraphProto.Builder graph) {
        List<String> problems = OnnxCheck.of(graph.build(), VERSION).problems();
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.getFirst().contains(expected), problems::toString);
    }

    private static void refused(String expected, NodeProto.Builder node) {
        refused(expected, graph().addNode(node));
    }

    private static int type(NodeProto.Builder node) {
        OnnxCheck check = OnnxCheck.of(graph().addNode(node).build(), VERSION);
        assertEquals(List.of(), check.problems());
        return check.type("y");
    }

    @Test
    void inputs() {
        refused("its input 1 ('i') is int64, expected float32 as its other inputs", node("Add", "y", "x", "i"));
        refused("its input 0 ('i') is int64, expected", node("Sigmoid", "y", "i"));
        refused("expected at least 2", node("Add", "y", "x"));
        refused("expected at most 1", node("Sigmoid", "y", "x", "x"));
        refused("its input 0 is missing", node("Add", "y", "", "x"));
        refused("expected at most 1", node("Sigmoid", "y", "x").addOutput("z"));
    }

    @Test
    void attributes() {
        refused("[axes] are unknown", node("ReduceSum", "y", "x").addAttribute(integer("axes", 1)));
        refused("'keepdims' has the type float, expected int",
                node("ReduceSum", "y", "x").addAttribute(integer("keepdims", 1).setType(1)));
        refused("'keepdims' of the type int holds a value of another type",
                node("ReduceSum", "y", "x").addAttribute(integer("keepdims", 0).setF(1)));
        refused("'to' is missing", node("Cast", "y", "x"));
        refused("twice", node("Cast", "y", "x").addAttribute(integer("to", 1)).addAttribute(integer("to", 1)));
    }

    @Test
    void operatorsOfOtherVersions() {
        refused("it came with version 23", node("RMSNormalization", "y", "x", "x"));
        refused("it was taken out", node("Upsample", "y", "x", "x"));
        assertEquals(List.of(), OnnxCheck.of(graph().addNode(node("Mine", "y", "x").setDomain("my.own")).build(),
                VERSION).problems());
    }

    @Test
    void names() {
        refused("it makes 'x', which there is already", node("Sigmoid", "x", "x"));
        refused("it makes 'y', which there is already", graph().addNode(node("Sigmoid", "y", "x"))
                .addNode(node("Tanh", "y", "x")));
        refused("two inputs of the name 'x'", graph().addInput(value("x", FLOAT)));
        refused("declared as int64, but it is float32", graph().addNode(node("Sigmoid", "y", "x"))
                .addOutput(value("y", INT64)));
    }

    @Test
    void types() {
        assertEquals(FLOAT, type(node("Add", "y", "x", "x")));
        assertEquals(BOOL, type(node("Less", "y", "u", "u")));
        assertEquals(INT64, type(node("ArgMax", "y", "x")));
        assertEquals(UINT8, type(node("Cast", "y", "x").addAttribute(integer("to", UINT8))));
        assertEquals(UINT8, type(node("QuantizeLinear", "y", "x", "x")));
        assertEquals(FLOAT, type(node("DequantizeLinear", "y", "u", "x")));
        assertEquals(FLOAT, type(node("ConstantOfShape", "y", "i")));
        assertEquals(0, type(node("Mine", "y", "x").setDomain("my.own")));
    }

    /** A loop's body is given the counter, the condition and the states. */
    @Test
    void bodies() {
        GraphProto.Builder body = GraphProto.newBuilder()
                .addInput(ValueInfoProto.newBuilder().setName("count"))
                .addInput(ValueInfoProto.newBuilder().setName("c"))
                .addInput(ValueInfoProto.newBuilder().setName("s"))
                .addNode(node("Identity", "on", "c")).addNode(node("Add", "t", "s", "u"))
                .addOutput(ValueInfoProto.newBuilder().setName("on"))
                .addOutput(ValueInfoProto.newBuilder().setName("t"));
        AttributeProto.Builder given = AttributeProto.newBuilder().setName("body").setType(5).setG(body);
        assertEquals(UINT8, type(node("Loop", "y", "i", "", "u").addAttribute(given)));
        refused("its input 1 ('u') is uint8, expected float32",
                node("Loop", "y", "i", "", "x").addAttribute(given.clone()));
    }
}
