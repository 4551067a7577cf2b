package lanewise.format;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.WindowLayer;

/**
 * Writes a graph as keys. Every layer, also one inside another, has a number n, in the order in which the writer comes
 * to them. {@code lanewise.layer.<n>.class} is what kind it is and {@code lanewise.layer.<n>.<field>} what each
 * component of its record is, both by the names of {@link WireNames}. A layer as a field is the number of that layer. A
 * graph g (0 is the model, others are within layers) is {@code lanewise.graph.<g>.}
 *
 * <ul>
 * <li>{@code layers}: for each node the number of its layer
 * <li>{@code reads}: reader, node, output, and so on in threes, in the order of each reader's inputs
 * <li>{@code masks}: the same for explicit masks
 * <li>{@code arguments}: node and name of an argument, joined by a space, in the order of each node's arguments
 * <li>{@code inputs}: nodes
 * <li>{@code outputs}: node, output, and so on in pairs; {@code output_names}; {@code output_row_axes} unless all are 0
 * </ul>
 */
final class SpecWriter {
    private final GgufWriter out;
    private final List<String> required = new ArrayList<>();
    private int layers;
    private int graphs;

    SpecWriter(GgufWriter out) {
        this.out = out;
    }

    /** Writes the graph; returns its number. */
    int write(Graph graph) {
        int g = graphs++;
        String prefix = "lanewise.graph." + g + ".";
        List<Integer> layerOfNode = new ArrayList<>();
        List<Integer> reads = new ArrayList<>();
        List<Integer> masks = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        Map<String, Integer> byName = new HashMap<>();
        for (int n = 0; n < graph.nodes().size(); n++) {
            Graph.Node node = graph.nodes().get(n);
            Integer number = byName.get(node.layer().name());
            if (number == null) {
                number = write(node.layer());
                byName.put(node.layer().name(), number);
            }
            layerOfNode.add(number);
            for (Graph.Ref ref : node.inputs()) {
                reads.addAll(List.of(n, ref.node(), ref.output()));
            }
            if (node.mask() != null) {
                masks.addAll(List.of(n, node.mask().node(), node.mask().output()));
            }
            for (String argument : node.arguments()) {
                arguments.add(n + " " + argument);
            }
        }
        out.putInts(prefix + "layers", layerOfNode);
        out.putInts(prefix + "reads", reads);
        out.putInts(prefix + "masks", masks);
        if (!arguments.isEmpty()) {
            out.putStrings(prefix + "arguments", arguments);
        }
        out.putInts(prefix + "inputs", graph.inputs());
        List<Integer> outputs = new ArrayList<>();
        graph.outputs().forEach(output -> outputs.addAll(List.of(output.value().node(), output.value().output())));
        out.putInts(prefix + "outputs", outputs);
        out.putStrings(prefix + "output_names", graph.outputs().stream().map(Graph.Output::name).toList());
        if (graph.outputs().stream().anyMatch(output -> output.rowAxis() != RowAxis.FIRST)) {
            out.putInts(prefix + "output_row_axes", graph.outputs().stream().map(Graph.Output::rowAxis).toList());
            required.add(prefix + "output_row_axes");
        }
        return g;
    }

    /** Writes a layer; returns its number. */
    int write(LayerSpec layer) {
        int n = layers++;
        String prefix = "lanewise.layer." + n + ".";
        Wire wire = WireNames.of(layer);
        out.put(prefix + "class", wire.name());
        writeFields(prefix, wire, layer);
        return n;
    }

    /**
     * Writes the fields of a record, apart from later ones that have the value that they have where they are absent.
     *
     * @param prefix of their keys
     * @param wire   which record
     * @param record the values
     */
    void writeFields(String prefix, Wire wire, Object record) {
        RecordComponent[] components = wire.type().getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            String field = wire.fields().get(i);
            Wire.Later later = wire.laterOf(field);
            Object value = SpecReader.get(components[i], record);
            if (later == null || !later.whereAbsent().equals(value)) {
                write(prefix + field, value);
                if (later != null && later.required()) {
                    required.add(prefix + field);
                }
            }
        }
    }

    /** Notes a key that a reader must know. */
    void require(String key) {
        required.add(key);
    }

    /** Writes which keys a reader must know, if there are such keys. To be called after all others. */
    void writeRequired() {
        out.putStrings(Keys.REQUIRED, required);
    }

    private void write(String key, Object value) {
        switch (value) {
            case String s -> out.put(key, s);
            case Integer i -> out.put(key, i);
            case Float f -> out.put(key, f);
            case Boolean b -> out.put(key, b);
            case Enum<?> e -> out.put(key, WireConstants.name(e));
            case Shape shape -> out.putInts(key, shape.dims());
            case Graph graph -> out.put(key, write(graph));
            case LayerSpec layer -> out.put(key, write(layer));
            case WindowLayer.Windows windows -> writeFields(key + ".", WireNames.windows(), windows);
            case Long l -> out.put(key, l);
            case List<?> list when !list.isEmpty() && list.getFirst() instanceof String ->
                out.putStrings(key, list.stream().map(item -> (String) item).toList());
            case List<?> list when !list.isEmpty() && list.getFirst() instanceof Float ->
                out.putFloats(key, list.stream().map(item -> (Float) item).toList());
            case List<?> list -> out.putInts(key, list.stream()
                    .map(item -> item instanceof LayerSpec inner ? write(inner) : (Integer) item).toList());
            default ->
                throw new IllegalStateException(key + " is a " + value.getClass() + ", which the file has no form for");
        }
    }
}
