#!/usr/bin/env python3
"""Makes the cases here, but for the TensorFlow.js files, which generate.mjs makes of what this leaves in --js DIR.

    python generate.py --js DIR && node generate.mjs DIR

Needs keras with tensorflow, h5py, protobuf, numpy. Keras 2 is the copy of Keras 2.6 that TensorFlow still carries
(tensorflow.python.keras), which writes real SavedModel folders and HDF5 files of that version.
"""

import argparse
import json
import os
import shutil
import sys

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(MODELS, "export"))

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
import tensorflow.python.keras as keras2  # noqa: E402
from lanewise_export import answer, export, reset  # noqa: E402
from tensorflow.python.keras.engine import functional, input_layer, sequential  # noqa: E402
from tensorflow.python.keras.layers import advanced_activations, convolutional, core, embeddings, merge, pooling, recurrent  # noqa: E402

# the copy does not say which version it is
keras2.__version__ = "2.6.0"


def case(name, model, inputs, version, save, notes):
    """Writes a case: save(folder) writes the model files and gives their names."""
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    outputs = answer(model, inputs)
    call = {"reset": True, "inputs": [], "outputs": []}
    for kind, arrays in (("inputs", inputs), ("outputs", outputs)):
        for i, array in enumerate(arrays):
            file = f"{kind[:-1]}_{i}.npy"
            np.save(os.path.join(folder, file), array)
            call[kind].append({"name": file[:-4], "file": file, "dtype": str(array.dtype), "shape": list(array.shape)})
    reset(model)
    content = {"format": 1, "name": name, "group": "formats", "kind": "predict", "keras_version": version, "files": save(folder),
               "tolerance": {"absolute": 1e-5, "relative": 1e-5}, "notes": notes, "calls": [call]}
    with open(os.path.join(folder, "case.json"), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)


def rejected(name, reason, message_names, save):
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(os.path.join(folder, "case.json"), "w", encoding="utf-8") as file:
        json.dump({"format": 1, "name": name, "group": "formats", "kind": "reject", "reason": reason, "message_names": message_names,
                   "files": save(folder)}, file, indent=1)


def random_weights(model, seed):
    random = np.random.default_rng(seed)
    model.set_weights([random.standard_normal(w.shape).astype("float32") * 0.4 if "variance" not in v.name
                       else random.random(w.shape).astype("float32") + 0.5 for v, w in zip(model.weights, model.get_weights())])


def sentiment(js):
    model = keras.models.load_model(os.path.join(MODELS, "sentiment", "model.keras"), compile=False)
    with open(os.path.join(MODELS, "sentiment", "tokenizer.json"), encoding="utf-8") as file:
        tokenizer = file.read()
    random = np.random.default_rng(1)
    ids = random.integers(1, 2000, (8, 40)).astype("int32")
    for row in range(1, 8):
        ids[row, :5 * row] = 0

    def save(folder):
        text = {"cleaning": ["lower", "keep_ascii_letters_digits_space"], "maxlen": 40, "padding": "pre", "truncating": "pre"}
        model.save(os.path.join(folder, "model.h5"))
        for file in ("model.pb", "model.json"):
            export(model, os.path.join(folder, file), tokenizer=tokenizer, text=text, labels=["negative", "positive"], probe=True)
        with open(os.path.join(js, "sentiment.json"), "w", encoding="utf-8") as file:
            json.dump({v.path: {"shape": list(v.shape), "data": np.asarray(v).reshape(-1).tolist()} for v in model.weights}, file)
        # generate.mjs writes the last one
        return {"h5": "model.h5", "protobuf": "model.pb", "json": "model.json", "tfjs": "tfjs/model.json"}

    case("sentiment", model, [ids], keras.__version__, save, "The model of models/sentiment in every format.")


def all_forms(model):
    def save(folder):
        model.save(os.path.join(folder, "saved_model"), save_format="tf", include_optimizer=False)
        os.remove(os.path.join(folder, "saved_model", "fingerprint.pb"))
        # the operations are most of the bytes, and nothing here reads them
        shrink(os.path.join(folder, "saved_model", "saved_model.pb"))
        model.save(os.path.join(folder, "model.h5"), include_optimizer=False)
        export(model, os.path.join(folder, "model.pb"), probe=True)
        export(model, os.path.join(folder, "model.json"))
        return {"saved_model": "saved_model", "h5": "model.h5", "protobuf": "model.pb", "json": "model.json"}

    return save


def shrink(path):
    from tensorflow.core.protobuf import saved_model_pb2
    message = saved_model_pb2.SavedModel()
    with open(path, "rb") as file:
        message.ParseFromString(file.read())
    for graph in message.meta_graphs:
        graph.graph_def.Clear()
        graph.object_graph_def.concrete_functions.clear()
    with open(path, "wb") as file:
        file.write(message.SerializeToString(deterministic=True))


def keras_2():
    random = np.random.default_rng(2)
    masked = sequential.Sequential([
        embeddings.Embedding(50, 8, mask_zero=True, input_length=12), recurrent.LSTM(6, return_sequences=True),
        recurrent.GRU(5, recurrent_activation="sigmoid"), core.Dense(2, activation="softmax")])
    masked.build((None, 12))
    random_weights(masked, 1)
    ids = random.integers(1, 50, (4, 12)).astype("float32")
    ids[1, :5] = ids[2, 7:] = ids[3] = 0
    case("keras2__masked", masked, [ids], "2.6.0", all_forms(masked), "Ids as floats, hard_sigmoid of Keras 2.")

    series = input_layer.Input((20, 3), name="series")
    other = input_layer.Input((4,), name="other")
    shared = core.Dense(5, activation="tanh", name="shared")
    twins = [sequential.Sequential([convolutional.Conv1D(6, 3, padding="causal", name="conv"), pooling.MaxPooling1D(2),
                                    core.Dense(5, activation="relu", name="dense")], name=n) for n in ("left", "right")]
    steps = [t(series) for t in twins]
    h = merge.Concatenate()([shared(s) for s in steps])
    h, state_h, state_c = recurrent.LSTM(4, return_state=True, recurrent_activation="sigmoid")(h)
    frozen = core.Dense(4, activation="elu", trainable=False, name="frozen")(other)
    h = advanced_activations.LeakyReLU()(merge.Add()([h, frozen]))
    joined = functional.Functional([series, other], [core.Dense(1, name="score")(h), state_c])
    random_weights(joined, 2)
    case("keras2__functional", joined, [random.standard_normal((3, 20, 3)).astype("float32"), random.standard_normal((3, 4)).astype("float32")],
         "2.6.0", all_forms(joined), "Two nested models whose layers share names, a layer called twice, a frozen layer, a state as output.")

    cells = recurrent.RNN([recurrent.LSTMCell(3), recurrent.GRUCell(4)], return_sequences=True)
    stacked = sequential.Sequential([input_layer.Input((None, 2)), cells, recurrent.SimpleRNN(3, go_backwards=True)])
    random_weights(stacked, 3)
    case("keras2__stacked_cells", stacked, [random.standard_normal((2, 6, 2)).astype("float32")], "2.6.0", all_forms(stacked),
         "Cells in a list.")


def exported():
    model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(3)])

    def save(folder):
        model.export(os.path.join(folder, "saved_model"), verbose=False)
        shrink(os.path.join(folder, "saved_model", "saved_model.pb"))
        return {"saved_model": "saved_model"}

    rejected("saved_model__keras3_export", "model.export() of Keras 3 leaves operations only", ["SavedModel", "model.save"], save)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--js", required=True, help="a folder for what generate.mjs needs")
    options = parser.parse_args()
    os.makedirs(options.js, exist_ok=True)
    keras.utils.set_random_seed(1)
    tf.random.set_seed(1)
    sentiment(options.js)
    keras_2()
    exported()


if __name__ == "__main__":
    main()
