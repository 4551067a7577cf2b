package lanewise.spec;

import java.util.List;
import lanewise.error.Shortened;
import lanewise.text.TextInput;

/**
 * Describes a model: its layers, how text becomes its input, and its labels. A value; it holds no weights.
 *
 * @param name   the model's name
 * @param graph  its layers
 * @param text   how raw text becomes the ids of its one input, or null
 * @param labels names for the values of the first output's last axis, or empty
 */
public record ModelSpec(String name, Graph graph, TextInput text, List<String> labels) {
    /** Copies the list. */
    public ModelSpec {
        labels = List.copyOf(labels);
    }

    /**
     * Creates a model without text handling and labels.
     *
     * @param name  its name
     * @param graph its layers
     */
    public ModelSpec(String name, Graph graph) {
        this(name, graph, null, List.of());
    }

    /**
     * The same model with text handling and labels.
     *
     * @param newText   how text becomes its input, or null
     * @param newLabels names for its answers, or empty
     * @return a new value
     */
    public ModelSpec with(TextInput newText, List<String> newLabels) {
        return new ModelSpec(name, graph, newText, newLabels);
    }

    /** Name, inputs, outputs, number of layers and labels. */
    @Override
    public String toString() {
        return Shortened.of("ModelSpec '" + name + "': " + graph.nodes().size() + " layers, "
                + graph.inputLayers().stream().map(input -> "'" + input.name() + "' " + input.dtype() + " "
                        + input.shape()).toList()
                + " -> " + graph.outputs().stream().map(Graph.Output::name).toList()
                + (text == null ? "" : ", reads texts") + (labels.isEmpty() ? "" : ", labels " + labels));
    }
}
