package lanewise.spec;

import java.util.List;

/**
 * One call with the training framework's outputs for it.
 *
 * @param reset   whether the states of a stateful model are reset before it
 * @param inputs  one array per input, in order, batch first; texts for a model with text handling
 * @param outputs one array per output, in order, batch first
 */
public record Example(boolean reset, List<TensorData> inputs, List<TensorData> outputs) {
    /** Copies the lists. */
    public Example {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
