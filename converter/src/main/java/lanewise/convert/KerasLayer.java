package lanewise.convert;

import java.util.List;
import java.util.Locale;
import lanewise.spec.LayerSpec;

/**
 * A layer as it stands in a Keras config: what is needed to find its weights again.
 *
 * @param className the class in the file
 * @param spec      what it is
 * @param trainable whether it was trained; frozen layers come later in HDF5 files
 * @param inner     cells, wrapped layers, or the layers of a nested model, in the order of the config
 */
record KerasLayer(String className, LayerSpec spec, boolean trainable, List<KerasLayer> inner) {
    KerasLayer {
        inner = List.copyOf(inner);
    }

    /** Keras's own name for a class in weights files: {@code keras.src.utils.naming.to_snake_case}. */
    static String snakeCase(String className) {
        return className.replaceAll("\\W+", "").replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
                .replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }
}
