package lanewise.spec;

import java.util.List;

/**
 * Information about one call of a layer, for listings.
 *
 * @param path       the names of the enclosing layers and of the layer, joined by slashes
 * @param kerasClass its class in Keras
 * @param outputs    shapes of its outputs
 * @param masked     whether its first output carries a mask
 * @param parameters number of trained parameters of the layer and of the layers inside it; 0 if the layer was listed
 *                   before
 */
public record LayerInfo(String path, String kerasClass, List<Shape> outputs, boolean masked, long parameters) {
    /** Copies the list. */
    public LayerInfo {
        outputs = List.copyOf(outputs);
    }
}
