package lanewise.spec;

import java.util.List;

/**
 * What a listing says of one call of a layer.
 *
 * @param path       names of the layer and of what holds it, joined by slashes
 * @param kerasClass its class in Keras
 * @param outputs    shapes of its outputs
 * @param masked     whether a mask travels on with its first output
 * @param parameters trained numbers of the layer and of the layers inside it; 0 where the layer was listed before
 */
public record LayerInfo(String path, String kerasClass, List<Shape> outputs, boolean masked, long parameters) {
    /** Copies the list. */
    public LayerInfo {
        outputs = List.copyOf(outputs);
    }
}
