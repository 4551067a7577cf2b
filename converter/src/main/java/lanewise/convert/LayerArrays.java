package lanewise.convert;

import java.util.List;
import lanewise.error.ModelFileException;
import lanewise.spec.TensorData;

/**
 * A file that holds the arrays of each of a model's layers in a list, those of layers inside it flattened: trained ones
 * first, then the others (Keras's {@code layer.trainable_weights + layer.non_trainable_weights}).
 */
interface LayerArrays {
    /** What the file is, for messages. */
    String name();

    /** Names of the layers, in the model's order; those without arrays may be there or not. */
    List<String> layers();

    /** Names of a layer's arrays in order; none for a layer that is not there. */
    List<String> arrays(String layer);

    /**
     * One array.
     *
     * @param layer a name of {@link #layers}
     * @param index a position in {@link #arrays}
     * @throws ModelFileException if it is damaged, or holds no floats
     */
    TensorData array(String layer, int index);

    /** Whether Theano made the file, which turns the kernels of convolutions around. */
    default boolean isTheano() {
        return false;
    }
}
