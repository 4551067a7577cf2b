package lanewise.format;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import lanewise.error.ModelFileException;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.Shape;
import lanewise.spec.WindowLayer;

/** Reads what {@link SpecWriter} wrote. A new kind of layer needs nothing here: its record says what to read. */
final class SpecReader {
    private final Keys keys;
    private final Map<Integer, LayerSpec> layers = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    SpecReader(Keys keys) {
        this.keys = keys;
    }

    /**
     * The record of a kind of layer, or null. Looked for by name, since loading all kinds takes longer than reading a
     * small model.
     *
     * @param name of the record without what it is nested in
     */
    static Class<?> find(String name) {
        if (!name.matches("[A-Za-z0-9]{1,64}")) {
            return null;
        }
        Class<?> found = find(LayerSpec.class, name);
        for (Class<?> family : LayerSpec.class.getPermittedSubclasses()) {
            found = found != null || family.isRecord() ? found : find(family, name);
        }
        return found;
    }

    private static Class<?> find(Class<?> family, String name) {
        try {
            Class<?> type = Class.forName(family.getName() + "$" + name, false, SpecReader.class.getClassLoader());
            return type.isRecord() && LayerSpec.class.isAssignableFrom(type) ? type : null;
        } catch (ClassNotFoundException e) {
            return null;
        }
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
            } catch (IllegalArgumentException e) {
                throw damaged(prefix + ": " + e.getMessage());
            }
        }
        List<int[]> outputs = groups(prefix + "outputs", 2);
        List<String> names = keys.strings(prefix + "output_names");
        if (names.size() != outputs.size()) {
            throw damaged(prefix + "output_names has " + names.size() + " names for " + outputs.size() + " outputs");
        }
        List<Graph.Output> named = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            named.add(new Graph.Output(names.get(i), new Graph.Ref(outputs.get(i)[0], outputs.get(i)[1])));
        }
        open.remove("graph " + g);
        try {
            return new Graph(nodes, keys.integers(prefix + "inputs"), named);
        } catch (IllegalArgumentException e) {
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
        Class<?> type = find(keys.string(prefix + "class"));
        if (type == null) {
            throw new ModelFileException(
                    keys.file() + ": layer " + n + " is of the class " + keys.string(prefix + "class")
                            + ", which this version does not know");
        }
        LayerSpec layer = (LayerSpec) record(prefix, type);
        open.remove("layer " + n);
        layers.put(n, layer);
        return layer;
    }

    private Object record(String prefix, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = read(prefix + components[i].getName(), components[i]);
        }
        return create(prefix, type, components, values);
    }

    private Object create(String prefix, Class<?> type, RecordComponent[] components, Object[] values) {
        try {
            Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (InvocationTargetException | IllegalArgumentException e) {
            throw damaged(prefix + ": " + (e.getCause() == null ? e : e.getCause()).getMessage());
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
            return record(key + ".", type);
        } else if (type.isEnum()) {
            return constant(key, type);
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
            throw damaged(key + " is a " + layer.getClass().getSimpleName() + ", expected a " + type.getSimpleName());
        }
        return layer;
    }

    private Object constant(String key, Class<?> type) {
        String name = keys.string(key).toUpperCase(Locale.ROOT);
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new ModelFileException(
                keys.file() + ": " + key + " is " + keys.string(key) + ", which this version does not know");
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
