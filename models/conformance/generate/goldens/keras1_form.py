"""Models of Keras 3 in the form in which Keras 1.2 saved them, on Theano."""

from . import hdf5_store
from .keras2_form import RECURRENT, first_shape, old_gate
from .later import np

VERSION = "1.2.2"
# the order in which Keras 1 wrote one set of arrays for each gate, and the order of the gates in the arrays of today
GATES = {"LSTM": ("icfo", "ifco"), "GRU": ("zrh", "zrh")}


def none_of(*keys):
    return dict.fromkeys(keys)


def embedding(layer, new):
    config = {
        "input_dim": new["input_dim"],
        "output_dim": new["output_dim"],
        "init": "uniform",
        "mask_zero": new["mask_zero"],
        "input_length": first_shape(layer)[1],
        **none_of("W_regularizer", "W_constraint", "activity_regularizer"),
        "dropout": 0.0,
    }
    return config, ["W"]


def dense(layer, new):
    config = {
        "output_dim": new["units"],
        "init": "glorot_uniform",
        "activation": new["activation"],
        "bias": True,
        "input_dim": first_shape(layer)[-1],
        **none_of("W_regularizer", "b_regularizer", "activity_regularizer", "W_constraint", "b_constraint"),
    }
    return config, ["W", "b"]


def recurrent(layer, new):
    steps, inputs = first_shape(layer)[1:]
    return {
        "output_dim": new["units"],
        "init": "glorot_uniform",
        "inner_init": "orthogonal",
        "activation": new["activation"],
        "return_sequences": new["return_sequences"],
        "go_backwards": new["go_backwards"],
        "stateful": False,
        "unroll": False,
        "consume_less": "cpu",
        "input_dim": inputs,
        "input_length": steps,
        **none_of("W_regularizer", "U_regularizer", "b_regularizer"),
        "dropout_W": 0.0,
        "dropout_U": 0.0,
    }, ["W", "U", "b"]


def by_gate(kind, arrays):
    """Names and arrays of each gate."""
    written, packed = GATES[kind]
    parts = {
        name: dict(zip(packed, np.split(array, len(packed), axis=-1)))
        for name, array in zip("WUb", arrays, strict=True)
    }
    return [f"{name}_{gate}" for gate in written for name in "WUb"], [
        parts[name][gate] for gate in written for name in "WUb"
    ]


def entry(layer, first):
    """The config of a layer, and the names and arrays of its weights."""
    kind, new = type(layer).__name__, layer.get_config()
    config = {"name": layer.name, "trainable": True}
    if first:
        config |= {
            "batch_input_shape": list(first_shape(layer)),
            "input_dtype": "int32" if kind == "Embedding" else "float32",
        }
    arrays = [np.asarray(weight.numpy(), "float32") for weight in layer.weights]
    if kind == "Dropout":
        more, names = {"p": new["rate"]}, []
    else:
        more, names = {"Embedding": embedding, "Dense": dense, **dict.fromkeys(RECURRENT, recurrent)}[kind](layer, new)
    config |= more
    if kind in GATES:
        config["inner_activation"] = old_gate(new["recurrent_activation"])
        names, arrays = by_gate(kind, arrays)
    if kind == "LSTM":
        config["forget_bias_init"] = "one"
    return {"class_name": kind, "config": config}, [f"{layer.name}_{name}" for name in names], arrays


def store(path, config, parts):
    """Writes (entry, names, arrays) of all layers."""
    hdf5_store.write(
        path,
        VERSION,
        config,
        [(made["config"]["name"], names, arrays) for made, names, arrays in parts],
        backend="theano",
        extra_group=False,
    )


def write(model, path, version=VERSION):
    parts = [entry(layer, first=i == 0) for i, layer in enumerate(model.layers)]
    store(path, {"class_name": "Sequential", "config": [made for made, _, _ in parts]}, parts)


def write_by_steps(model, path, version=VERSION):
    """Writes each Dense as the class that Keras 1 had for sequences."""
    parts = [entry(layer, first=i == 0) for i, layer in enumerate(model.layers)]
    for made, _, _ in parts:
        made["class_name"] = made["class_name"].replace("Dense", "TimeDistributedDense")
    store(path, {"class_name": "Sequential", "config": [made for made, _, _ in parts]}, parts)
