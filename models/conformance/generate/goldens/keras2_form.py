"""Models of Keras 3 in the form in which versions of Keras 2 saved them."""

from dataclasses import dataclass

from . import hdf5_store
from .later import keras, np

# options that came after Keras 2
NEW = {
    "zero_output_for_mask",
    "use_cudnn",
    "quantization_config",
    "lora_rank",
    "lora_alpha",
    "optional",
    "renorm",
    "renorm_clipping",
    "renorm_momentum",
    "synchronized",
}
RECURRENT = {"LSTM", "GRU", "SimpleRNN"}


@dataclass(frozen=True)
class Form:
    version: str
    # initializers and wrapped layers say their module and their registered name
    modules: bool = False
    # before it came into TensorFlow: a Sequential begins with its first real layer, graphs are of class Model, and
    # names of weights have no cells
    standalone: bool = False
    # the config of a Sequential is a list alone
    bare_list: bool = False


FORMS = {
    form.version: form
    for form in (
        Form("2.15.0", modules=True),
        Form("2.4.0"),
        Form("2.2.4", standalone=True),
        Form("2.1.6", standalone=True, bare_list=True),
    )
}


def first_shape(layer):
    """Shape of the first input; a mask may be the second."""
    given = layer.input
    return tuple((given[0] if isinstance(given, (list, tuple)) else given).shape)


def old_gate(value):
    """The name of an activation; hard_sigmoid_2 stands for what Keras 2 called hard_sigmoid."""
    return "hard_sigmoid" if "hard_sigmoid_2" in str(value) else value


class Writer:
    def __init__(self, form):
        self.form = form

    def tagged(self, module, entry):
        return {"module": module, **entry, "registered_name": None} if self.form.modules else entry

    def initializer(self, value):
        if not isinstance(value, dict):
            return value
        kind, config = (
            value["class_name"],
            {k: v for k, v in value["config"].items() if k not in ("input_axes", "output_axes")},
        )
        if self.form.standalone and kind == "GlorotUniform":
            kind, config = "VarianceScaling", {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None}
        return self.tagged("keras.initializers", {"class_name": kind, "config": config})

    def config(self, layer, first=False):
        kind = type(layer).__name__
        config = {key: self.option(key, value) for key, value in layer.get_config().items() if key not in NEW}
        whole = kind == "InputLayer" and "int" in str(layer.dtype)
        config["dtype"] = "int32" if whole else "float32"
        if kind == "InputLayer":
            config |= {"batch_input_shape": config.pop("batch_shape"), "sparse": False}
            return config if self.form.standalone else config | {"ragged": False}
        self.adjust(config, kind, layer, first)
        for key, inner in (("layer", None), ("backward_layer", "backward_layer")):
            if isinstance(config.get(key), dict):
                part = getattr(layer, inner) if inner else getattr(layer, "forward_layer", None) or layer.layer
                config[key] = self.tagged(
                    "keras.layers", {"class_name": type(part).__name__, "config": self.config(part)}
                )
        if kind == "Bidirectional" and self.form.standalone:
            del config["backward_layer"]
        if first:
            config["batch_input_shape"] = list(first_shape(layer))
        return config

    def option(self, key, value):
        if key.endswith("_initializer"):
            return self.initializer(value)
        return old_gate(value) if key.endswith("activation") else value

    def adjust(self, config, kind, layer, first):
        if kind in RECURRENT or kind.startswith("ConvLSTM"):
            config.pop("seed", None)
            if not self.form.standalone:
                config["time_major"] = False
            if kind != "SimpleRNN":
                config["implementation"] = 1 if self.form.standalone else 2
        elif kind == "Embedding":
            config["input_length"] = first_shape(layer)[1] if first else None
        elif kind == "LeakyReLU":
            config["alpha"] = config.pop("negative_slope")
        elif kind in ("BatchNormalization", "LayerNormalization") and not self.form.standalone:
            axes = config["axis"] if isinstance(config["axis"], (list, tuple)) else [config["axis"]]
            config["axis"] = [axis % len(first_shape(layer)) for axis in axes]

    def entry(self, layer, first=False):
        if isinstance(layer, keras.Model):
            return self.model(layer)
        return {"class_name": type(layer).__name__, "config": self.config(layer, first)}

    def model(self, model):
        if isinstance(model, keras.Sequential):
            entries = [self.entry(layer, first=i == 0) for i, layer in enumerate(model.layers)]
            if not self.form.standalone:
                entries.insert(0, self.entry(model._layers[0]))
            config = entries if self.form.bare_list else {"name": model.name, "layers": entries}
            return {"class_name": "Sequential", "config": config}
        new = model.get_config()
        # Keras 2 wrote no arithmetic of masks
        entries = [
            self.graph_entry(model.get_layer(old["name"]), old)
            for old in new["layers"]
            if "keras.src.ops" not in old["module"]
        ]
        config = {"name": model.name, "layers": entries}
        for key in ("input_layers", "output_layers"):
            config[key] = [new[key]] if isinstance(new[key][0], str) else new[key]
        if self.form.modules:
            config["trainable"] = True
        return {"class_name": "Model" if self.form.standalone else "Functional", "config": config}

    def graph_entry(self, layer, old):
        nodes = []
        for node in old["inbound_nodes"]:
            options = {
                key: value
                for key, value in node["kwargs"].items()
                if key not in ("mask", "training") and not list(histories(value))
            }
            given = [*histories(node["args"]), *histories(node["kwargs"].get("initial_state"))]
            nodes.append([[*history, options] for history in given])
        return self.entry(layer) | {"name": old["name"], "inbound_nodes": nodes}

    def arrays(self, layer):
        """Names and arrays of a layer, trainable ones first."""
        weights = layer.trainable_weights + layer.non_trainable_weights
        return [self.weight_name(layer, w.path) for w in weights], [np.asarray(w.numpy(), "float32") for w in weights]

    def weight_name(self, layer, path):
        if isinstance(layer, keras.Model):
            path = path.split("/", 1)[1] if path.startswith(layer.name) else path
        else:
            path = path[path.index(layer.name) :]
        cells = (lambda part: not part.endswith("_cell")) if self.form.standalone else None
        return "/".join(filter(cells, path.split("/"))) + ":0"


def histories(value):
    """Where each tensor in a call of Keras 3 comes from."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            yield value["config"]["keras_history"]
            return
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from histories(part)


def write(model, path, version):
    writer = Writer(FORMS[version])
    bare = writer.form.standalone and isinstance(model, keras.Sequential)
    listed = model.layers if bare else [part for part in model._layers if isinstance(part, keras.layers.Layer)]
    hdf5_store.write(
        path,
        version,
        writer.model(model),
        [(layer.name, *writer.arrays(layer)) for layer in listed],
        extra_group=not writer.form.standalone,
    )


# what the layers for graphics processors have no choice of
FIXED_BY_CUDNN = (
    "activation",
    "recurrent_activation",
    "use_bias",
    "dropout",
    "recurrent_dropout",
    "implementation",
    "unroll",
    "reset_after",
)


def cudnn_arrays(kind, arrays):
    """Arrays of CuDNNLSTM or CuDNNGRU: the input kernel lies by columns, the recurrent one is turned."""
    gates = 4 if kind == "LSTM" else 3
    kernel, recurrent, bias = (np.split(array, gates, axis=-1) for array in arrays)
    if kind == "LSTM":
        whole = np.concatenate(bias)
        # two biases are added; their shares differ so that a reader that takes one of them is found out
        biases = np.concatenate([0.25 * whole, 0.75 * whole])
    else:
        biases = arrays[2].reshape(-1)
    return [
        np.concatenate([part.T.reshape(part.shape) for part in kernel], axis=1),
        np.concatenate([part.T for part in recurrent], axis=1),
        biases.astype("float32"),
    ]


def write_cudnn(model, path, version="2.2.4"):
    """A Sequential of Keras 2.2.4 whose LSTM and GRU are those for graphics processors."""
    writer = Writer(FORMS[version])
    config, listed = writer.model(model), []
    for layer, entry in zip(model.layers, config["config"]["layers"], strict=True):
        kind = type(layer).__name__
        names, arrays = writer.arrays(layer)
        if kind in ("LSTM", "GRU"):
            entry["class_name"] = "CuDNN" + kind
            for key in FIXED_BY_CUDNN:
                entry["config"].pop(key, None)
            arrays = cudnn_arrays(kind, arrays)
        listed.append((layer.name, names, arrays))
    hdf5_store.write(path, version, config, listed)
