package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import lanewise.error.UnsupportedModelException;
import lanewise.files.FixedInputs;
import lanewise.onnx.proto.DimensionProto;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.TensorProto;
import lanewise.onnx.proto.TensorShapeProto;
import lanewise.onnx.proto.ValueInfoProto;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * What is fixed of the inputs of a graph. A size that has a name in the file is the same in all inputs, so fixing it in
 * one fixes it in all.
 */
final class OnnxInputs {
    private static final int SMALL = 16;

    private final GraphProto graph;
    private final Map<String, ValueInfoProto> inputs = new LinkedHashMap<>();
    private final Map<String, Shape> shapes;
    /** Sizes that are fixed, by their names in the file. */
    private final Map<String, Integer> named = new HashMap<>();
    private final Map<String, OnnxTensor> values = new LinkedHashMap<>();

    /**
     * Checks what is fixed.
     *
     * @param graph the graph; inputs that have their values in the file are weights, no inputs
     * @param fixes what is fixed
     * @throws UnsupportedModelException if something fixed does not fit, with every reason
     */
    OnnxInputs(GraphProto graph, FixedInputs fixes) {
        this.graph = graph;
        this.shapes = fixes.shapes();
        Set<String> weights = new HashSet<>();
        graph.getInitializerList().stream().map(TensorProto::getName).forEach(weights::add);
        graph.getInputList().stream().filter(input -> !weights.contains(input.getName()))
                .forEach(input -> inputs.put(input.getName(), input));
        List<String> problems = new ArrayList<>();
        fixes.values().forEach((name, value) -> {
            if (exists(name, "value", problems)) {
                set(name, value, problems);
            }
        });
        fixes.shapes().forEach((name, shape) -> {
            if (exists(name, "shape", problems)) {
                shape(name, shape, problems);
            }
        });
        if (!problems.isEmpty()) {
            throw new UnsupportedModelException(problems);
        }
    }

    /** Names of all inputs, in the order of the file, also of those that have a value. */
    List<String> names() {
        return List.copyOf(inputs.keySet());
    }

    /** The values of inputs that have one. */
    Map<String, OnnxTensor> values() {
        return values;
    }

    /** The graph with the sizes that are fixed as if they stood in the file. */
    GraphProto graph() {
        GraphProto.Builder built = graph.toBuilder();
        for (int i = 0; !shapes.isEmpty() && i < graph.getInputCount(); i++) {
            if (inputs.containsKey(graph.getInput(i).getName())) {
                built.setInput(i, shaped(graph.getInput(i)));
            }
        }
        return built.build();
    }

    private ValueInfoProto shaped(ValueInfoProto input) {
        Shape shape = shapes.get(input.getName());
        ValueInfoProto.Builder built = input.toBuilder();
        if (!input.getType().hasTensorType() || shape == null && !input.getType().getTensorType().hasShape()) {
            return input;
        }
        TensorShapeProto.Builder dims = built.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
        while (shape != null && dims.getDimCount() < shape.rank()) {
            dims.addDim(DimensionProto.getDefaultInstance());
        }
        for (int i = 0; i < dims.getDimCount(); i++) {
            int size = shape != null && shape.dim(i) != Shape.ANY ? shape.dim(i)
                    : named.getOrDefault(dims.getDim(i).getDimParam(), Shape.ANY);
            if (size != Shape.ANY) {
                dims.setDim(i, DimensionProto.newBuilder().setDimValue(size));
            }
        }
        return built.build();
    }

    private boolean exists(String name, String what, List<String> problems) {
        if (!inputs.containsKey(name)) {
            problems.add("'" + name + "' is given a " + what + ", but is no input of the model; its inputs are "
                    + inputs.keySet());
        }
        return inputs.containsKey(name);
    }

    private void set(String name, TensorData value, List<String> problems) {
        String input = "input '" + name + "'";
        int type = type(name);
        DType kind = OnnxTensor.kind(type);
        DType found = value.dtype() == DType.INT64 ? DType.INT32 : value.dtype();
        boolean fits = found == kind || kind == DType.FLOAT32 && found == DType.INT32;
        if (!fits || found == DType.STRING) {
            problems.add(input + " is given a value of " + word(found) + ", but takes " + OnnxTensor.typeName(type));
            return;
        }
        int[] dims = value.shape().toArray();
        int[] known = sizes(inputs.get(name));
        int[] wanted = known == null ? dims : known;
        // one number stands for an array of one
        boolean single = dims.length == 0 && Arrays.stream(wanted).allMatch(size -> size == 1 || size < 0);
        int[] built = single ? Arrays.stream(wanted).map(size -> 1).toArray() : dims;
        boolean same = built.length == wanted.length
                && IntStream.range(0, built.length).allMatch(i -> wanted[i] < 0 || wanted[i] == built[i]);
        if (!same) {
            problems.add(input + " is given a value of the shape " + value.shape() + ", but takes "
                    + new Shape(Arrays.stream(wanted).boxed().toList()));
            return;
        }
        double[] numbers = new double[Math.toIntExact(value.shape().size())];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = found == DType.FLOAT32 ? value.values().getAtIndex(TensorData.FLOATS, i)
                    : value.dtype() == DType.INT64 ? value.values().getAtIndex(TensorData.LONGS, i)
                            : value.values().getAtIndex(TensorData.INTS, i);
            if (kind == DType.INT32 && !OnnxTensor.holds(type, numbers[i])) {
                problems.add(input + " is given the value " + (long) numbers[i] + ", which is out of the range of "
                        + OnnxTensor.typeName(type));
                return;
            }
        }
        values.put(name, new OnnxTensor(type, built, numbers));
    }

    private static String word(DType kind) {
        return switch (kind) {
            case BOOL -> "true or false";
            case STRING -> "text";
            case FLOAT32 -> "floats";
            default -> "integers";
        };
    }

    private void shape(String name, Shape shape, List<String> problems) {
        String input = "input '" + name + "' is given the shape " + FixedInputs.text(shape);
        List<DimensionProto> dims = inputs.get(name).getType().getTensorType().getShape().getDimList();
        if (values.containsKey(name)) {
            problems.add(input + ", but it is given a value, too, which has its shape already");
        } else if (!inputs.get(name).getType().hasTensorType()) {
            problems.add(input + ", but is no tensor");
        } else if (inputs.get(name).getType().getTensorType().hasShape() && dims.size() != shape.rank()) {
            problems.add(input + " of " + shape.rank() + " axes, but has " + dims.size() + " in the file");
        } else {
            for (int i = 0; i < dims.size(); i++) {
                int size = shape.dim(i);
                String label = dims.get(i).getDimParam();
                int inFile = size(dims.get(i));
                int known = inFile != Shape.ANY ? inFile : named.getOrDefault(label, Shape.ANY);
                if (size != Shape.ANY && known != Shape.ANY && size != known) {
                    problems.add(input + ", but axis " + i + (label.isEmpty() ? "" : " ('" + label + "')")
                            + " has the size " + known + (label.isEmpty() ? " in the file" : " elsewhere"));
                } else if (size != Shape.ANY && !label.isEmpty()) {
                    named.put(label, size);
                }
            }
        }
    }

    private int type(String name) {
        return inputs.get(name).getType().getTensorType().getElemType();
    }

    /** Sizes of an input in the file, -1 where one is open; null if it is not known how many axes it has. */
    private static int[] sizes(ValueInfoProto input) {
        return !input.getType().getTensorType().hasShape() ? null
                : input.getType().getTensorType().getShape().getDimList().stream()
                        .mapToInt(OnnxInputs::size).toArray();
    }

    /** A size in the file, {@link Shape#ANY} where it is open: without a number, or with a negative one. */
    static int size(DimensionProto dim) {
        return dim.hasDimValue() && dim.getDimValue() >= 0 ? (int) Math.min(dim.getDimValue(), Integer.MAX_VALUE)
                : Shape.ANY;
    }

    /**
     * What to fix, for the end of a message.
     *
     * @param open    inputs that come with each call
     * @param sources what the value in question is made of, names of inputs among it
     * @param size    whether sizes have to be known, or else the value
     */
    static String wayOut(List<ValueInfoProto> open, Set<String> sources, boolean size) {
        List<String> options = new ArrayList<>();
        for (ValueInfoProto input : open) {
            int[] sizes = sizes(input);
            String name = input.getName();
            if (sources.contains(name) && size && sizes != null && Arrays.stream(sizes).anyMatch(s -> s < 0)) {
                options.add("--shape " + name + "=" + example(sizes));
            } else if (sources.contains(name) && !size && isSmall(sizes)) {
                options.add("--set " + name + "=VALUE");
            } else if (sources.contains(name) && !size) {
                return "; give it a fixed value before exporting";
            }
        }
        return options.isEmpty() ? "" : "; where each call has the same " + (size ? "sizes, fix them: "
                : "value, fix it: ") + String.join(" ", options);
    }

    /** Whether an input is a few numbers at most, such as a sampling rate, so that it may be the same in each call. */
    private static boolean isSmall(int[] sizes) {
        return sizes != null
                && Arrays.stream(sizes).asDoubleStream().reduce(1, (a, b) -> b < 0 ? Double.NaN : a * b) <= SMALL;
    }

    /** The sizes of an input, with letters for open ones but for the first, which mostly is that of rows. */
    private static String example(int[] sizes) {
        List<String> words = new ArrayList<>();
        int letters = 0;
        for (int i = 0; i < sizes.length; i++) {
            boolean rows = sizes[i] < 0 && i == 0 && sizes.length > 1;
            words.add(sizes[i] >= 0 ? String.valueOf(sizes[i])
                    : rows ? "?" : String.valueOf((char) ('N' + letters++ % ('Z' - 'N'))));
        }
        return String.join("x", words);
    }
}
