package lanewise.convert;

import java.util.List;
import lanewise.error.ModelFileException;
import lanewise.files.Hdf;
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

    /**
     * The arrays in a whole-model HDF5 file: a group per layer of the model, whose attribute {@code weight_names} lists
     * its arrays (keras/src/legacy/saving/legacy_h5_format.py).
     *
     * @param hdf  the file
     * @param root the group that holds a group per layer
     */
    record InHdf(Hdf hdf, String root) implements LayerArrays {
        @Override
        public String name() {
            return hdf.name();
        }

        @Override
        public List<String> layers() {
            List<String> groups = hdf.strings(root, "layer_names");
            if (groups == null) {
                throw new ModelFileException(
                        hdf.name() + ": the group " + root + " has no attribute layer_names, so its weights can't be "
                                + "matched to layers");
            }
            return groups;
        }

        @Override
        public List<String> arrays(String layer) {
            List<String> names = hdf.strings(root + "/" + layer, "weight_names");
            return names == null ? List.of() : names;
        }

        @Override
        public TensorData array(String layer, int index) {
            return hdf.floats(root + "/" + layer + "/" + arrays(layer).get(index));
        }

        @Override
        public boolean isTheano() {
            String backend = hdf.string(root, "backend");
            return "theano".equals(backend != null ? backend : hdf.string("", "backend"));
        }
    }
}
