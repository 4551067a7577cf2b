package lanewise.convert;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
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
    private static final Pattern OTHERS = Pattern.compile("\\W+");
    private static final Pattern WORD = Pattern.compile("(.)([A-Z][a-z]+)");
    private static final Pattern INNER_WORD = Pattern.compile("([a-z])([A-Z])");

    KerasLayer {
        inner = List.copyOf(inner);
    }

    /** Keras's own name for a class in weights files: {@code keras.src.utils.naming.to_snake_case}. */
    static String snakeCase(String className) {
        String letters = OTHERS.matcher(className).replaceAll("");
        return INNER_WORD.matcher(WORD.matcher(letters).replaceAll("$1_$2")).replaceAll("$1_$2")
                .toLowerCase(Locale.ROOT);
    }
}
