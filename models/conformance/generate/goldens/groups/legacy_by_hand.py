"""HDF5 files of Keras 1 and tf.keras with layers that Keras 3 has no twin of, so their configs are written here."""

import json
import os

from .. import keras1_form, keras2_form
from ..catalog import Group
from ..files import write_json
from ..later import h5py, keras, layers, np, ops

cases = Group("legacy")


def case(name, version, seed, names=None):
    """Decorates a function (path, rng) that writes the HDF5 file and gives classes, inputs and output."""

    def decorate(function):
        def make(case, folder, seed):
            keras.backend.clear_session()
            classes, inputs, output = function(os.path.join(folder, "model.h5"), np.random.default_rng(seed))
            arrays = {f"input_{i}": array for i, array in enumerate(inputs)} | {"output_0": np.asarray(output)}
            call = {"inputs": [], "outputs": []}
            for stem, array in arrays.items():
                np.save(os.path.join(folder, stem + ".npy"), array)
                line = {"name": names[stem]} if names else {}
                call[stem.split("_")[0] + "s"].append(line | {"file": stem + ".npy"})
            write_json(
                {
                    "format": 1,
                    "name": name,
                    "group": case.group,
                    "kind": "predict",
                    "file_style": version,
                    "layers": sorted(classes),
                    "files": {"h5": "model.h5"},
                    "tolerance": {"absolute": 1e-5, "relative": 1e-5},
                    "calls": [call],
                },
                folder,
                "case.json",
            )

        cases.add(name, make, seed=seed)
        return function

    return decorate


def fill(model, rng):
    for weight in model.weights:
        weight.assign(
            rng.uniform(0.2, 0.9, weight.shape) if "variance" in weight.path else rng.normal(0, 0.5, weight.shape)
        )


def classes_of(model):
    return {type(layer).__name__ for layer in model.layers}


def arrays_of(layer):
    return [np.asarray(weight) for weight in layer.weights]


def joined_gates(lstm):
    """An LSTM of Keras 1 that has one array for all gates (consume_less="gpu"), with its arrays."""
    config = {
        "name": lstm.name,
        "trainable": True,
        "output_dim": lstm.units,
        "init": "glorot_uniform",
        "inner_init": "orthogonal",
        "forget_bias_init": "one",
        "activation": "tanh",
        "inner_activation": "sigmoid",
        "return_sequences": lstm.return_sequences,
        "go_backwards": False,
        "stateful": False,
        "unroll": False,
        "consume_less": "gpu",
        "dropout_W": 0.0,
        "dropout_U": 0.0,
        "W_regularizer": None,
        "U_regularizer": None,
        "b_regularizer": None,
        "input_dim": 4,
        "input_length": None,
    }
    return {"class_name": "LSTM", "config": config}, [f"{lstm.name}_{name}" for name in "WUb"], arrays_of(lstm)


@case("v1_2_2__convolution", "1.2.2", 3)
def convolution(path, rng):
    model = keras.Sequential(
        [
            keras.Input((9, 4)),
            layers.Conv1D(5, 3, padding="same", activation="relu", name="conv"),
            layers.MaxPooling1D(2, name="pool"),
            layers.BatchNormalization(epsilon=1e-3, name="norm"),
            layers.LSTM(6, name="lstm"),
        ]
    )
    fill(model, rng)
    conv, _, norm, lstm = model.layers
    kernel, bias = arrays_of(conv)
    first = {
        "name": "conv",
        "trainable": True,
        "batch_input_shape": [None, 9, 4],
        "input_dtype": "float32",
        "nb_filter": 5,
        "filter_length": 3,
        "init": "glorot_uniform",
        "activation": "relu",
        "border_mode": "same",
        "subsample_length": 1,
        "W_regularizer": None,
        "b_regularizer": None,
        "activity_regularizer": None,
        "W_constraint": None,
        "b_constraint": None,
        "bias": True,
        "input_dim": 4,
        "input_length": 9,
    }
    pool = {"name": "pool", "trainable": True, "stride": 2, "pool_length": 2, "border_mode": "valid"}
    scale = {
        "name": "norm",
        "trainable": True,
        "epsilon": 0.001,
        "mode": 0,
        "axis": -1,
        "momentum": 0.99,
        "gamma_regularizer": None,
        "beta_regularizer": None,
    }
    parts = [
        # Theano's convolution turns the kernel around
        ({"class_name": "Convolution1D", "config": first}, ["conv_W", "conv_b"], [kernel[::-1][:, None], bias]),
        ({"class_name": "MaxPooling1D", "config": pool}, [], []),
        (
            {"class_name": "BatchNormalization", "config": scale},
            [f"norm_{name}" for name in ("gamma", "beta", "running_mean", "running_std")],
            arrays_of(norm),
        ),
        joined_gates(lstm),
    ]
    keras1_form.store(path, {"class_name": "Sequential", "config": [entry for entry, _, _ in parts]}, parts)
    x = rng.normal(size=(2, 9, 4)).astype("float32")
    return classes_of(model), [x], model(x)


@case("v1_2_2__merge", "1.2.2", 4)
def merge(path, rng):
    given = [keras.Input((5, 4), name=name) for name in "ab"]
    lstm = layers.LSTM(6, name="lstm")
    model = keras.Model(given, layers.Concatenate(name="joined")([lstm(x) for x in given]))
    fill(model, rng)
    memory, names, arrays = joined_gates(lstm)
    entries = [
        {
            "class_name": "InputLayer",
            "name": name,
            "inbound_nodes": [],
            "config": {"name": name, "batch_input_shape": [None, 5, 4], "input_dtype": "float32", "sparse": False},
        }
        for name in "ab"
    ]
    entries.append(memory | {"name": "lstm", "inbound_nodes": [[["a", 0, 0]], [["b", 0, 0]]]})
    joined = {
        "name": "joined",
        "mode": "concat",
        "concat_axis": -1,
        "dot_axes": -1,
        "output_shape": None,
        "output_shape_type": "raw",
        "mode_type": "raw",
        "output_mask": None,
        "output_mask_type": "raw",
        "arguments": {},
    }
    entries.append(
        {"class_name": "Merge", "name": "joined", "inbound_nodes": [[["lstm", 0, 0], ["lstm", 1, 0]]], "config": joined}
    )
    config = {
        "class_name": "Model",
        "config": {
            "name": "model_1",
            "layers": entries,
            "input_layers": [["a", 0, 0], ["b", 0, 0]],
            "output_layers": [["joined", 0, 0]],
        },
    }
    weights = {"lstm": (names, arrays)}
    keras1_form.store(path, config, [(entry, *weights.get(entry["config"]["name"], ([], []))) for entry in entries])
    values = [rng.normal(size=(2, 5, 4)).astype("float32") for _ in given]
    return classes_of(model), values, model(values)


WHOLE = {"start": None, "stop": None, "step": None}
# attention over the steps of "lstm" and 1 minus its last step, as tf.keras 2.15 wrote such functions
OPERATIONS = [
    ("nn.softmax", [["score", 0, 0, {"axis": 1}]]),
    ("math.multiply", [["lstm", 0, 0, {"y": ["tf.nn.softmax", 0, 0], "name": None}]]),
    ("math.reduce_sum", [["tf.math.multiply", 0, 0, {"axis": 1}]]),
    ("__operators__.getitem", [["lstm", 0, 0, {"slice_spec": [WHOLE, -1, WHOLE]}]]),
    ("math.subtract", [["_CONSTANT_VALUE", -1, 1.0, {"y": ["tf.__operators__.getitem", 0, 0], "name": None}]]),
    ("concat", [[["tf.math.reduce_sum", 0, 0, {"axis": -1}], ["tf.math.subtract", 0, 0, {"axis": -1}]]]),
]


@case("tf_op_lambda", "2.15.0", 1, {"input_0": "x", "output_0": "y"})
def operations(path, rng):
    x = keras.Input((5, 4), name="x")
    steps = layers.LSTM(6, return_sequences=True, name="lstm")(x)
    model = keras.Model(x, [steps, layers.Dense(1, name="score")(steps)])
    for weight in model.weights:
        weight.assign(rng.normal(0, 0.5, weight.shape))
    keras2_form.write(model, path, "2.15.0")
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        for function, nodes in OPERATIONS:
            name, kind = "tf." + function, "SlicingOpLambda" if "getitem" in function else "TFOpLambda"
            config["config"]["layers"].append(
                {
                    "class_name": kind,
                    "name": name,
                    "inbound_nodes": nodes,
                    "config": {"name": name, "trainable": True, "dtype": "float32", "function": function},
                }
            )
        config["config"]["output_layers"] = [["tf.concat", 0, 0]]
        file.attrs["model_config"] = json.dumps(config).encode()
        # nobody who only runs the model may stumble over this
        file.attrs["training_config"] = b'{"broken": ' + b"x" * 300
    values = rng.normal(size=(2, 5, 4)).astype("float32")
    sequence, scores = model(values)
    pooled = ops.sum(sequence * ops.softmax(scores, axis=1), axis=1)
    return (
        {"Dense", "LSTM", "SlicingOpLambda", "TFOpLambda"},
        [values],
        ops.concatenate([pooled, 1.0 - sequence[:, -1, :]], axis=-1),
    )
