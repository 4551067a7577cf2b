"""Files that no importer may take, with what its message should name."""

import json
import os
import zipfile

from ..catalog import Group
from ..later import h5py, keras, layers, np, ops
from ..weights import fill

cases = Group("reject")


def case(name, names, reason, write):
    cases.written(name, write, kind="reject", reason=reason, message_names=names)


def small(draws):
    model = keras.Sequential(
        [keras.Input(draws.series(3, 2)), layers.LSTM(draws.units(), name="memory"), layers.Dense(2, name="scores")]
    )
    fill(model, draws.rng)
    return model


def saved(build, *endings):
    """Writes what build(draws) gives under each ending."""

    def write(draws, folder):
        model = build(draws)
        for ending in endings:
            model.save(os.path.join(folder, "model." + ending))
        return {"files": {ending: "model." + ending for ending in endings}}

    return write


def changed(member, change):
    """A .keras file in which change(bytes) was done to one member; None leaves the member out."""

    def write(draws, folder):
        path = os.path.join(folder, "model.keras")
        small(draws).save(path)
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        members[member] = change(members[member], folder)
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                if content is not None:
                    archive.writestr(name, content)
        return {"files": {"keras": "model.keras"}}

    return write


def config(change):
    return changed("config.json", lambda content, folder: change(content.decode()).encode())


def arrays(change):
    def with_file(content, folder):
        path = os.path.join(folder, "changed.h5")
        with open(path, "wb") as file:
            file.write(content)
        with h5py.File(path, "r+") as file:
            change(file["layers/dense/vars"])
        with open(path, "rb") as file:
            content = file.read()
        os.remove(path)
        return content

    return changed("model.weights.h5", with_file)


def custom():
    """Classes and a function that Keras knows on this machine only."""
    register = keras.saving.register_keras_serializable(package="shop")

    class Swirl(keras.layers.Layer):
        def call(self, x):
            return ops.roll(x, 1, axis=-1)

    class TinyCell(keras.layers.Layer):
        def __init__(self, units, **options):
            super().__init__(**options)
            self.units = self.state_size = units

        def build(self, shape):
            self.kernel = self.add_weight(shape=(shape[-1], self.units), name="kernel")

        def call(self, x, states):
            state = ops.tanh(states[0] + ops.matmul(x, self.kernel))
            return state, [state]

        def get_config(self):
            return super().get_config() | {"units": self.units}

    class Whole(keras.Model):
        def __init__(self, **options):
            super().__init__(**options)
            self.dense = layers.Dense(2)

        def call(self, x):
            return self.dense(x)

    def bend(x):
        return ops.sin(x)

    return {part.__name__: register(part) for part in (Swirl, TinyCell, Whole, bend)}


def with_own(shape, layer):
    return lambda draws: keras.Sequential([keras.Input(shape), layer(custom())])


def subclassed(draws):
    model = custom()["Whole"]()
    model(np.zeros((1, 3), "float32"))
    return model


def with_code(draws):
    # code from eval() has no file, whose name would be in the model
    twice = eval("lambda x: x * 2.0")
    return keras.Sequential([keras.Input((4, 3)), layers.GRU(3), layers.Lambda(twice, output_shape=(3,), name="twice")])


case("lambda", ["Lambda", "twice"], "a Lambda layer holds Python code", saved(with_code, "keras", "h5"))
case(
    "custom_layer",
    ["Swirl", "mixer"],
    "a class Keras does not have",
    saved(with_own((4,), lambda own: own["Swirl"](name="mixer")), "keras", "h5"),
)
case(
    "custom_activation",
    ["bend", "bent"],
    "an activation Keras does not have",
    saved(with_own((4,), lambda own: layers.Dense(3, activation=own["bend"], name="bent")), "keras"),
)
case(
    "custom_recurrent_activation",
    ["bend", "memory"],
    "an activation Keras does not have",
    saved(with_own((4, 2), lambda own: layers.LSTM(3, recurrent_activation=own["bend"], name="memory")), "keras"),
)
case(
    "custom_cell",
    ["TinyCell", "looped"],
    "a cell class Keras does not have",
    saved(with_own((4, 2), lambda own: layers.RNN(own["TinyCell"](3), name="looped")), "keras"),
)
case("subclassed_model", ["Whole"], "a subclassed model has no layer graph in its config", saved(subclassed, "keras"))


def one_unit_more(text):
    content = json.loads(text)
    (lstm,) = (entry for entry in content["config"]["layers"] if entry["class_name"] == "LSTM")
    lstm["config"]["units"] += 1
    return json.dumps(content)


case(
    "unknown_layer",
    ["QLSTM", "memory"],
    "an unknown layer class",
    config(lambda text: text.replace('"class_name": "LSTM"', '"class_name": "QLSTM"')),
)
case(
    "unknown_activation",
    ["tanhh", "memory"],
    "an unknown activation name",
    config(lambda text: text.replace('"activation": "tanh"', '"activation": "tanhh"')),
)
case(
    "units_disagree_with_weights", ["memory"], "the config's units do not fit the stored kernel", config(one_unit_more)
)
case("config_not_json", ["config.json"], "config.json is cut short", config(lambda text: text[: len(text) // 2]))
case("no_config", ["config.json"], "the archive lacks config.json", changed("config.json", lambda *_: None))
case("no_weights", ["model.weights.h5"], "the archive lacks its weights", changed("model.weights.h5", lambda *_: None))


def replaced(name, value):
    def change(weights):
        del weights[name]
        weights[name] = value()

    return change


case(
    "weights_missing_bias",
    ["scores"],
    "the dense layer's bias is not in the weights file",
    arrays(lambda weights: weights.pop("1")),
)
case(
    "weights_wrong_shape",
    ["scores"],
    "the dense layer's kernel has another rank",
    arrays(replaced("0", lambda: np.zeros((2, 2, 2), "float32"))),
)
case(
    "weights_integer_type",
    ["scores"],
    "the dense layer's bias holds strings",
    arrays(replaced("1", lambda: np.array(["a", "b"], dtype="S4"))),
)


def words(draws, folder, texts, terms=None, **options):
    """A model that adapted to texts; terms replace those in its vocabulary.txt."""
    layer = layers.TextVectorization(name="words", **options)
    layer.adapt(np.array(texts))
    model = keras.Sequential([keras.Input((1,), dtype="string"), layer])
    path = os.path.join(folder, "model.keras")
    model.save(path)
    if terms is not None:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, "\n".join(terms) if name.endswith("vocabulary.txt") else content)
    return {"files": {"keras": "model.keras"}}


def vocabulary(*texts, **options):
    return lambda draws, folder: words(draws, folder, texts, **options)


case(
    "vocabulary_line_break",
    ["words", "repeated term"],
    "a term that is a line break becomes two empty ones",
    vocabulary("a\n\n\nb", split="character", standardize=None),
)
case(
    "vocabulary_mask_inside",
    ["words", "mask"],
    "the mask stands among the terms",
    vocabulary("a b", terms=["", "[UNK]", "a", "", "b"]),
)
case(
    "vocabulary_above_max_tokens",
    ["words", "max_tokens"],
    "the vocabulary has more terms than max_tokens allows",
    vocabulary("a b", max_tokens=4, terms=["", "[UNK]", "a", "b", "c"]),
)
case(
    "vocabulary_of_another_size",
    ["words", "vocabulary_size"],
    "the vocabulary has fewer terms than the config says",
    vocabulary("a b", output_mode="multi_hot", terms=["[UNK]", "a"]),
)
case(
    "vocabulary_other_line_ends",
    ["words", "repeated term"],
    "Python cuts lines at other characters, too",
    vocabulary("a b", terms=["", "[UNK]", "a", "b\u2028a"]),
)
case(
    "vocabulary_idf_count",
    ["words", "idf_weights"],
    "the weights of terms are more than the terms",
    vocabulary("a b c", output_mode="tf_idf", pad_to_max_tokens=True, max_tokens=9, terms=["[UNK]", "c"]),
)


def cut(ending, percent):
    def write(draws, folder):
        path = os.path.join(folder, "model." + ending)
        small(draws).save(path)
        os.truncate(path, int(os.path.getsize(path) * percent / 100))
        return {"files": {ending: "model." + ending}}

    return write


for percent in (20, 60, 97):
    for ending in ("keras", "h5"):
        case(f"{ending}_cut_at_{percent}_percent", [], "the file is cut short", cut(ending, percent))


def weights_alone(draws, folder):
    small(draws).save_weights(os.path.join(folder, "model.weights.h5"))
    return {"files": {"h5": "model.weights.h5"}}


def of_bytes(count):
    def write(draws, folder):
        with open(os.path.join(folder, "model.keras"), "wb") as file:
            file.write(draws.rng.bytes(count) if count else b"")
        return {"files": {"keras": "model.keras"}}

    return write


case("weights_file_without_config", ["config"], "a weights file alone has no model", weights_alone)
case("random_bytes", [], "not a zip archive", of_bytes(700))
case("empty_file", [], "an empty file", of_bytes(0))


def int8_attention(draws):
    sequence = keras.Input((5, 4))
    heads = layers.MultiHeadAttention(2, 3, use_bias=False, name="attention")
    model = keras.Model(sequence, heads(sequence, sequence))
    fill(model, draws.rng)
    model.quantize("int8")
    return model


case(
    "int8_attention",
    ["attention", "quantized"],
    "the projections are integers, of which the config says nothing: Keras can't load what it saved",
    saved(int8_attention, "keras"),
)
