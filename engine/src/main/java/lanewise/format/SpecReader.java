package lanewise.format;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.error.InvalidSpecException;
import lanewise.error.ModelFileException;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.WindowLayer;

/**
 * Reads what {@link SpecWriter} wrote. A new kind of layer needs nothing here: {@link WireNames} says what it is
 * called, its record what type each field has.
 */
final class SpecReader {
    private final Keys keys;
    private final Map<Integer, LayerSpec> layers = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    SpecReader(Keys keys) {
        this.keys = keys;
    }

    Graph graph(int g) {
        enter("graph " + g);
        String prefix = "lanewise.graph." + g + ".";
        List<List<Graph.Ref>> inputs = new ArrayList<>();
        List<Integer> layerOfNode = keys.integers(prefix + "layers");
        layerOfNode.forEach(n -> inputs.add(new ArrayList<>()));
        for (int[] read : groups(prefix + "reads", 3)) {
            node(inputs, read[0], prefix + "reads").add(new Graph.Ref(read[1], read[2]));
        }
        Graph.Ref[] masks = new Graph.Ref[inputs.size()];
        for (int[] mask : groups(prefix + "masks", 3)) {
            node(inputs, mask[0], prefix + "masks");
            masks[mask[0]] = new Graph.Ref(mask[1], mask[2]);
        }
        List<List<String>> arguments = new ArrayList<>();
        layerOfNode.forEach(n -> arguments.add(new ArrayList<>()));
        for (String argument : keys.strings(prefix + "arguments")) {
            String[] parts = argument.split(" ", 2);
            if (parts.length != 2 || !parts[0].matches("[0-9]{1,9}")) {
                throw damaged(prefix + "arguments holds '" + argument + "', expected a node and a name");
            }
            node(arguments, Integer.parseInt(parts[0]), prefix + "arguments").add(parts[1]);
        }
        List<Graph.Node> nodes = new ArrayList<>();
        for (int n = 0; n < inputs.size(); n++) {
            try {
                nodes.add(new Graph.Node(layer(layerOfNode.get(n)), inputs.get(n), masks[n], arguments.get(n)));
            } catch (InvalidSpecException e) {
                throw damaged(prefix + ": " + e.getMessage());
            }
        }
        List<int[]> outputs = groups(prefix + "outputs", 2);
        List<String> names = keys.strings(prefix + "output_names");
        if (names.size() != outputs.size()) {
            throw damaged(prefix + "output_names has " + names.size() + " names for " + outputs.size() + " outputs");
        }
        List<Integer> rowAxes = keys.has(prefix + "output_row_axes") ? keys.integers(prefix + "output_row_axes")
                : Collections.nCopies(names.size(), RowAxis.FIRST);
        if (rowAxes.size() != names.size()) {
            throw damaged(prefix + "output_row_axes has " + rowAxes.size() + " numbers for " + names.size()
                    + " outputs");
        }
        open.remove("graph " + g);
        try {
            List<Graph.Output> named = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                named.add(new Graph.Output(names.get(i), new Graph.Ref(outputs.get(i)[0], outputs.get(i)[1]),
                        rowAxes.get(i)));
            }
            return new Graph(nodes, keys.integers(prefix + "inputs"), named);
        } catch (InvalidSpecException e) {
            throw damaged(prefix + ": " + e.getMessage());
        }
    }

    private <T> List<T> node(List<List<T>> nodes, int n, String key) {
        if (n < 0 || n >= nodes.size()) {
            throw damaged(key + " names node " + n + " of " + nodes.size());
        }
        return nodes.get(n);
    }

    private List<int[]> groups(String key, int size) {
        List<Integer> values = keys.integers(key);
        if (values.size() % size != 0) {
            throw damaged(key + " has " + values.size() + " numbers, expected groups of " + size);
        }
        List<int[]> groups = new ArrayList<>();
        for (int i = 0; i < values.size(); i += size) {
            groups.add(values.subList(i, i + size).stream().mapToInt(v -> v).toArray());
        }
        return groups;
    }

    private LayerSpec layer(int n) {
        LayerSpec found = layers.get(n);
        if (found != null) {
            return found;
        }
        enter("layer " + n);
        String prefix = "lanewise.layer." + n + ".";
        String name = keys.string(prefix + "class");
        Wire wire = WireNames.layer(name);
        if (wire == null) {
            throw keys.unknown("layer " + n + " is a '" + name + "'");
        }
        LayerSpec layer = (LayerSpec) record(prefix, wire);
        open.remove("layer " + n);
        layers.put(n, layer);
        return layer;
    }

    /**
     * A record out of its fields.
     *
     * @param prefix of their keys
     * @param wire   which record
     */
    Object record(String prefix, Wire wire) {
        RecordComponent[] components = wire.type().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String field = wire.fields().get(i);
            Wire.Later later = wire.laterOf(field);
            types[i] = components[i].getType();
            values[i] = later != null && !keys.has(prefix + field) ? later.whereAbsent()
                    : read(prefix + field, components[i]);
        }
        try {
            return wire.type().getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InvalidSpecException refused) {
                throw damaged(prefix + ": " + refused.getMessage());
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object read(String key, RecordComponent component) {
        Class<?> type = component.getType();
        if (type == String.class) {
            return keys.string(key);
        } else if (type == int.class) {
            return keys.integer(key);
        } else if (type == float.class) {
            return (float) keys.number(key);
        } else if (type == boolean.class) {
            return keys.bool(key);
        } else if (type == long.class) {
            return keys.longInteger(key);
        } else if (type == WindowLayer.Windows.class) {
            return record(key + ".", WireNames.windows());
        } else if (type.isEnum()) {
            return keys.constant(key, type);
        } else if (type == Shape.class) {
            return keys.shape(key);
        } else if (type == Graph.class) {
            return graph(keys.integer(key));
        } else if (LayerSpec.class.isAssignableFrom(type)) {
            return inner(key, keys.integer(key), type);
        }
        Class<?> item = (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        if (item == Integer.class) {
            return keys.integers(key);
        } else if (item == String.class) {
            return keys.strings(key);
        } else if (item == Float.class) {
            return keys.floats(key);
        }
        return keys.integers(key).stream().map(n -> inner(key, n, item)).toList();
    }

    private LayerSpec inner(String key, int n, Class<?> type) {
        LayerSpec layer = layer(n);
        if (!type.isInstance(layer)) {
            throw damaged(key + " is the layer '" + layer.name() + "', a " + WireNames.of(layer).name()
                    + ", which can't stand there");
        }
        return layer;
    }

    /** Refuses a layer or graph that contains itself. */
    private void enter(String what) {
        if (!open.add(what)) {
            throw damaged(what + " contains itself");
        }
    }

    private ModelFileException damaged(String what) {
        return new ModelFileException(keys.file() + " is damaged: " + what);
    }

    static Object get(RecordComponent component, Object record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
