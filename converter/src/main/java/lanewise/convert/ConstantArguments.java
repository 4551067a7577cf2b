package lanewise.convert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import lanewise.files.Json;
import lanewise.files.JsonLists;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.Operation;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;
import lanewise.spec.TensorData;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes the arrays out of the arguments of calls, where Keras writes them as {@code __numpy__} or {@code __tensor__}
 * (keras/src/saving/serialization_lib.py) or as plain lists of numbers: each becomes a {@link Operation.Constant} of
 * its own, and the call reads that.
 */
final class ConstantArguments {
    /** Operations whose arguments must have the same rows. */
    private static final Set<String> JOINING = Set.of("Concatenate", "Stack");
    private static final Set<String> PRODUCTS = Set.of("Matmul", "Dot");

    private final String prefix;
    private final Map<String, TensorData> arrays;
    private final List<GraphReader.Call> calls = new ArrayList<>();

    /**
     * Starts without calls.
     *
     * @param prefix path of the model that the calls stand in, ending in a slash, or empty
     * @param arrays takes the numbers, by path and role
     */
    ConstantArguments(String prefix, Map<String, TensorData> arrays) {
        this.prefix = prefix;
        this.arrays = arrays;
    }

    /** The calls that make what was taken out. */
    List<GraphReader.Call> calls() {
        return calls;
    }

    /** Whether a value is an array with its own type. */
    static boolean is(JsonNode value) {
        String name = value.path("class_name").asString("");
        return name.equals("__numpy__") || name.equals("__tensor__");
    }

    /** Whether there is a negative number in lists. */
    static boolean hasNegative(JsonNode lists) {
        return JsonLists.of(lists).leaves().stream().anyMatch(item -> item.isNumber() && Json.real(item) < 0);
    }

    /** A value for a message: no array is printed whole. */
    static String text(JsonNode value) {
        if (CallReader.isTensor(value)) {
            return "a tensor";
        }
        return is(value) ? "an array of " + value.path("config").path("dtype").asString("?") : value.toString();
    }

    /**
     * Puts tensors in the place of arrays in the call of a layer. They have the rows of the call.
     *
     * @param name of the layer
     * @param node the call
     * @return the same if it holds no arrays
     */
    JsonNode inLayer(String name, JsonNode node) {
        JsonNode like = find(node);
        return like == null ? node : replaced(name, node, "", like);
    }

    private static JsonNode find(JsonNode node) {
        if (CallReader.isTensor(node)) {
            return node;
        }
        for (JsonNode item : is(node) ? List.<JsonNode>of() : node.values()) {
            JsonNode found = item.isContainer() ? find(item) : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private JsonNode replaced(String name, JsonNode node, String key, JsonNode like) {
        if (is(node)) {
            Numbers numbers = Numbers.of(node);
            if (numbers == null || numbers.shape.length == 0) {
                return numbers == null ? node : node.path("config").path("value");
            }
            // a mask of queries and values is the same for all rows if it has no axis of them
            int rank = key.equals("attention_mask") ? 3 : numbers.shape.length;
            return constant(name, numbers.ofRank(rank), like);
        } else if (CallReader.isTensor(node)) {
            return node;
        } else if (node.isArray()) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> list.add(replaced(name, item, key, like)));
            return list;
        } else if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.propertyNames().forEach(k -> object.set(k, replaced(name, node.get(k), k, like)));
            return object;
        }
        return node;
    }

    /**
     * Puts tensors in the place of arrays among the arguments of an operation, with as many axes as the tensors have.
     * What has no counterpart stays as it is.
     *
     * @param name      of the operation
     * @param className its class
     * @param arguments what it is called with
     * @return the arguments
     */
    List<JsonNode> inOperation(String name, String className, List<JsonNode> arguments) {
        boolean joins = JOINING.contains(className);
        boolean multiplies = PRODUCTS.contains(className) || className.equals("Einsum");
        List<JsonNode> tensors = arguments.stream().filter(CallReader::isTensor).toList();
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode argument : arguments) {
            boolean array = is(argument) || argument.isArray();
            Numbers numbers = !array ? null : Numbers.of(argument);
            if (numbers == null || tensors.isEmpty()) {
                all.add(argument);
            } else if (numbers.shape.length == 0 || !OperationReader.broadcasts(className) && !joins && !multiplies) {
                all.add(is(argument) ? argument.path("config").path("value") : argument);
            } else if (tensors.stream().anyMatch(t -> !shape(t).isArray())) {
                // Keras 2 says no shapes: the array gets an axis for rows, and the planner those of size 1 behind it
                all.add(joins || multiplies ? argument : constant(name,
                        numbers.shape[0] == 1 ? numbers : numbers.ofRank(numbers.shape.length + 1), null));
            } else {
                JsonNode like = tensors.getFirst();
                int rank = tensors.stream().mapToInt(t -> shape(t).size()).max().orElse(0);
                Numbers aligned = multiplies || joins ? numbers : numbers.ofRank(rank);
                int rows = aligned.shape[0];
                int declared = shape(like).path(0).asInt(-1);
                boolean fits = aligned.shape.length == rank && (declared < 0 || declared == rows || rows == 1)
                        && (!joins || declared == rows || declared < 0 && rows > 1);
                boolean broadcast = rows == 1 && !joins && !multiplies;
                all.add(fits ? constant(name, aligned, broadcast ? null : like) : argument);
            }
        }
        return all;
    }

    /**
     * Reads an operation that is a layer in all but name: a product with a fixed matrix, a row of a fixed table.
     *
     * @param name      its name
     * @param className its class
     * @param config    its options
     * @param arguments what it is called with
     * @return the call that stands for it, or null if it is none of these
     */
    GraphReader.Call asLayer(String name, String className, JsonNode config, List<JsonNode> arguments) {
        Set<String> options = new TreeSet<>(config.propertyNames());
        options.removeAll(Set.of("name", "subscripts", "axis", "axes"));
        if (arguments.size() != 2 || !options.isEmpty()
                || CallReader.isTensor(arguments.get(0)) == CallReader.isTensor(arguments.get(1))) {
            return null;
        }
        boolean tensorFirst = CallReader.isTensor(arguments.getFirst());
        JsonNode tensor = arguments.get(tensorFirst ? 0 : 1);
        Numbers numbers = Numbers.of(arguments.get(tensorFirst ? 1 : 0));
        if (numbers == null || numbers.shape.length == 0) {
            return null;
        }
        if (className.equals("Einsum")) {
            return einsum(name, config.path("subscripts").asString(""), tensor, numbers, tensorFirst);
        }
        boolean vector = numbers.shape.length == 1;
        boolean tensordot = className.equals("Tensordot") && config.path("axes").asInt(-1) == 1;
        int width = vector ? 1 : numbers.shape[1];
        if (numbers.shape.length > 2) {
            return null;
        } else if (className.equals("Take") && !tensorFirst && config.path("axis").asInt(-1) == 0) {
            String table = vector ? name + "_table" : name;
            arrays.put(prefix + table + "/embeddings", numbers.column().floats());
            return squeezed(name, vector, new CoreLayer.Embedding(table, numbers.shape[0], width, false), tensor);
        } else if (tensorFirst && (PRODUCTS.contains(className) || tensordot)) {
            String product = vector ? name + "_product" : name;
            arrays.put(prefix + product + "/kernel", numbers.column().floats());
            return squeezed(name, vector, dense(product, width), tensor);
        } else if (vector || !PRODUCTS.contains(className)) {
            return null;
        }
        int rank = shape(tensor).size();
        if (rank < 3 || className.equals("Dot") && rank > 3) {
            return null;
        }
        // A x = (x' A')'
        arrays.put(prefix + name + "_product/kernel", numbers.turned().floats());
        List<Integer> turn = turn(rank);
        JsonNode turned = call(name + "_turned", new ShapeOperation.Transpose(name + "_turned", turn), tensor);
        JsonNode product = call(name + "_product", dense(name + "_product", numbers.shape[0]), turned);
        return operation(name, new ShapeOperation.Transpose(name, turn), product);
    }

    /** A layer whose last axis of size 1 goes away if the array was a vector. */
    private GraphReader.Call squeezed(String name, boolean isVector, LayerSpec spec, JsonNode tensor) {
        GraphReader.Call call = layer(spec.name(), spec, tensor);
        if (!isVector) {
            return call;
        }
        calls.add(call);
        return operation(name, new ShapeOperation.Squeeze(name, List.of(-1)),
                tensor(spec.name(), JsonNodeFactory.instance.arrayNode(), "float32"));
    }

    private static CoreLayer.Dense dense(String name, int units) {
        return new CoreLayer.Dense(name, units, Activation.LINEAR, false);
    }

    private static List<Integer> turn(int rank) {
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            axes.add(i < rank - 2 ? i : i == rank - 2 ? rank - 1 : rank - 2);
        }
        return axes;
    }

    private GraphReader.Call einsum(String name, String equation, JsonNode tensor, Numbers numbers,
            boolean tensorFirst) {
        String[] sides = equation.replace(" ", "").split("->", -1);
        String[] terms = sides[0].split(",", -1);
        if (sides.length != 2 || terms.length != 2) {
            return null;
        }
        String of = terms[tensorFirst ? 0 : 1];
        String fixed = terms[tensorFirst ? 1 : 0];
        boolean hasRows = of.startsWith("...") || of.isEmpty() || fixed.contains(of.substring(0, 1));
        if (hasRows && !of.startsWith("...") || fixed.contains(".")) {
            return null;
        }
        arrays.put(prefix + name + "/kernel", numbers.floats());
        return layer(name, new CoreLayer.EinsumDense(name, of + "," + fixed + "->" + sides[1], "", Activation.LINEAR),
                tensor);
    }

    /** A layer in the place of an operation, which forgets masks. */
    private GraphReader.Call layer(String name, LayerSpec spec, JsonNode tensor) {
        String operand = name + "_operand";
        LayerSpec unmasked = new Operation.AsLayer(operand, new LayerSpec.Identity(operand, "Identity"));
        return operation(name, spec, call(operand, unmasked, tensor));
    }

    /** The same tensor with a mask of its own. */
    CallReader.History masked(String reader, CallReader.History tensor, CallReader.History mask) {
        String name = reader + "_masked_" + calls.size();
        LayerSpec same = new LayerSpec.Identity(name, "Identity");
        calls.add(new GraphReader.Call(name, 0, same, List.of(tensor), mask, null, List.of()));
        return new CallReader.History(name, 0, 0);
    }

    private JsonNode call(String name, LayerSpec spec, JsonNode tensor) {
        calls.add(operation(name, spec, tensor));
        return tensor(name, JsonNodeFactory.instance.arrayNode(), "float32");
    }

    private static GraphReader.Call operation(String name, LayerSpec spec, JsonNode tensor) {
        return new GraphReader.Call(name, 0, spec, List.of(CallReader.tensor(tensor)), null, null, List.of());
    }

    private JsonNode constant(String reader, Numbers numbers, JsonNode like) {
        String name = reader + "_constant_" + calls.size();
        Numbers kept = like != null && numbers.shape[0] > 1 && numbers.shape[0] == shape(like).path(0).asInt(-1)
                ? numbers.oneOfEqualRows() : numbers;
        arrays.put(prefix + name + "/value", kept.data());
        calls.add(new GraphReader.Call(name, 0, new Operation.Constant(name),
                like == null ? List.of() : List.of(CallReader.tensor(like)), null, null, List.of()));
        ArrayNode sizes = JsonNodeFactory.instance.arrayNode();
        Arrays.stream(numbers.shape).forEach(sizes::add);
        return tensor(name, sizes, numbers.dtype == DType.BOOL ? "bool"
                : numbers.dtype == DType.INT32 ? "int32" : "float32");
    }

    private static JsonNode shape(JsonNode tensor) {
        return tensor.path("config").path("shape");
    }

    private static JsonNode tensor(String name, ArrayNode shape, String dtype) {
        ObjectNode tensor = JsonNodeFactory.instance.objectNode();
        tensor.put("class_name", "__keras_tensor__");
        ObjectNode config = tensor.putObject("config");
        config.set("shape", shape);
        config.put("dtype", dtype);
        config.putArray("keras_history").add(name).add(0).add(0);
        return tensor;
    }

    /** The numbers of an array, with its sizes. */
    private record Numbers(DType dtype, int[] shape, float[] values) {
        /** Integers that floats hold exactly. */
        private static final int MOST = 1 << 24;

        /** Reads an array or nested lists; null if it holds something else, or is empty or ragged. */
        static Numbers of(JsonNode value) {
            JsonLists lists = JsonLists.of(is(value) ? value.path("config").path("value") : value);
            List<JsonNode> items = lists.leaves();
            if (lists.ragged() >= 0 || items.isEmpty()) {
                return null;
            }
            int[] sizes = lists.shape().stream().mapToInt(Integer::intValue).toArray();
            boolean truths = items.stream().allMatch(JsonNode::isBoolean);
            boolean integers = items.stream().allMatch(Json::isInt)
                    && !value.path("config").path("dtype").asString("").startsWith("float");
            float[] values = new float[items.size()];
            for (int i = 0; i < values.length; i++) {
                JsonNode item = items.get(i);
                if (item.isBoolean() ? !truths : !item.isNumber()) {
                    return null;
                }
                values[i] = item.isBoolean() ? item.booleanValue() ? 1 : 0 : (float) Json.real(item);
                if (item.isIntegralNumber() && Math.abs(Json.real(item)) > MOST) {
                    return null;
                }
            }
            return new Numbers(truths ? DType.BOOL : integers ? DType.INT32 : DType.FLOAT32, sizes, values);
        }

        /** With axes of size 1 in front. */
        Numbers ofRank(int rank) {
            if (rank <= shape.length) {
                return this;
            }
            int[] sizes = new int[rank];
            Arrays.fill(sizes, 1);
            System.arraycopy(shape, 0, sizes, rank - shape.length, shape.length);
            return new Numbers(dtype, sizes, values);
        }

        /** A vector as a matrix of one column. */
        Numbers column() {
            return shape.length == 1 ? new Numbers(dtype, new int[] {shape[0], 1}, values) : this;
        }

        Numbers turned() {
            float[] turned = new float[values.length];
            for (int i = 0; i < shape[0]; i++) {
                for (int j = 0; j < shape[1]; j++) {
                    turned[j * shape[0] + i] = values[i * shape[1] + j];
                }
            }
            return new Numbers(dtype, new int[] {shape[1], shape[0]}, turned);
        }

        /** The first row if all others are the same: then any number of rows gives the same answers. */
        Numbers oneOfEqualRows() {
            int row = values.length / shape[0];
            for (int i = row; i < values.length; i++) {
                if (Float.compare(values[i], values[i % row]) != 0) {
                    return this;
                }
            }
            int[] sizes = shape.clone();
            sizes[0] = 1;
            return new Numbers(dtype, sizes, Arrays.copyOf(values, row));
        }

        TensorData floats() {
            return TensorData.of(Shape.of(shape), values);
        }

        TensorData data() {
            if (dtype == DType.FLOAT32) {
                return floats();
            }
            int[] ints = new int[values.length];
            for (int i = 0; i < ints.length; i++) {
                ints[i] = (int) values[i];
            }
            return TensorData.of(dtype, Shape.of(shape), ints);
        }
    }
}
