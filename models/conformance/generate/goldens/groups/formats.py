"""Files of other kinds: exports of live models, SavedModel folders and HDF5 files of Keras 2, models of TensorFlow.js.

Keras 2 is the copy of Keras 2.6 that TensorFlow still carries, which writes real files of that version.
tfjs.mjs makes the files of TensorFlow.js with Node.js.
"""

import functools
import importlib
import os
import shutil
import subprocess
import sys
import tempfile

from ..catalog import Group
from ..files import write_calls, write_json
from ..keras_case import start
from ..later import Later, keras, layers, np

cases = Group("formats", seed=1)
HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.join(HERE, "..", "..", "..", "..")
EXACT = {"absolute": 1e-5, "relative": 1e-5}
VERSION = "2.6.0"
OLD = "tensorflow.python.keras."
old = {
    name: Later(OLD + place)
    for name, place in {
        "activations": "layers.advanced_activations",
        "conv": "layers.convolutional",
        "core": "layers.core",
        "embeddings": "layers.embeddings",
        "merge": "layers.merge",
        "pooling": "layers.pooling",
        "recurrent": "layers.recurrent",
        "graph": "engine.functional",
        "input": "engine.input_layer",
        "row": "engine.sequential",
    }.items()
}


@functools.cache
def export():
    """The export script of this repository."""
    sys.path.insert(0, os.path.join(MODELS, "export"))
    return importlib.import_module("lanewise_export")


def write_case(case, folder, model, inputs, version, save, notes):
    """save(folder) writes the model files and gives their names."""
    calls = [{"reset": True, "inputs": inputs, "outputs": export().answer(model, inputs)}]
    export().reset(model)
    names = [[f"{kind}_{i}" for i in range(len(calls[0][kind + "s"]))] for kind in ("input", "output")]
    content = {
        "format": 1,
        "name": case.name,
        "group": case.group,
        "kind": "predict",
        "keras_version": version,
        "files": save(folder),
        "tolerance": EXACT,
        "notes": notes,
        "calls": write_calls(folder, calls, *names),
    }
    write_json(content, folder, "case.json")


def weights_of_the_sentiment_model():
    model = keras.models.load_model(os.path.join(MODELS, "sentiment", "model.keras"), compile=False)
    return model, {v.path: {"shape": list(v.shape), "data": np.asarray(v).reshape(-1).tolist()} for v in model.weights}


def sentiment(case, folder, seed):
    model, _ = weights_of_the_sentiment_model()
    with open(os.path.join(MODELS, "sentiment", "tokenizer.json"), encoding="utf-8") as file:
        tokenizer = file.read()
    ids = np.random.default_rng(seed).integers(1, 2000, (8, 40)).astype("int32")
    for row in range(1, 8):
        ids[row, : 5 * row] = 0

    def save(folder):
        text = {
            "cleaning": ["lower", "keep_ascii_letters_digits_space"],
            "maxlen": 40,
            "padding": "pre",
            "truncating": "pre",
        }
        model.save(os.path.join(folder, "model.h5"))
        for file in ("model.pb", "model.json"):
            export().export(
                model,
                os.path.join(folder, file),
                tokenizer=tokenizer,
                text=text,
                labels=["negative", "positive"],
                probe=True,
            )
        shutil.copytree(os.path.join(tfjs(), case.name, "tfjs"), os.path.join(folder, "tfjs"))
        return {"h5": "model.h5", "protobuf": "model.pb", "json": "model.json", "tfjs": "tfjs/model.json"}

    write_case(case, folder, model, [ids], keras.__version__, save, "The model of models/sentiment in every format.")


def old_weights(model, seed):
    random = np.random.default_rng(seed)
    model.set_weights(
        [
            random.standard_normal(w.shape).astype("float32") * 0.4
            if "variance" not in v.name
            else random.random(w.shape).astype("float32") + 0.5
            for v, w in zip(model.weights, model.get_weights())
        ]
    )


def masked(random):
    model = old["row"].Sequential(
        [
            old["embeddings"].Embedding(50, 8, mask_zero=True, input_length=12),
            old["recurrent"].LSTM(6, return_sequences=True),
            old["recurrent"].GRU(5, recurrent_activation="sigmoid"),
            old["core"].Dense(2, activation="softmax"),
        ]
    )
    model.build((None, 12))
    old_weights(model, 1)
    ids = random.integers(1, 50, (4, 12)).astype("float32")
    ids[1, :5] = ids[2, 7:] = ids[3] = 0
    return model, [ids]


def functional(random):
    core = old["core"]
    series, other = old["input"].Input((20, 3), name="series"), old["input"].Input((4,), name="other")
    shared = core.Dense(5, activation="tanh", name="shared")
    twins = [
        old["row"].Sequential(
            [
                old["conv"].Conv1D(6, 3, padding="causal", name="conv"),
                old["pooling"].MaxPooling1D(2),
                core.Dense(5, activation="relu", name="dense"),
            ],
            name=name,
        )
        for name in ("left", "right")
    ]
    steps = [twin(series) for twin in twins]
    h = old["merge"].Concatenate()([shared(value) for value in steps])
    h, _, cell = old["recurrent"].LSTM(4, return_state=True, recurrent_activation="sigmoid")(h)
    frozen = core.Dense(4, activation="elu", trainable=False, name="frozen")(other)
    h = old["activations"].LeakyReLU()(old["merge"].Add()([h, frozen]))
    # by itself the name would depend on how many models there were before
    model = old["graph"].Functional([series, other], [core.Dense(1, name="score")(h), cell], name="model_1")
    old_weights(model, 2)
    return model, [random.standard_normal(shape).astype("float32") for shape in ((3, 20, 3), (3, 4))]


def stacked_cells(random):
    recurrent = old["recurrent"]
    cells = recurrent.RNN([recurrent.LSTMCell(3), recurrent.GRUCell(4)], return_sequences=True)
    model = old["row"].Sequential([old["input"].Input((None, 2)), cells, recurrent.SimpleRNN(3, go_backwards=True)])
    old_weights(model, 3)
    return model, [random.standard_normal((2, 6, 2)).astype("float32")]


KERAS_2 = {
    "keras2__masked": (masked, "Ids as floats, hard_sigmoid of Keras 2."),
    "keras2__functional": (
        functional,
        "Two nested models whose layers share names, a layer called twice, a frozen layer, a state as output.",
    ),
    "keras2__stacked_cells": (stacked_cells, "Cells in a list."),
}


@functools.cache
def old_models(seed):
    """All models of Keras 2 and their inputs, drawn one after the other."""
    import tensorflow.python.keras as keras_2

    # the copy does not say which version it is, and the files do
    keras_2.__version__ = VERSION
    random = np.random.default_rng(seed + 1)
    return {name: build(random) for name, (build, _) in KERAS_2.items()}


def keras_2(case, folder, seed):
    model, inputs = old_models(seed)[case.name]

    def save(folder):
        saved = os.path.join(folder, "saved_model")
        model.save(saved, save_format="tf", include_optimizer=False)
        os.remove(os.path.join(saved, "fingerprint.pb"))
        without_operations(saved)
        model.save(os.path.join(folder, "model.h5"), include_optimizer=False)
        export().export(model, os.path.join(folder, "model.pb"), probe=True)
        export().export(model, os.path.join(folder, "model.json"))
        return {"saved_model": "saved_model", "h5": "model.h5", "protobuf": "model.pb", "json": "model.json"}

    write_case(case, folder, model, inputs, VERSION, save, KERAS_2[case.name][1])


def without_operations(folder):
    """Takes the operations out of a SavedModel: they are most of the bytes, and no importer of layers reads them."""
    from tensorflow.core.protobuf import saved_model_pb2

    path, message = os.path.join(folder, "saved_model.pb"), saved_model_pb2.SavedModel()
    with open(path, "rb") as file:
        message.ParseFromString(file.read())
    for graph in message.meta_graphs:
        graph.graph_def.Clear()
        graph.object_graph_def.concrete_functions.clear()
    with open(path, "wb") as file:
        file.write(message.SerializeToString(deterministic=True))


def exported(case, folder, seed):
    start(case.name)
    model = keras.Sequential([keras.Input((5, 2)), layers.LSTM(3)])
    saved = os.path.join(folder, "saved_model")
    model.export(saved, verbose=False)
    without_operations(saved)
    write_json(
        {
            "format": 1,
            "name": case.name,
            "group": case.group,
            "kind": "reject",
            "reason": "model.export() of Keras 3 leaves operations only",
            "message_names": ["SavedModel", "model.save"],
            "files": {"saved_model": "saved_model"},
        },
        folder,
        "case.json",
    )


@functools.cache
def tfjs():
    """A folder in which tfjs.mjs made all its cases; they are drawn one after the other, so it makes them at once."""
    folder = tempfile.mkdtemp()
    write_json(weights_of_the_sentiment_model()[1], folder, "sentiment.json")
    script = os.path.join(HERE, "..", "tfjs.mjs")
    subprocess.run(
        ["node", script, folder, os.path.join(folder, "sentiment.json")], check=True, stdout=subprocess.DEVNULL
    )
    return folder


def of_tfjs(case, folder, seed):
    shutil.copytree(os.path.join(tfjs(), case.name), folder, dirs_exist_ok=True)


KERAS, NODE = ("keras", "tensorflow"), "@tensorflow/tfjs of Node.js"
cases.add("sentiment", sentiment, needs=(*KERAS, NODE))
for name in KERAS_2:
    cases.add(name, keras_2)
cases.add("saved_model__keras3_export", exported)
for name in ("recurrent", "uint8", "uint16", "float16", "graph_model"):
    cases.add("tfjs__" + name, of_tfjs, needs=(*KERAS, NODE))
