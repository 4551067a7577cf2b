"""Makes legacy/v1_2_2__convolution and legacy/v1_2_2__merge: layers as Keras 1.2 wrote them on Theano, whose convolutions turn kernels around.

Run in models/conformance/legacy, with the generator of the other cases on the PYTHONPATH (for nothing but its writer of HDF5 files).
"""

import json
import os

import keras
import numpy as np
from keras import layers as L
from kerascases import legacy


def fill(model, seed):
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(rng.uniform(0.2, 0.9, weight.shape) if "variance" in weight.path else rng.normal(0, 0.5, weight.shape))
    return rng


def old_recurrent(layer, **more):
    """Config and arrays of an LSTM that has one array for all gates (consume_less gpu)."""
    config = {"name": layer.name, "trainable": True, "output_dim": layer.units, "init": "glorot_uniform", "inner_init": "orthogonal",
              "forget_bias_init": "one", "activation": "tanh", "inner_activation": "sigmoid", "return_sequences": layer.return_sequences,
              "go_backwards": False, "stateful": False, "unroll": False, "consume_less": "gpu", "dropout_W": 0.0, "dropout_U": 0.0,
              "W_regularizer": None, "U_regularizer": None, "b_regularizer": None, "input_dim": 4, "input_length": None, **more}
    values = [np.asarray(w) for w in layer.weights]
    return {"class_name": "LSTM", "config": config}, [f"{layer.name}_{n}" for n in ("W", "U", "b")], values


def convolution():
    model = keras.Sequential([keras.Input((9, 4)), L.Conv1D(5, 3, padding="same", activation="relu", name="conv"),
                              L.MaxPooling1D(2, name="pool"), L.BatchNormalization(epsilon=1e-3, name="norm"), L.LSTM(6, name="lstm")])
    rng = fill(model, 3)
    conv, pool, norm, lstm = model.layers
    kernel, bias = [np.asarray(w) for w in conv.weights]
    parts = [
        ({"class_name": "Convolution1D", "config": {
            "name": "conv", "trainable": True, "batch_input_shape": [None, 9, 4], "input_dtype": "float32", "nb_filter": 5, "filter_length": 3,
            "init": "glorot_uniform", "activation": "relu", "border_mode": "same", "subsample_length": 1, "W_regularizer": None,
            "b_regularizer": None, "activity_regularizer": None, "W_constraint": None, "b_constraint": None, "bias": True, "input_dim": 4,
            "input_length": 9}}, ["conv_W", "conv_b"], [kernel[::-1][:, None], bias]),
        ({"class_name": "MaxPooling1D", "config": {"name": "pool", "trainable": True, "stride": 2, "pool_length": 2,
                                                    "border_mode": "valid"}}, [], []),
        ({"class_name": "BatchNormalization", "config": {
            "name": "norm", "trainable": True, "epsilon": 0.001, "mode": 0, "axis": -1, "momentum": 0.99, "gamma_regularizer": None,
            "beta_regularizer": None}}, [f"norm_{n}" for n in ("gamma", "beta", "running_mean", "running_std")],
         [np.asarray(w) for w in norm.weights]),
        old_recurrent(lstm),
    ]
    legacy._write("model.h5", "1.2.2", {"class_name": "Sequential", "config": [p[0] for p in parts]},
                  [(p[0]["config"]["name"], p[1], p[2]) for p in parts])
    return model, [rng.normal(size=(2, 9, 4)).astype("float32")]


def merge():
    a, b = keras.Input((5, 4), name="a"), keras.Input((5, 4), name="b")
    lstm = L.LSTM(6, name="lstm")
    model = keras.Model([a, b], L.Concatenate(name="joined")([lstm(a), lstm(b)]))
    rng = fill(model, 4)
    entry, names, values = old_recurrent(lstm)
    layers = [{"class_name": "InputLayer", "name": n, "inbound_nodes": [], "config": {
        "name": n, "batch_input_shape": [None, 5, 4], "input_dtype": "float32", "sparse": False}} for n in ("a", "b")]
    layers.append({**entry, "name": "lstm", "inbound_nodes": [[["a", 0, 0]], [["b", 0, 0]]]})
    layers.append({"class_name": "Merge", "name": "joined", "inbound_nodes": [[["lstm", 0, 0], ["lstm", 1, 0]]], "config": {
        "name": "joined", "mode": "concat", "concat_axis": -1, "dot_axes": -1, "output_shape": None, "output_shape_type": "raw",
        "mode_type": "raw", "output_mask": None, "output_mask_type": "raw", "arguments": {}}})
    config = {"class_name": "Model", "config": {"name": "model_1", "layers": layers, "input_layers": [["a", 0, 0], ["b", 0, 0]],
                                                 "output_layers": [["joined", 0, 0]]}}
    legacy._write("model.h5", "1.2.2", config, [("a", [], []), ("b", [], []), ("lstm", names, values), ("joined", [], [])])
    return model, [rng.normal(size=(2, 5, 4)).astype("float32") for _ in range(2)]


def main():
    for name, make in (("v1_2_2__convolution", convolution), ("v1_2_2__merge", merge)):
        os.makedirs(name, exist_ok=True)
        os.chdir(name)
        model, inputs = make()
        for i, values in enumerate(inputs):
            np.save(f"input_{i}.npy", values)
        np.save("output_0.npy", np.asarray(model(inputs if len(inputs) > 1 else inputs[0])))
        with open("case.json", "w") as file:
            json.dump({"format": 1, "name": name, "group": "legacy", "kind": "predict", "file_style": "1.2.2",
                       "layers": sorted({type(layer).__name__ for layer in model.layers}), "files": {"h5": "model.h5"},
                       "tolerance": {"absolute": 1e-5, "relative": 1e-5},
                       "calls": [{"inputs": [{"file": f"input_{i}.npy"} for i in range(len(inputs))],
                                  "outputs": [{"file": "output_0.npy"}]}]}, file, indent=1)
        os.chdir("..")


if __name__ == "__main__":
    main()
