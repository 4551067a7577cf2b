package lanewise.convert;

import java.util.List;
import lanewise.error.ModelFileException;
import lanewise.spec.TensorData;

/**
 * The arrays in a whole-model HDF5 file: a group per layer of the model, whose attribute {@code weight_names} lists its
 * arrays (keras/src/legacy/saving/legacy_h5_format.py).
 *
 * @param hdf  the file
 * @param root the group that holds a group per layer
 */
record HdfArrays(Hdf hdf, String root) implements LayerArrays {
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
