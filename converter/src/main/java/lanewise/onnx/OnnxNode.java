package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.NeedsConstant;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.onnx.proto.AttributeProto;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.NodeProto;
import lanewise.spec.DType;

/**
 * One call of an operator: its inputs and attributes. Every attribute must be read; {@link #unknown} gives
 * the others, so that no unknown one is silently ignored.
 */
final class OnnxNode {
    private static final int PARTS_SAID = 18;

    private final NodeProto proto;
    private final OnnxGraph graph;
    private final int opset;
    private final Map<String, AttributeProto> attributes;
    private final Set<String> asked;

    OnnxNode(NodeProto proto, OnnxGraph graph, int opset) {
        this.proto = proto;
        this.graph = graph;
        this.opset = opset;
        attributes = new HashMap<>();
        asked = new HashSet<>();
        proto.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
    }

    private OnnxNode(OnnxNode same, OnnxGraph graph) {
        proto = same.proto;
        this.graph = graph;
        opset = same.opset;
        attributes = same.attributes;
        asked = same.asked;
    }

    /** The same call in another graph; attributes that are asked for there are asked for here too. */
    OnnxNode in(OnnxGraph other) {
        return new OnnxNode(this, other);
    }

    OnnxGraph graph() {
        return graph;
    }

    /** Its operator, with the domain in front for one that is not ONNX's own. */
    String op() {
        String domain = domain();
        return domain.isEmpty() ? proto.getOpType() : domain + "." + proto.getOpType();
    }

    /** Who defines its operator, empty for ONNX. */
    String domain() {
        return proto.getDomain().equals("ai.onnx") ? "" : proto.getDomain();
    }

    /** The same with another operator and other inputs, which are put into the graph, or null. */
    OnnxNode as(String op, OnnxValue... inputs) {
        NodeProto.Builder other = proto.toBuilder().setOpType(op).setDomain("").clearInput();
        for (OnnxValue input : inputs) {
            String name = input == null ? "" : graph.newName();
            other.addInput(name);
            if (input != null) {
                graph.put(name, input);
            }
        }
        OnnxNode made = new OnnxNode(other.build(), graph, OnnxFormula.OPSET);
        asked.forEach(made::ignore);
        return made;
    }

    /** The name of an output, empty where it has none. */
    String output(int output) {
        return output < proto.getOutputCount() ? proto.getOutput(output) : "";
    }

    /** Version of the operators. */
    int opset() {
        return opset;
    }

    /** A name for a layer that is made for it, before it is made unique. */
    String name() {
        String given = !proto.getName().isEmpty() ? proto.getName()
                : proto.getOutputList().stream().filter(output -> !output.isEmpty()).findFirst().orElse(op());
        return given.replaceFirst("^/", "").replace('/', '.');
    }

    int inputs() {
        return proto.getInputCount();
    }

    boolean has(int input) {
        return input < proto.getInputCount() && !proto.getInput(input).isEmpty();
    }

    /** Whether somebody may want an output. */
    boolean gives(int output) {
        return output < proto.getOutputCount() && !proto.getOutput(output).isEmpty()
                && graph.isRead(proto.getOutput(output));
    }

    int outputs() {
        return proto.getOutputCount();
    }

    /** Takes over which attributes another form of it has read. */
    void read(OnnxNode other) {
        asked.addAll(other.asked);
    }

    /** The name of an input. */
    String input(int input) {
        return proto.getInput(input);
    }

    OnnxValue in(int input) {
        if (!has(input)) {
            throw new Unsupported("its input " + input + " is missing");
        }
        return graph.get(proto.getInput(input));
    }

    /** All inputs that are not left out. */
    List<OnnxValue> given() {
        return IntStream.range(0, inputs()).filter(this::has).mapToObj(this::in).toList();
    }

    /** All inputs. */
    List<OnnxValue> all() {
        List<OnnxValue> all = new ArrayList<>();
        for (int i = 0; i < inputs(); i++) {
            all.add(in(i));
        }
        return all;
    }

    /** An input as a value of the call, also where it is known before. */
    Live live(int input) {
        return graph.live(this, in(input));
    }

    /** An input that is known to the last number. */
    OnnxTensor constant(int input) {
        OnnxTensor tensor = known(input);
        if (tensor.kind() == DType.INT32 && Arrays.stream(tensor.values()).anyMatch(OnnxValue::isSymbol)) {
            throw new OpenSize("its input " + input + " ('" + proto.getInput(input)
                    + "') follows from a size known only at run time");
        }
        return tensor;
    }

    /** An input that is known, but that names of sizes known only at run time may stand in it. */
    OnnxTensor known(int input) {
        if (in(input) instanceof OnnxTensor tensor) {
            return tensor;
        }
        throw new NeedsConstant(proto.getInput(input), "its input " + input + " ('" + proto.getInput(input)
                + "') is computed at run time, expected a constant");
    }

    /** An input that is one known number. */
    double single(int input) {
        return single(input, constant(input));
    }

    /** The same where a size known only at run time may stand for it. */
    double knownSingle(int input) {
        return single(input, known(input));
    }

    private double single(int input, OnnxTensor tensor) {
        if (!tensor.isSingle()) {
            throw new Unsupported("its input " + input + " ('" + proto.getInput(input) + "') has the sizes "
                    + OnnxValue.text(tensor.dims()) + ", expected one number");
        }
        return tensor.values()[0];
    }

    /** An input of as many known numbers. */
    OnnxTensor vector(int input, int count) {
        OnnxTensor tensor = constant(input);
        if (tensor.values().length != count) {
            throw new Unsupported("its input " + input + " ('" + proto.getInput(input) + "') has the sizes "
                    + OnnxValue.text(tensor.dims()) + ", expected " + count + " numbers");
        }
        return tensor;
    }

    private AttributeProto attribute(String name) {
        asked.add(name);
        AttributeProto attribute = attributes.get(name);
        if (attribute != null && !attribute.getRefAttrName().isEmpty()) {
            throw new Unsupported("its attribute '" + name + "' is a parameter of a function, which is not supported");
        }
        return attribute;
    }

    boolean hasAttribute(String name) {
        return attributes.containsKey(name);
    }

    long integer(String name, long otherwise) {
        AttributeProto attribute = attribute(name);
        return attribute == null ? otherwise : attribute.getI();
    }

    /** Into how many parts of one size it cuts, which newer versions have to say. */
    int parts() {
        if (opset >= PARTS_SAID && !hasAttribute("num_outputs")) {
            throw new Unsupported("it has neither sizes of its parts nor num_outputs");
        }
        return count("num_outputs", outputs());
    }

    /** An integer that is 0 or 1. */
    boolean flag(String name, boolean otherwise) {
        long value = integer(name, otherwise ? 1 : 0);
        if (value != 0 && value != 1) {
            throw new Unsupported("its attribute '" + name + "' is " + value + ", expected 0 or 1");
        }
        return value == 1;
    }

    /** An integer that says how many of something there are, or which one, so that it fits 32 bits. */
    int count(String name, long otherwise) {
        return OnnxSizes.exact(integer(name, otherwise), "attribute '" + name + "'");
    }

    float number(String name, float otherwise) {
        AttributeProto attribute = attribute(name);
        return attribute == null ? otherwise : attribute.getF();
    }

    String text(String name, String otherwise) {
        AttributeProto attribute = attribute(name);
        return attribute == null ? otherwise : attribute.getS().toStringUtf8();
    }

    /** A list of integers, or null. */
    long[] integers(String name) {
        AttributeProto attribute = attribute(name);
        return attribute == null ? null : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
    }

    List<Float> numbers(String name) {
        AttributeProto attribute = attribute(name);
        return attribute == null ? List.of() : attribute.getFloatsList();
    }

    List<String> texts(String name) {
        AttributeProto attribute = attribute(name);
        return attribute == null ? List.of() : attribute.getStringsList().stream().map(s -> s.toStringUtf8()).toList();
    }

    /** A graph that it runs. */
    GraphProto body(String name) {
        AttributeProto attribute = attribute(name);
        if (attribute == null) {
            throw new Unsupported("it has no graph '" + name + "'");
        }
        return attribute.getG();
    }

    /** A tensor, or null. */
    OnnxTensor tensor(String name) {
        AttributeProto attribute = attribute(name);
        return attribute == null ? null : OnnxTensor.read(graph.file(), attribute.getT());
    }

    /**
     * What a constant list of integers is: an attribute of older versions, an input of newer ones; null if it is
     * neither.
     */
    long[] list(String attribute, int input) {
        return hasAttribute(attribute) ? integers(attribute)
                : has(input) ? inRow(input, constant(input)).longs() : null;
    }

    /** The same where sizes known only at run time may stand in it. */
    long[] sizes(String attribute, int input) {
        return hasAttribute(attribute) ? integers(attribute) : has(input) ? shape(input).longs() : null;
    }

    /** A known input of one axis: sizes, among which some may be known only at run time. */
    OnnxTensor shape(int input) {
        return inRow(input, known(input));
    }

    /** Refuses more axes than one; ONNX Runtime takes a single number for one axis that is put in or taken out. */
    private OnnxTensor inRow(int input, OnnxTensor tensor) {
        boolean single = tensor.rank() == 0 && (op().equals("Squeeze") || op().equals("Unsqueeze"));
        if (tensor.rank() != 1 && !single) {
            throw new Unsupported("its input " + input + " ('" + proto.getInput(input) + "') has the sizes "
                    + OnnxValue.text(tensor.dims()) + ", expected one axis");
        }
        return tensor;
    }

    /** What {@link #list} gives, where it has to be there. */
    long[] needList(String attribute, int input) {
        return need(attribute, list(attribute, input));
    }

    /** What {@link #sizes} gives, where it has to be there. */
    long[] needSizes(String attribute, int input) {
        return need(attribute, sizes(attribute, input));
    }

    private static long[] need(String attribute, long[] given) {
        if (given == null) {
            throw new Unsupported("its " + attribute + " are missing");
        }
        return given;
    }

    void ignore(String... names) {
        asked.addAll(List.of(names));
    }

    /** Attributes that were not read. */
    List<String> unknown() {
        return attributes.keySet().stream().filter(name -> !asked.contains(name)).sorted().toList();
    }
}
