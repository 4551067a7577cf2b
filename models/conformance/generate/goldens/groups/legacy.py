"""HDF5 files as Keras 1 and Keras 2 wrote them, and operations as tf.keras did."""

import os

from .. import keras1_form, keras2_form
from ..catalog import Group
from ..files import write_calls
from ..keras_case import inputs_for
from ..later import h5py, keras, layers, ops
from ..play import gap, play
from ..recipe import L, Recipe, chain, cooked, series, units
from ..weights import classes, fill

cases = Group("legacy")
EXACT = {"absolute": 1e-5, "relative": 1e-5}
GATES = "gates use hard_sigmoid as Keras 1 and 2 defined it: clip(0.2 x + 0.5, 0, 1)"


def hard_sigmoid_2(x):
    """Keras 3 gives hard_sigmoid another slope, so old gates need a function of their own."""
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


@Recipe
def HARD(draws):
    return keras.saving.register_keras_serializable(package="goldens")(hard_sigmoid_2)


def reload(path, calls, expected):
    """What Keras 3 makes of the file; where it refuses time_major, also without."""
    for without in (False, True):
        try:
            model = keras.models.load_model(path, compile=False)
            answers = [array for pairs in play(model, calls) for _, array in pairs]
            return {"loads": True, "max_abs": gap(expected, answers), "needs_time_major_removed": without}
        except Exception as error:
            why = f"{type(error).__name__}: {str(error).strip().splitlines()[0][:140]}"
        if without or not (path := without_time_major(path)):
            return {"loads": False, "reason": why}


def without_time_major(path):
    """A copy of the file without the option, or None if it has none."""
    with open(path, "rb") as file:
        content = file.read()
    if b"time_major" not in content:
        return None
    copy = path + ".copy.h5"
    with open(copy, "wb") as file:
        file.write(content)
    with h5py.File(copy, "r+") as file:
        config = file.attrs["model_config"]
        config = config if isinstance(config, str) else config.decode()
        for text in ('"time_major": false, ', ', "time_major": false'):
            config = config.replace(text, "")
        file.attrs["model_config"] = config.encode()
    return copy


def old(name, version, build, write=None, notes=None):
    write = write or (keras1_form if version == keras1_form.VERSION else keras2_form).write

    def make(draws, folder):
        built = cooked(build, draws) if isinstance(build, Recipe) else build(draws)
        model, inputs = built if isinstance(built, tuple) else (built, None)
        fill(model, draws.rng)
        call = {"inputs": inputs_for(model, draws) if inputs is None else inputs}
        call["outputs"] = [array for _, array in play(model, [call])[0]]
        path = os.path.join(folder, "model.h5")
        write(model, path, version)
        again = reload(path, [call], call["outputs"])
        if os.path.exists(path + ".copy.h5"):
            os.remove(path + ".copy.h5")
        input_names, output_names = (
            [known.name for known in model.inputs],
            [f"output_{i}" for i in range(len(call["outputs"]))],
        )
        content = {
            "input_names": input_names,
            "output_names": output_names,
            "layers": classes(model),
            "files": {"h5": "model.h5"},
            "file_style": version,
            "keras_3_reload": again,
            "calls": write_calls(folder, [call], input_names, output_names),
        }
        return content | ({"notes": notes} if notes else {})

    cases.written(name, make, kind="predict", reference_backend="tensorflow", tolerance=EXACT)


def tokens(*parts):
    def build(draws):
        steps = draws.steps(4)
        model = keras.Sequential(
            [
                keras.Input((steps,), dtype="int32"),
                layers.Embedding(19, draws.features(3), mask_zero=True),
                *cooked(parts, draws),
            ]
        )
        return model, [draws.padded((2, steps), 19, "post")]

    return build


def signal(*parts):
    return chain(series(3, 2), *parts)


def two_inputs(draws):
    given = [keras.Input((5, draws.features()), name="series"), keras.Input((draws.features(),), name="static")]
    join = layers.Concatenate()
    x = join([layers.LSTM(draws.units())(given[0]), layers.Dense(draws.units(), activation="relu")(given[1])])
    return keras.Model(given, [layers.Dense(1, name="first")(x), layers.Dense(2, activation="tanh", name="second")(x)])


def encoder_decoder(draws):
    size = draws.units()
    given = [keras.Input((None, width), name=name) for name, width in (("source", 3), ("target", 4))]
    states = list(layers.LSTM(size, return_state=True)(given[0])[1:])
    y = layers.LSTM(size, return_sequences=True, return_state=True)(given[1], initial_state=states)[0]
    return keras.Model(given, layers.Dense(5, activation="softmax")(y)), [
        draws.normal((2, 5, 3)),
        draws.normal((2, 4, 4)),
    ]


def nested(draws):
    inner = keras.Sequential([keras.Input((4, 3)), layers.LSTM(draws.units()), layers.Dense(3)], name="encoder")
    x = keras.Input((4, 3), name="x")
    head = layers.Dense(2)
    return keras.Model(x, head(inner(x)))


def hard(kind, **options):
    return getattr(L, kind)(units(3), recurrent_activation=HARD, **options)


for version in ("2.15.0", "2.4.0"):
    before = "v" + version.replace(".", "_") + "__"
    for name, build in {
        "lstm_dense": signal(L.LSTM(units(), return_sequences=True), L.LSTM(units()), L.Dense(3, activation="softmax")),
        "embedding_gru": tokens(L.GRU(units()), L.Dropout(0.2), L.Dense(1, activation="sigmoid")),
        "gru_reset_before": signal(L.GRU(units(), reset_after=False, return_sequences=True)),
        "bidirectional": tokens(
            L.SpatialDropout1D(0.3),
            L.Bidirectional(L.LSTM(units(), return_sequences=True)),
            L.Bidirectional(L.GRU(units()), merge_mode="sum"),
            L.Dense(2),
        ),
        "conv_batchnorm": signal(
            L.Conv1D(units(), 3, padding="same"),
            L.BatchNormalization(),
            L.LeakyReLU(negative_slope=0.2),
            L.LayerNormalization(),
            L.GlobalAveragePooling1D(),
            L.Dense(2),
        ),
        "autoencoder": signal(
            L.SimpleRNN(units()),
            L.RepeatVector(4),
            L.LSTM(units(), return_sequences=True),
            L.TimeDistributed(L.Dense(3)),
        ),
        "functional": two_inputs,
        "nested": nested,
    }.items():
        old(before + name, version, build)
    old(
        before + "seq2seq",
        version,
        encoder_decoder,
        notes="the decoder's inbound node lists its initial states after its input",
    )
    old(before + "hard_sigmoid_gates", version, signal(hard("LSTM")), notes=GATES)
for version in ("2.2.4", "2.1.6"):
    before = "v" + version.replace(".", "_") + "__"
    old(
        before + "lstm_hard_sigmoid",
        version,
        signal(hard("LSTM", return_sequences=True), hard("LSTM"), L.Dense(2)),
        notes=GATES,
    )
    old(
        before + "gru_hard_sigmoid",
        version,
        tokens(hard("GRU", reset_after=False), L.Dense(2, activation="softmax")),
        notes=GATES,
    )
    old(before + "lstm_sigmoid", version, tokens(L.LSTM(units()), L.Dense(1, activation="sigmoid")))
    old(before + "bidirectional_hard_sigmoid", version, signal(L.Bidirectional(hard("LSTM")), L.Dense(2)), notes=GATES)
old("v2_2_4__functional", "2.2.4", two_inputs)
old(
    "v2_2_4__cudnn_lstm",
    "2.2.4",
    signal(L.LSTM(units(), return_sequences=True), L.Dense(2)),
    keras2_form.write_cudnn,
    "class CuDNNLSTM: two bias vectors, other kernel layout",
)
old(
    "v2_2_4__cudnn_gru",
    "2.2.4",
    signal(L.GRU(units()), L.Dense(2)),
    keras2_form.write_cudnn,
    "class CuDNNGRU: reset_after, other kernel layout",
)
FIRST = "Keras 1: one array per gate, the config of the Sequential is a list; " + GATES
old(
    "v1_2_2__lstm",
    "1.2.2",
    signal(hard("LSTM", return_sequences=True), hard("LSTM"), L.Dense(2, activation="softmax")),
    notes=FIRST,
)
old(
    "v1_2_2__embedding_gru",
    "1.2.2",
    tokens(hard("GRU", reset_after=False), L.Dropout(0.5), L.Dense(1, activation="sigmoid")),
    notes=FIRST,
)
old(
    "v2_15_0__conv_lstm",
    "2.15.0",
    chain((3, 5, 4, 2), L.ConvLSTM2D(2, 3, padding="same", return_sequences=True), L.ConvLSTM2D(3, 2)),
    notes="ConvLSTM2D with time_major false in its config",
)
old(
    "v2_15_0__bidirectional_conv_lstm",
    "2.15.0",
    chain(
        (3, 5, 2),
        L.Bidirectional(L.ConvLSTM1D(2, 2, padding="same", return_sequences=True), merge_mode="sum"),
        L.Bidirectional(L.ConvLSTM1D(3, 2)),
    ),
)
old(
    "v1_2_2__time_distributed_dense",
    "1.2.2",
    signal(L.SimpleRNN(units(), return_sequences=True), L.Dense(2)),
    keras1_form.write_by_steps,
    "class TimeDistributedDense",
)
old("v1_2_2__simple_rnn", "1.2.2", signal(L.SimpleRNN(units()), L.Dense(2)))
cases.model(
    "attributes_in_chunks",
    chain(
        (2,), *[L.Activation("linear", name=f"step_{i:03d}_" + "x" * 220) for i in range(300)], L.Dense(3, name="last")
    ),
    formats=("h5",),
    notes="layer_names exceeds 64512 bytes and is split into layer_names0, layer_names1, ...",
)
