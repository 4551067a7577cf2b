package lanewise.onnx.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lanewise.onnx.proto.AttributeProto;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.NodeProto;
import lanewise.onnx.proto.ValueInfoProto;
import lanewise.onnx.schema.OnnxSchema.Parameter;

/**
 * Checks a graph against ONNX's definitions of its operators, as ONNX Runtime does before it runs a model, and finds
 * out the type of each value on the way. Where a type is not known, nothing is said about it.
 */
public final class OnnxCheck {
    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT64 = 7;
    private static final int BOOL = 9;
    /** Names of the types of attributes by number (AttributeProto.AttributeType). */
    private static final List<String> ATTRIBUTES = List.of("undefined", "float", "int", "string", "tensor", "graph",
            "floats", "ints", "strings", "tensors", "graphs", "sparse_tensor", "sparse_tensors", "type_proto",
            "type_protos");
    /** Names of the types by number (TensorProto.DataType). */
    private static final List<String> TYPES = List.of("no tensor", "float32", "uint8", "int8", "uint16", "int16",
            "int32", "int64", "string", "bool", "float16", "float64", "uint32", "uint64", "complex64", "complex128",
            "bfloat16");

    private final int version;
    private final Map<String, Integer> types = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private OnnxCheck(int version) {
        this.version = version;
    }

    /**
     * Checks a graph.
     *
     * @param graph   the whole graph
     * @param version the version of ONNX's operators
     * @return what was found
     */
    public static OnnxCheck of(GraphProto graph, int version) {
        OnnxCheck check = new OnnxCheck(version);
        check.graph(graph, new HashMap<>(), List.of());
        return check;
    }

    /** What is wrong, a line each. */
    public List<String> problems() {
        return problems;
    }

    /**
     * The type of a value.
     *
     * @param value its name
     * @return ONNX's number of it, 0 if it is not known
     */
    public int type(String value) {
        return types.getOrDefault(value, 0);
    }

    /**
     * A node for messages.
     *
     * @param node the node
     * @return its name, or what it makes, and its operator
     */
    public static String place(NodeProto node) {
        // many exporters give nodes no names; their outputs have some
        String name = !node.getName().isEmpty() ? "node '" + node.getName() + "'"
                : "the node that makes '" + (node.getOutputCount() == 0 ? "" : node.getOutput(0)) + "'";
        return name + " (" + node.getOpType() + ")";
    }

    /** The types of the outputs of a graph, given those of its inputs, as far as these are known. */
    private List<Integer> graph(GraphProto graph, Map<String, Integer> outer, List<Integer> given) {
        Map<String, Integer> scope = new HashMap<>(outer);
        Set<String> made = new HashSet<>();
        graph.getInitializerList().forEach(tensor -> define(scope, tensor.getName(), tensor.getDataType()));
        for (int i = 0; i < graph.getInputCount(); i++) {
            ValueInfoProto input = graph.getInput(i);
            int declared = input.getType().getTensorType().getElemType();
            int type = declared == 0 && i < given.size() ? given.get(i) : declared;
            if (!made.add(input.getName())) {
                problems.add("it has two inputs of the name '" + input.getName() + "'");
            }
            define(scope, input.getName(), type);
        }
        made.addAll(scope.keySet());
        for (NodeProto node : graph.getNodeList()) {
            List<Integer> outputs = node(node, scope);
            for (int i = 0; i < node.getOutputCount(); i++) {
                String output = node.getOutput(i);
                if (!output.isEmpty() && !made.add(output)) {
                    problems.add(place(node) + ": it makes '" + output + "', which there is already; give its output "
                            + "another name");
                }
                if (!output.isEmpty()) {
                    define(scope, output, i < outputs.size() ? outputs.get(i) : 0);
                }
            }
        }
        graph.getOutputList().forEach(output -> declared(output, scope));
        return graph.getOutputList().stream().map(output -> scope.getOrDefault(output.getName(), 0)).toList();
    }

    private void define(Map<String, Integer> scope, String name, int type) {
        scope.put(name, type);
        // branches may use a name for values of different types
        types.merge(name, type, (a, b) -> a.equals(b) ? a : 0);
    }

    private void declared(ValueInfoProto value, Map<String, Integer> scope) {
        int declared = value.getType().getTensorType().getElemType();
        int found = scope.getOrDefault(value.getName(), 0);
        if (value.getType().hasTensorType() && declared == 0) {
            problems.add("output '" + value.getName() + "' is declared as a tensor of no type");
        } else if (declared != 0 && found != 0 && declared != found) {
            problems.add("output '" + value.getName() + "' is declared as " + name(declared) + ", but it is "
                    + name(found));
        }
    }

    private static String name(int type) {
        return type >= 0 && type < TYPES.size() ? TYPES.get(type) : "type " + type;
    }

    private static String names(int types) {
        return IntStream.range(1, TYPES.size()).filter(i -> (types >> i & 1) != 0).mapToObj(TYPES::get)
                .collect(Collectors.joining(", "));
    }

    private static boolean isOnnx(NodeProto node) {
        return node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
    }

    /** The types of the outputs of a node. */
    private List<Integer> node(NodeProto node, Map<String, Integer> scope) {
        List<Integer> inputs = node.getInputList().stream().map(input -> scope.getOrDefault(input, 0)).toList();
        Map<String, List<Integer>> bodies = new HashMap<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                bodies.put(attribute.getName(), graph(attribute.getG(), scope, given(node, inputs)));
            }
        }
        OnnxSchema schema = isOnnx(node) ? OnnxSchema.of(node.getOpType(), version) : null;
        if (schema == null || schema.deprecated()) {
            Integer first = isOnnx(node) ? OnnxSchema.first(node.getOpType()) : null;
            if (first != null) {
                problems.add(place(node) + ": version " + version + " of ONNX's operators has no such operator"
                        + (schema == null ? ", it came with version " + first : ", it was taken out") + "; bring the "
                        + "file to another version with onnx.version_converter");
            }
            return List.of();
        }
        String problem = attributes(node, schema);
        problem = problem == null ? counts(node, schema) : problem;
        Map<String, Integer> bound = new HashMap<>();
        problem = problem == null ? inputs(node, schema, inputs, bound) : problem;
        if (problem != null) {
            problems.add(place(node) + ": " + problem);
        }
        return IntStream.range(0, node.getOutputCount())
                .mapToObj(i -> output(node, schema, i, inputs, bound, bodies)).toList();
    }

    /** The types of what a body is given. */
    private static List<Integer> given(NodeProto node, List<Integer> inputs) {
        List<Integer> given = new ArrayList<>();
        if (node.getOpType().equals("Loop")) {
            given.addAll(List.of(INT64, BOOL));
            given.addAll(inputs.subList(Math.min(2, inputs.size()), inputs.size()));
        } else if (node.getOpType().equals("Scan")) {
            given.addAll(inputs);
        }
        return given;
    }

    private static String attributes(NodeProto node, OnnxSchema schema) {
        Set<String> given = new HashSet<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            String name = attribute.getName();
            String wanted = schema.attributes().get(name);
            String found = attribute.getType() >= 0 && attribute.getType() < ATTRIBUTES.size()
                    ? ATTRIBUTES.get(attribute.getType()) : "type " + attribute.getType();
            // files of the first version have no types there
            boolean typed = attribute.getType() != 0;
            if (!given.add(name)) {
                return "its attribute '" + name + "' stands there twice";
            } else if (wanted == null) {
                return "its attributes [" + name + "] are unknown";
            } else if (typed && wanted.replace("!", "").equals(found) && !holds(attribute)) {
                return "its attribute '" + name + "' of the type " + found + " holds a value of another type";
            } else if (typed && !wanted.replace("!", "").equals(found)) {
                return "its attribute '" + name + "' has the type " + found + ", expected " + wanted.replace("!", "");
            }
        }
        return schema.attributes().entrySet().stream()
                .filter(entry -> entry.getValue().endsWith("!") && !given.contains(entry.getKey())).findFirst()
                .map(entry -> "its attribute '" + entry.getKey() + "' is missing").orElse(null);
    }

    /** Whether an attribute has no value of another type than its own. */
    private static boolean holds(AttributeProto a) {
        AttributeProto.Builder own = a.toBuilder().clearName().clearType().clearRefAttrName();
        AttributeProto.Builder rest = switch (ATTRIBUTES.get(a.getType())) {
            case "float" -> own.clearF();
            case "int" -> own.clearI();
            case "string" -> own.clearS();
            case "tensor" -> own.clearT();
            case "graph" -> own.clearG();
            case "floats" -> own.clearFloats();
            case "ints" -> own.clearInts();
            case "strings" -> own.clearStrings();
            // not read here
            default -> AttributeProto.newBuilder().setUnknownFields(a.getUnknownFields());
        };
        return rest.build().equals(AttributeProto.newBuilder().setUnknownFields(a.getUnknownFields()).build());
    }

    private static String counts(NodeProto node, OnnxSchema schema) {
        int inputs = node.getInputCount();
        if (inputs < schema.least()) {
            return "it has " + inputs + " inputs, expected at least " + schema.least();
        } else if (inputs > 0 && OnnxSchema.at(schema.inputs(), inputs - 1) == null) {
            return "it has " + inputs + " inputs, expected at most " + schema.inputs().size();
        }
        int outputs = node.getOutputCount();
        if (outputs > 0 && OnnxSchema.at(schema.outputs(), outputs - 1) == null) {
            return "it has " + outputs + " outputs, expected at most " + schema.outputs().size();
        }
        return IntStream.range(0, inputs)
                .filter(i -> node.getInput(i).isEmpty()
                        && OnnxSchema.at(schema.inputs(), i).option().isEmpty())
                .mapToObj(i -> "its input " + i + " is missing").findFirst().orElse(null);
    }

    private static String inputs(NodeProto node, OnnxSchema schema, List<Integer> inputs, Map<String, Integer> bound) {
        for (int i = 0; i < inputs.size(); i++) {
            Parameter parameter = OnnxSchema.at(schema.inputs(), i);
            int type = inputs.get(i);
            if (type <= 0 || type >= TYPES.size()) {
                continue;
            }
            String where = "its input " + i + " ('" + node.getInput(i) + "') is " + name(type) + ", expected ";
            int allowed = schema.allowed(parameter);
            if ((allowed >> type & 1) == 0) {
                return where + names(allowed);
            }
            Integer before = parameter.option().equals("~") ? null : bound.putIfAbsent(parameter.type(), type);
            if (before != null && before != type) {
                return where + name(before) + " as its other inputs; cast one of them";
            }
        }
        return null;
    }

    private static int output(NodeProto node, OnnxSchema schema, int place, List<Integer> inputs,
            Map<String, Integer> bound, Map<String, List<Integer>> bodies) {
        Parameter parameter = OnnxSchema.at(schema.outputs(), place);
        if (parameter == null) {
            return 0;
        }
        int allowed = schema.allowed(parameter);
        if (Integer.bitCount(allowed) == 1) {
            return Integer.numberOfTrailingZeros(allowed);
        }
        return switch (node.getOpType()) {
            case "If" -> at(bodies.get("then_branch"), place);
            // the first output of a loop's body is whether it goes on
            case "Loop" -> at(bodies.get("body"), place + 1);
            case "Scan" -> at(bodies.get("body"), place);
            case "Cast", "BitCast" -> number(node, "to", 0);
            case "Constant" -> constant(node);
            case "ConstantOfShape" -> value(node, "value", FLOAT);
            case "EyeLike" -> number(node, "dtype", inputs.getFirst());
            case "HannWindow", "HammingWindow", "BlackmanWindow" -> number(node, "output_datatype", FLOAT);
            case "QuantizeLinear" -> bound.getOrDefault(parameter.type(), number(node, "output_dtype", UINT8));
            case "DequantizeLinear" -> number(node, "output_dtype", inputs.size() < 2 ? 0 : inputs.get(1));
            default -> bound.getOrDefault(parameter.type(), 0);
        };
    }

    private static int at(List<Integer> types, int place) {
        return types == null || place >= types.size() ? 0 : types.get(place);
    }

    private static AttributeProto attribute(NodeProto node, String name) {
        return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst().orElse(null);
    }

    private static int number(NodeProto node, String name, int otherwise) {
        AttributeProto attribute = attribute(node, name);
        return attribute == null || attribute.getI() == 0 ? otherwise : (int) attribute.getI();
    }

    private static int value(NodeProto node, String name, int otherwise) {
        AttributeProto attribute = attribute(node, name);
        return attribute == null ? otherwise : attribute.getT().getDataType();
    }

    private static int constant(NodeProto node) {
        return attribute(node, "value_float") != null || attribute(node, "value_floats") != null ? FLOAT
                : attribute(node, "value_int") != null || attribute(node, "value_ints") != null ? INT64
                        : value(node, "value", 0);
    }
}
