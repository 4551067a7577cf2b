package lanewise.format;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.Shape;
import lanewise.spec.WindowLayer;

/** The tables of docs/model-file.md, made of what {@link WireNames} and {@link WireConstants} declare. */
final class ModelFilePage {
    private static final List<Graph> GRAPHS = List.of(StoredModel.formatOne().get("text").spec().graph());
    private static final List<LayerSpec> LAYERS = everyLayer();

    private ModelFilePage() {}

    /** A table of layers and one of constants. */
    static String tables() {
        StringBuilder page = new StringBuilder("| class | fields | arrays |\n|---|---|---|\n");
        for (Wire wire : WireNamesTest.wires()) {
            if (!wire.name().equals(WireNames.WINDOWS)) {
                page.append("| `").append(wire.name()).append("` | ").append(fields(wire)).append(" | ")
                        .append(arrays(wire.type())).append(" |\n");
            }
        }
        page.append("\nA field of the type `windows` is ").append(fields(WireNames.windows())
                .replace(" `", " `<field>.").replaceFirst("^`", "`<field>."))
                .append(".\n\n| type | values |\n|---|---|\n");
        WireNamesTest.enums().stream().sorted(Comparator.comparing(ModelFilePage::name)).forEach(type -> page
                .append("| ").append(name(type)).append(" | ").append(Arrays.stream(type.getEnumConstants())
                        .map(constant -> "`" + WireConstants.name((Enum<?>) constant) + "`")
                        .collect(Collectors.joining(", ")))
                .append(" |\n"));
        return page.toString();
    }

    private static String fields(Wire wire) {
        List<String> fields = new ArrayList<>();
        RecordComponent[] components = wire.type().getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            Wire.Later later = wire.laterOf(wire.fields().get(i));
            fields.add("`" + wire.fields().get(i) + "` " + type(components[i]) + (later == null ? ""
                    : " (since " + later.since() + ", where absent " + later.whereAbsent()
                            + (later.required() ? ", else required)" : ")")));
        }
        return String.join(", ", fields);
    }

    private static String type(RecordComponent component) {
        Class<?> type = component.getType();
        if (type != List.class) {
            return name(type);
        }
        return name((Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0]) + "[]";
    }

    private static String name(Class<?> type) {
        if (type.isEnum()) {
            return type.getSimpleName();
        } else if (type == int.class || type == Integer.class) {
            return "i32";
        } else if (type == long.class) {
            return "i64";
        } else if (type == float.class || type == Float.class) {
            return "f32";
        } else if (type == boolean.class) {
            return "bool";
        } else if (type == String.class) {
            return "string";
        } else if (type == Shape.class) {
            return "shape";
        } else if (type == Graph.class) {
            return "graph";
        } else if (type == WindowLayer.Windows.class) {
            return "windows";
        } else if (type == LayerSpec.class) {
            return "layer";
        } else if (type.isRecord()) {
            return "layer (" + WireNamesTest.wires().stream().filter(wire -> wire.type() == type).findFirst()
                    .orElseThrow().name() + ")";
        }
        return "layer (" + type.getSimpleName().toLowerCase(Locale.ROOT) + ")";
    }

    /** The roles of the arrays of a kind of layer; one that not every layer of the kind has is marked. */
    private static String arrays(Class<? extends Record> type) {
        if (type == LayerSpec.Custom.class) {
            return "those in `weightRoles`";
        }
        Set<String> some = new LinkedHashSet<>();
        Set<String> all = null;
        // as many layers as there are choices of flags and constants
        for (int choice = 0; choice < 1 << 8; choice++) {
            List<String> roles = ((LayerSpec) instance(type, choice)).weightRoles();
            some.addAll(roles);
            if (all == null) {
                all = new LinkedHashSet<>(roles);
            }
            all.retainAll(roles);
        }
        Set<String> always = all;
        return some.stream().map(role -> "`" + role + "`" + (always.contains(role) ? "" : "?"))
                .collect(Collectors.joining(", "));
    }

    private static Record instance(Class<? extends Record> type, int choice) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        int left = choice;
        for (int i = 0; i < components.length; i++) {
            Class<?> component = components[i].getType();
            if (component == boolean.class) {
                values[i] = left % 2 == 0;
                left /= 2;
            } else if (component.isEnum()) {
                Object[] constants = component.getEnumConstants();
                values[i] = constants[choice % constants.length];
            } else {
                values[i] = value(components[i], choice);
            }
        }
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type + " of " + Arrays.toString(values), e);
        }
    }

    private static Object value(RecordComponent component, int choice) {
        Class<?> type = component.getType();
        if (type == int.class) {
            return 1;
        } else if (type == long.class) {
            return 1L;
        } else if (type == float.class) {
            return 1f;
        } else if (type == String.class) {
            return choice % 2 == 0 ? "a" : "";
        } else if (type == Shape.class) {
            return Shape.of(1, 1);
        } else if (type == Graph.class) {
            return GRAPHS.getFirst();
        } else if (type == WindowLayer.Windows.class) {
            return StoredLayers.windows(List.of(1), List.of(1), List.of(1), WindowLayer.Padding.VALID);
        } else if (type == List.class) {
            Class<?> item = (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            return item == Integer.class ? List.of(1, 1) : item == Float.class ? List.of(1f)
                    : item == String.class ? List.of("a") : List.of(layer(item, choice));
        }
        return layer(type, choice);
    }

    private static LayerSpec layer(Class<?> type, int choice) {
        List<LayerSpec> fitting = LAYERS.stream().filter(type::isInstance).toList();
        return fitting.get(choice % fitting.size());
    }

    private static List<LayerSpec> everyLayer() {
        List<LayerSpec> layers = new ArrayList<>();
        StoredModel.formatOne().values()
                .forEach(stored -> stored.spec().graph().walk((path, layer) -> layers.add(layer)));
        return layers;
    }
}
