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


def append(path, entries, output):
    """Puts more layers into the graph of a file."""
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        config["config"]["layers"] += entries
        config["config"]["output_layers"] = [[output, 0, 0]]
        file.attrs["model_config"] = json.dumps(config).encode()


def lambda_entry(function, nodes, number=""):
    name = "tf." + function + number
    kind = "SlicingOpLambda" if "getitem" in function else "TFOpLambda"
    config = {"name": name, "trainable": True, "dtype": "float32", "function": function}
    return {"class_name": kind, "name": name, "inbound_nodes": nodes, "config": config}


def steps_and_ids(path, rng):
    """An LSTM over a series, ids beside it, and numbers for both."""
    x, ids = keras.Input((5, 4), name="x"), keras.Input((5,), dtype="int32", name="ids")
    steps = layers.LSTM(3, return_sequences=True, name="lstm")(x)
    keras2_form.write(keras.Model([x, ids], [steps, ids]), path, "2.15.0")
    values = [rng.normal(size=(2, 5, 4)).astype("float32"), rng.integers(0, 4, (2, 5)).astype("int32")]
    return steps, values, keras.Model(x, steps)(values[0])


@case("tf_op_lambda_constants", "2.15.0", 2, {"input_0": "x", "input_1": "ids", "output_0": "y"})
def arrays(path, rng):
    """Arrays as first and as other arguments, with fewer axes than what they meet."""
    import tensorflow as tf

    _, values, steps = steps_and_ids(path, rng)
    scale, shift, table, matrix, high = (
        rng.normal(size=size).astype("float32") for size in ((3,), (5, 1), (4, 3), (3, 2), (1, 5, 2))
    )
    bound = np.array([True, False])
    append(
        path,
        [
            lambda_entry("math.subtract", [["_CONSTANT_VALUE", -1, scale.tolist(), {"y": ["lstm", 0, 0], "name": None}]]),
            lambda_entry("math.multiply", [["tf.math.subtract", 0, 0, {"y": shift.tolist(), "name": None}]]),
            lambda_entry(
                "compat.v1.gather",
                [["_CONSTANT_VALUE", -1, table.tolist(), {"indices": ["ids", 0, 0], "validate_indices": None}]],
            ),
            lambda_entry("__operators__.add", [["tf.math.multiply", 0, 0, {"y": ["tf.compat.v1.gather", 0, 0]}]]),
            lambda_entry("linalg.matmul", [["tf.__operators__.add", 0, 0, {"b": matrix.tolist()}]]),
            lambda_entry("math.greater", [["tf.linalg.matmul", 0, 0, {"y": high.tolist(), "name": None}]]),
            lambda_entry("math.logical_or", [["tf.math.greater", 0, 0, {"y": bound.tolist(), "name": None}]]),
            lambda_entry("where", [["tf.math.logical_or", 0, 0, {"x": ["tf.linalg.matmul", 0, 0], "y": high.tolist()}]]),
        ],
        "tf.where",
    )
    joined = (scale - steps) * shift + tf.gather(table, values[1])
    product = tf.linalg.matmul(joined, matrix)
    output = tf.where(tf.logical_or(product > high, bound), product, high)
    return {"InputLayer", "LSTM", "TFOpLambda"}, values, output


@case("tf_op_layer", "2.2.0", 3, {"input_0": "x", "input_1": "ids", "output_0": "y"})
def graph_operations(path, rng):
    """Operations as TensorFlow 2.2 wrote them: those of its graphs, with the constants among their inputs."""
    import tensorflow as tf

    _, values, steps = steps_and_ids(path, rng)
    scale, shift = (rng.normal(size=size).astype("float32") for size in ((3,), (5, 1)))

    def entry(op, tensors, constants, count, **attributes):
        name = op.lower()
        node = {"name": name, "op": op, "input": [f"{name}/{i}" for i in range(count)]}
        node["attr"] = {"T": {"type": "DT_FLOAT"}, **attributes}
        config = {"name": name, "trainable": True, "dtype": "float32", "node_def": node, "constants": constants}
        nodes = [[[*tensor, 0, 0, {}] for tensor in tensors]]
        return {"class_name": "TensorFlowOpLayer", "name": "tf_op_layer_" + name, "inbound_nodes": nodes, "config": config}

    append(
        path,
        [
            entry("Sub", [["lstm"]], {"0": scale.tolist()}, 2),
            entry("Mul", [["tf_op_layer_sub"]], {"1": shift.tolist()}, 2),
            entry("Exp", [["tf_op_layer_mul"]], {}, 1),
            entry("RealDiv", [["tf_op_layer_exp"], ["tf_op_layer_sub"]], {}, 2),
            entry("Mean", [["tf_op_layer_realdiv"]], {"1": [1]}, 2, keep_dims={"b": True}),
            entry("AddV2", [["tf_op_layer_mean"], ["tf_op_layer_mul"]], {}, 2),
            entry("Maximum", [["tf_op_layer_addv2"]], {"1": 0.25}, 2),
        ],
        "tf_op_layer_maximum",
    )
    scaled = scale - steps
    shifted = scaled * shift
    mean = tf.reduce_mean(tf.exp(shifted) / scaled, axis=1, keepdims=True)
    return {"InputLayer", "LSTM", "TensorFlowOpLayer"}, values, tf.maximum(mean + shifted, 0.25)


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
