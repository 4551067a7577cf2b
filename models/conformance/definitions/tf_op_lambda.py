"""Makes the case legacy/tf_op_lambda: operations as tf.keras 2.15 wrote them, beside a training_config that is no JSON.

Run in the case's folder, with the generator of the other cases on the PYTHONPATH.
"""

import json

import h5py
import keras
import numpy as np
from keras import layers as L, ops
from kerascases import legacy

WHOLE = {"start": None, "stop": None, "step": None}
OPERATIONS = [
    ("nn.softmax", [["score", 0, 0, {"axis": 1}]]),
    ("math.multiply", [["lstm", 0, 0, {"y": ["tf.nn.softmax", 0, 0], "name": None}]]),
    ("math.reduce_sum", [["tf.math.multiply", 0, 0, {"axis": 1}]]),
    ("__operators__.getitem", [["lstm", 0, 0, {"slice_spec": [WHOLE, -1, WHOLE]}]]),
    ("math.subtract", [["_CONSTANT_VALUE", -1, 1.0, {"y": ["tf.__operators__.getitem", 0, 0], "name": None}]]),
    ("concat", [[["tf.math.reduce_sum", 0, 0, {"axis": -1}], ["tf.math.subtract", 0, 0, {"axis": -1}]]]),
]


def main():
    rng = np.random.default_rng(1)
    x = keras.Input((5, 4), name="x")
    h = L.LSTM(6, return_sequences=True, name="lstm")(x)
    score = L.Dense(1, name="score")(h)
    model = keras.Model(x, [h, score])
    for weight in model.weights:
        weight.assign(rng.normal(0, 0.5, weight.shape))
    legacy.write(model, "model.h5", "2.15.0")
    with h5py.File("model.h5", "r+") as file:
        config = json.loads(file.attrs["model_config"])
        for function, nodes in OPERATIONS:
            name = "tf." + function
            kind = "SlicingOpLambda" if "getitem" in function else "TFOpLambda"
            config["config"]["layers"].append({"class_name": kind, "name": name, "inbound_nodes": nodes, "config": {
                "name": name, "trainable": True, "dtype": "float32", "function": function}})
        config["config"]["output_layers"] = [["tf.concat", 0, 0]]
        file.attrs["model_config"] = json.dumps(config).encode()
        file.attrs["training_config"] = b'{"broken": ' + b"x" * 300
    values = rng.normal(size=(2, 5, 4)).astype("float32")
    steps, scores = model(values)
    pooled = ops.sum(steps * ops.softmax(scores, axis=1), axis=1)
    np.save("input_0.npy", values)
    np.save("output_0.npy", np.asarray(ops.concatenate([pooled, 1.0 - steps[:, -1, :]], axis=-1)))
    with open("case.json", "w") as file:
        json.dump({"format": 1, "name": "tf_op_lambda", "group": "legacy", "kind": "predict", "file_style": "2.15.0",
                   "layers": ["Dense", "LSTM", "SlicingOpLambda", "TFOpLambda"], "files": {"h5": "model.h5"},
                   "tolerance": {"absolute": 1e-5, "relative": 1e-5},
                   "calls": [{"inputs": [{"name": "x", "file": "input_0.npy"}],
                              "outputs": [{"name": "y", "file": "output_0.npy"}]}]}, file, indent=1)


if __name__ == "__main__":
    main()
