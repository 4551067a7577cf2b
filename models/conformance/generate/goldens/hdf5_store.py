"""The frame of a whole-model HDF5 file of Keras 1 and 2: attributes, and a group of arrays for each layer."""

import json

from .later import h5py


def write(path, version, config, layers, backend="tensorflow", extra_group=False):
    """Writes (layer, names of its arrays, arrays) of all layers beside the model's config."""
    with h5py.File(path, "w") as file:
        weights = file.create_group("model_weights")
        for place in (file, weights):
            place.attrs["keras_version"] = version.encode()
            place.attrs["backend"] = backend.encode()
        file.attrs["model_config"] = json.dumps(config).encode()
        weights.attrs["layer_names"] = [layer.encode() for layer, _, _ in layers]
        for layer, names, arrays in layers:
            group = weights.create_group(layer)
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, array in zip(names, arrays, strict=True):
                group.create_dataset(name, data=array)
        if extra_group:
            weights.create_group("top_level_model_weights").attrs["weight_names"] = []
