package lanewise.onnx;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lanewise.error.ModelFileException;
import lanewise.error.UnsupportedModelException;
import lanewise.files.FixedInputs;
import lanewise.files.Protobuf;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.NeedsConstant;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.onnx.proto.DimensionProto;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.ModelProto;
import lanewise.onnx.proto.NodeProto;
import lanewise.onnx.proto.OperatorSetIdProto;
import lanewise.onnx.proto.TensorProto;
import lanewise.onnx.proto.ValueInfoProto;
import lanewise.onnx.schema.OnnxCheck;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.Weights;

/**
 * Reads an ONNX model into layers and operations. The engine keeps the rows of a call (the batch) on the first axis of
 * every value. Which axis of the file's inputs that is, is found by trying ({@link OnnxRowChoices}); if none keeps the
 * rows apart, the whole call is one row.
 */
public final class OnnxFile {
    private static final int OLDEST = 7;
    private static final int NEWEST = 28;
    private static final int NEWEST_FILE = 14;

    private final Path path;
    private final GraphProto graph;
    private final int opset;
    private final OnnxCheck check;
    private final String source;
    private final OnnxInputs inputs;
    /** Values that inputs have, or may be given where an operator needs one. */
    private final Map<String, OnnxTensor> given;
    private final Map<String, OnnxTensor> initializers = new HashMap<>();
    private final Set<String> fixed = new HashSet<>();
    private final Map<String, NodeProto> producers = new HashMap<>();
    /** For each value, which operators read it; empty text where the model gives it. */
    private final Map<String, Set<String>> read = new HashMap<>();

    private OnnxFile(Path path, ModelProto model, FixedInputs fixes, Map<String, OnnxTensor> given) {
        this.path = path;
        this.inputs = new OnnxInputs(model.getGraph(), fixes);
        this.graph = inputs.graph();
        this.given = new HashMap<>(given);
        this.given.putAll(inputs.values());
        fixed.addAll(inputs.values().keySet());
        this.opset = opset(model);
        if (model.getIrVersion() < 1 || model.getIrVersion() > NEWEST_FILE) {
            throw new UnsupportedModelException(List.of("it is of version " + model.getIrVersion()
                    + " of ONNX's files (ir_version), supported are 1 to " + NEWEST_FILE));
        }
        this.check = OnnxCheck.of(graph, opset);
        if (!check.problems().isEmpty()) {
            throw new UnsupportedModelException(check.problems());
        }
        this.source = ("ONNX model, version " + opset + " of its operators, from " + model.getProducerName() + " "
                + model.getProducerVersion()).strip();
        if (graph.getSparseInitializerCount() > 0) {
            throw new UnsupportedModelException(List.of("it has sparse tensors, which are not supported"));
        }
        for (TensorProto tensor : graph.getInitializerList()) {
            initializers.put(tensor.getName(), OnnxTensor.read(path, tensor));
        }
        collect(graph);
    }

    /** Collects which node produces each value, and which values are read, also in the bodies of operators. */
    private void collect(GraphProto part) {
        for (NodeProto node : part.getNodeList()) {
            node.getOutputList().forEach(output -> producers.put(output, node));
            node.getInputList().forEach(input -> reads(input, node.getOpType()));
            node.getAttributeList().forEach(attribute -> collect(attribute.getG()));
        }
        part.getOutputList().forEach(output -> reads(output.getName(), ""));
    }

    private void reads(String value, String operator) {
        read.computeIfAbsent(value, name -> new HashSet<>()).add(operator);
    }

    /**
     * Reads a model.
     *
     * @param path  the file
     * @param fixes values and shapes of its inputs
     * @return the model
     * @throws ModelFileException        if it is damaged
     * @throws UnsupportedModelException if something in it can't be run, or what is fixed does not fit it, with every
     *                                   reason
     */
    public static OnnxModel read(Path path, FixedInputs fixes) {
        return read(path, fixes, Map.of());
    }

    /** Reads a model whose inputs may be given values where an operator needs them. */
    static OnnxModel read(Path path, FixedInputs fixes, Map<String, OnnxTensor> given) {
        return new OnnxFile(path, Protobuf.read(path, "ONNX file", ModelProto.parser()), fixes, given).read();
    }

    private int opset(ModelProto model) {
        for (OperatorSetIdProto set : model.getOpsetImportList()) {
            if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
                if (set.getVersion() < OLDEST || set.getVersion() > NEWEST) {
                    throw new UnsupportedModelException(List.of("it is of version " + set.getVersion()
                            + " of ONNX's operators, supported are "
                            + OLDEST + " to " + NEWEST + "; bring it to one of these with onnx.version_converter"));
                }
                return (int) set.getVersion();
            }
        }
        throw new UnsupportedModelException(List.of("it is of the domains " + model.getOpsetImportList().stream()
                .map(OperatorSetIdProto::getDomain).toList() + ", supported are ONNX's own operators only"));
    }

    /** Translates the graph, trying one choice of rows after the other. */
    private OnnxModel read() {
        OnnxGraph known = new OnnxGraph(path, read, 0);
        initializers.forEach(known::put);
        fixed.forEach(name -> known.put(name, given.get(name)));
        List<Map<String, Integer>> choices = OnnxRowChoices.of(graph, open(), !fixed.containsAll(given.keySet()), known,
                opset);
        List<String> problems = null;
        String mixed = null;
        for (Map<String, Integer> rows : choices) {
            try {
                return new Translation(rows).run();
            } catch (RowsMixed e) {
                mixed = mixed != null ? mixed : isWhole(rows) ? e.getMessage()
                        : e.getMessage() + ", with the rows of a call along " + text(rows)
                                + "; rows may not depend on each other unless the sizes of all inputs are fixed";
            } catch (UnsupportedModelException e) {
                // of the whole call as one row only where rows can't be the reason
                problems = problems == null && (!isWhole(rows) || mixed == null || !isOpen()) ? e.problems() : problems;
            } catch (NeedsConstant e) {
                // the same again, with more known
                return read();
            }
        }
        throw new UnsupportedModelException(problems != null ? problems
                : List.of(mixed));
    }

    private static boolean isWhole(Map<String, Integer> rows) {
        return rows.containsValue(RowAxis.NONE);
    }

    private String text(Map<String, Integer> rows) {
        return open().stream().map(input -> "axis " + rows.get(input.getName()) + " of '" + input.getName() + "'")
                .collect(Collectors.joining(", "));
    }

    /** The inputs that a call gives. */
    private List<ValueInfoProto> open() {
        return graph.getInputList().stream()
                .filter(input -> !initializers.containsKey(input.getName()) && !fixed.contains(input.getName()))
                .toList();
    }

    /** Whether the call decides some size. */
    private boolean isOpen() {
        return open().stream().flatMap(input -> input.getType().getTensorType().getShape().getDimList().stream())
                .anyMatch(dim -> OnnxInputs.size(dim) == Shape.ANY);
    }

    /** One attempt to translate the graph. */
    private final class Translation {
        private final Map<String, Integer> rows;
        private final OnnxGraph built = new OnnxGraph(path, read,
                initializers.values().stream().mapToLong(t -> t.values().length).sum());
        private final List<String> problems = new ArrayList<>();
        private final Map<String, Integer> symbols = new HashMap<>();
        private final List<Integer> entries = new ArrayList<>();

        Translation(Map<String, Integer> rows) {
            this.rows = rows;
        }

        OnnxModel run() {
            initializers.forEach(built::put);
            List<ValueInfoProto> open = open();
            open.forEach(input -> rowName(input, rows.get(input.getName())));
            for (ValueInfoProto input : open) {
                input(input, rows.get(input.getName()));
            }
            fixed.forEach(name -> built.put(name, given.get(name)));
            Set<String> gone = new HashSet<>(fixed);
            if (open.isEmpty() && graph.getInputCount() > 0) {
                // all is known: a call needs an input all the same
                gone.remove(graph.getInput(0).getName());
                input(graph.getInput(0), -1);
                built.put(graph.getInput(0).getName(), given.getOrDefault(graph.getInput(0).getName(),
                        initializers.get(graph.getInput(0).getName())));
            }
            for (NodeProto node : graph.getNodeList()) {
                node(node);
            }
            List<Graph.Output> outputs = new ArrayList<>();
            for (ValueInfoProto output : graph.getOutputList()) {
                Live value = output(output.getName());
                if (value != null) {
                    outputs.add(new Graph.Output(output.getName(), value.ref(), value.row()));
                }
            }
            if (!problems.isEmpty()) {
                throw new UnsupportedModelException(problems);
            }
            String name = graph.getName().isEmpty() ? "onnx" : graph.getName();
            return new OnnxModel(new ModelSpec(name, new Graph(built.nodes(), entries, outputs)),
                    new Weights(new LinkedHashMap<>(built.weights())),
                    String.join("; ", Stream.concat(Stream.of(source), built.notes().stream()).toList()),
                    inputs.names(), gone);
        }

        /** The name of one input's rows stands for the rows of all inputs. */
        private void rowName(ValueInfoProto input, int row) {
            if (row >= 0) {
                String name = input.getType().getTensorType().getShape().getDim(row).getDimParam();
                if (!name.isEmpty()) {
                    symbols.put(name, OnnxValue.ROWS);
                }
            }
        }

        private void input(ValueInfoProto input, int row) {
            int type = input.getType().getTensorType().getElemType();
            DType kind = OnnxTensor.kind(type);
            if (!input.getType().hasTensorType() || !input.getType().getTensorType().hasShape() || kind == null) {
                problems.add("input '" + input.getName() + "' is "
                        + (input.getType().hasTensorType() ? OnnxTensor.typeName(type)
                                + (input.getType().getTensorType().hasShape() ? ""
                                        : " of an unknown number of axes (give it as many sizes, such as --shape "
                                                + input.getName() + "=?x?)")
                                : "no tensor")
                        + ", supported are tensors of floats, integers and bool with a known number of axes");
                built.fail(input.getName());
                return;
            }
            List<DimensionProto> shape = input.getType().getTensorType().getShape().getDimList();
            int[] dims = new int[shape.size()];
            List<Integer> sizes = new ArrayList<>();
            for (int i = 0; i < dims.length; i++) {
                DimensionProto dim = shape.get(i);
                int size = OnnxInputs.size(dim);
                boolean known = size != Shape.ANY;
                if (size == 0) {
                    problems.add("input '" + input.getName() + "' has no values: axis " + i + " has size 0");
                }
                dims[i] = known ? size : i == row ? OnnxValue.ROWS
                        : symbols.computeIfAbsent(
                                dim.getDimParam().isEmpty() ? input.getName() + "#" + i : dim.getDimParam(),
                                name -> built.newSymbol());
                // any number of rows can be given, also where the file fixes it
                sizes.add(known && i != row ? dims[i] : Shape.ANY);
            }
            LayerSpec spec = new LayerSpec.InputLayer(built.unique(input.getName()), new Shape(sizes), kind, row);
            Graph.Ref ref = built.node(spec, null);
            entries.add(ref.node());
            built.put(input.getName(), new Live(ref, kind, dims, row));
        }

        private void node(NodeProto proto) {
            OnnxNode node = new OnnxNode(proto, built, opset);
            try {
                built.budget().node();
                OnnxMicrosoft.needDomain(node);
                built.wide = proto.getOutputList().stream()
                        .anyMatch(o -> OnnxArithmetic.isWide(node.op(), check.type(o)));
                List<? extends OnnxValue> values = OnnxOperators.translate(node, this::node);
                if (values == null) {
                    throw new Unsupported(OnnxOperators.refusal(node.op()));
                }
                if (!node.unknown().isEmpty()) {
                    throw new Unsupported("its attributes " + node.unknown() + " are unknown");
                }
                for (int i = 0; i < proto.getOutputCount(); i++) {
                    OnnxValue value = i < values.size()
                            ? OnnxArithmetic.held(node, values.get(i), check.type(proto.getOutput(i))) : null;
                    if (value != null) {
                        built.put(proto.getOutput(i), value);
                    } else if (built.isRead(proto.getOutput(i))) {
                        throw new Unsupported("its output " + i + " is not supported");
                    }
                }
            } catch (OnnxValue.Missing e) {
                proto.getOutputList().forEach(built::fail);
            } catch (NeedsConstant e) {
                if (fix(e.value)) {
                    throw e;
                }
                problem(proto, e.getMessage() + OnnxInputs.wayOut(open(), sources(List.of(e.value)), false));
            } catch (OpenSize e) {
                problem(proto, e.getMessage() + OnnxInputs.wayOut(open(), sources(proto.getInputList()), true));
            } catch (RowsMixed e) {
                if (!problems.isEmpty()) {
                    // what can't be run whichever axis holds the rows
                    throw new UnsupportedModelException(problems);
                }
                throw e.at(OnnxCheck.place(proto));
            } catch (Unsupported e) {
                problem(proto, e.getMessage());
            }
        }

        private void problem(NodeProto proto, String what) {
            problems.add(OnnxCheck.place(proto) + ": " + what);
            proto.getOutputList().forEach(built::fail);
        }

        private Live output(String name) {
            try {
                OnnxNode reader = new OnnxNode(NodeProto.newBuilder().setName(name).build(), built, opset);
                return built.live(reader, built.get(name));
            } catch (OnnxValue.Missing e) {
                return null;
            } catch (Unsupported e) {
                problems.add("output '" + name + "': " + e.getMessage());
                return null;
            }
        }
    }

    /** Fixes the inputs that a value is made of; false if one of them has no value to be fixed to. */
    private boolean fix(String value) {
        Set<String> needed = sources(List.of(value));
        return !needed.isEmpty() && given.keySet().containsAll(needed) && fixed.addAll(needed);
    }

    /** What values are made of in the end: inputs, and what bodies are given. */
    private Set<String> sources(List<String> values) {
        Set<String> needed = new HashSet<>();
        List<String> waiting = new ArrayList<>(values);
        Set<String> seen = new HashSet<>();
        while (!waiting.isEmpty()) {
            String name = waiting.removeLast();
            if (!seen.add(name) || name.isEmpty() || initializers.containsKey(name)) {
                continue;
            }
            NodeProto producer = producers.get(name);
            if (producer == null) {
                needed.add(name);
            } else {
                waiting.addAll(producer.getInputList());
            }
        }
        return needed;
    }
}
