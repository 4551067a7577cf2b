"""Recurrent layers with each option alone, cells, wrappers, states."""

from ..catalog import Group
from ..later import keras, layers
from ..recipe import L, Recipe, chain, cooked, features, pick, series, steps, units, wired

cases = Group("recurrent")
KINDS = {
    "simple_rnn": ("SimpleRNN", {}),
    "lstm": ("LSTM", {}),
    "gru": ("GRU", {}),
    "gru_reset_before": ("GRU", {"reset_after": False}),
}
STATES = {"simple_rnn": 1, "lstm": 2, "gru": 1}


def recurrent(kind, size, **options):
    name, fixed = KINDS[kind]
    return getattr(L, name)(size, **fixed, **options)


def made(kind, size, **options):
    name, fixed = KINDS[kind]
    return getattr(layers, name)(size, **fixed, **options)


def repeated(count, reset):
    """Calls with inputs of the model's first input; states are forgotten before one of them."""
    return lambda draws, model: [
        {"reset": i == reset, "inputs": [draws.normal(model.inputs[0].shape)]} for i in range(count)
    ]


def in_rows(layer, shape=None):
    """A model of a known batch, as one with states must have it."""

    def build(draws):
        x = keras.Input(batch_shape=(draws.rows, *(shape or draws.series())))
        return keras.Model(x, layer.cook(draws)(x))

    return Recipe(build)


def two_steps(layer):
    return chain(series(2), layer)


FLAGS = {
    "base": {},
    "return_sequences": {"return_sequences": True},
    "return_state": {"return_state": True},
    "return_sequences__return_state": {"return_sequences": True, "return_state": True},
    "go_backwards": {"go_backwards": True},
    "return_sequences__go_backwards": {"return_sequences": True, "go_backwards": True},
    "no_bias": {"use_bias": False, "return_sequences": True},
    "unroll": {"unroll": True, "return_sequences": True},
    "dropout": {"dropout": 0.3, "recurrent_dropout": 0.2},
}
for kind in KINDS:
    for flag, options in FLAGS.items():
        cases.model(f"{kind}__{flag}", wired(series(), recurrent(kind, units(), **options)))
    cases.model(f"{kind}__stateful", in_rows(recurrent(kind, units(), stateful=True)), calls=repeated(5, 3))

FUNCTIONS = (
    "relu relu6 leaky_relu elu selu softsign sigmoid hard_sigmoid silu hard_silu gelu mish hard_tanh"
    " log_sigmoid tanh_shrink soft_shrink softmax"
).split()
# these grow without bound in a GRU, whose state is no product of gates
UNBOUNDED = "linear celu softplus exponential squareplus".split()
# inputs of a size at which the function is neither flat nor huge after some steps
SCALES = {"exponential": 0.15, "soft_shrink": 2.5}
for name in FUNCTIONS + UNBOUNDED:
    cases.model(f"lstm__activation_{name}", two_steps(L.LSTM(units(3), activation=name)), scale=SCALES.get(name, 0.7))
for name in FUNCTIONS:
    cases.model(f"gru__activation_{name}", two_steps(L.GRU(units(3), activation=name)), scale=0.7)
for name in "hard_sigmoid tanh softsign relu linear hard_tanh softmax".split():
    cases.model(
        f"lstm__recurrent_activation_{name}",
        two_steps(L.LSTM(units(3), recurrent_activation=name, return_sequences=True)),
        scale=0.7,
    )
for name in "hard_sigmoid tanh relu".split():
    for kind in ("gru", "gru_reset_before"):
        cases.model(
            f"{kind}__recurrent_activation_{name}",
            two_steps(recurrent(kind, units(3), recurrent_activation=name)),
            scale=0.7,
        )
for name in "relu linear selu gelu hard_sigmoid".split():
    cases.model(f"simple_rnn__activation_{name}", two_steps(L.SimpleRNN(units(3), activation=name)), scale=0.7)

cases.models(
    {
        "gru__reset_before__no_bias__return_sequences": two_steps(
            L.GRU(units(), reset_after=False, use_bias=False, return_sequences=True)
        ),
        "lstm__variable_time": chain((None, features()), L.LSTM(units(), return_sequences=True)),
        "lstm__one_unit_one_step": chain((1, 1), L.LSTM(1)),
        "gru__one_unit_one_step": chain((1, 1), L.GRU(1, return_sequences=True)),
    }
)
cases.model("lstm__unit_forget_bias_off", two_steps(L.LSTM(units(), unit_forget_bias=False)), weights="keep")
cases.model(
    "lstm__initial_weights",
    two_steps(L.LSTM(units())),
    weights="keep",
    notes="weights as Keras initialises them: forget bias one, other biases zero",
)
for size in (31, 33, 40):
    cases.models(
        {
            f"lstm__units_{size}": two_steps(L.LSTM(size)),
            f"gru__units_{size}": two_steps(L.GRU(size, return_sequences=True)),
        }
    )


def from_states(kind, **options):
    def build(draws):
        size = draws.units()
        x = keras.Input(draws.series(), name="x")
        states = [keras.Input((size,), name=f"state_{i}") for i in range(STATES[kind])]
        return keras.Model([x, *states], made(kind, size, **options)(x, initial_state=states))

    return build


def encoder_decoder(kind):
    def build(draws):
        size = draws.units()
        encoded, decoded = (keras.Input((None, draws.features()), name=name) for name in ("encoder", "decoder"))
        states = made(kind, size, return_state=True)(encoded)[1:]
        sequence = made(kind, size, return_sequences=True, return_state=True)(decoded, initial_state=list(states))[0]
        return keras.Model([encoded, decoded], layers.Dense(draws.features(2), activation="softmax")(sequence))

    return build


for kind in STATES:
    cases.models(
        {f"{kind}__initial_state": from_states(kind, return_sequences=True), f"{kind}__seq2seq": encoder_decoder(kind)}
    )
cases.model(
    "lstm__initial_state__go_backwards__return_state",
    from_states("lstm", go_backwards=True, return_state=True, return_sequences=True),
)
cases.models(
    {
        "lstm__stateful__go_backwards__return_sequences": in_rows(
            L.LSTM(units(), stateful=True, return_sequences=True, go_backwards=True)
        ),
        "gru__stateful__return_sequences__return_state": in_rows(
            L.GRU(units(), stateful=True, return_sequences=True, return_state=True)
        ),
        "bidirectional__lstm__stateful": in_rows(
            L.Bidirectional(L.LSTM(units(), stateful=True, return_sequences=True))
        ),
    },
    calls=repeated(5, 3),
)


@cases.graph(calls=repeated(6, 4))
def stack__stateful__one_step_calls(draws):
    x = keras.Input(batch_shape=(draws.rows, 1, draws.features()))
    below = layers.LSTM(draws.units(), return_sequences=True, stateful=True)(x)
    head = layers.Dense(2)
    return keras.Model(x, head(layers.GRU(draws.units(), stateful=True)(below)))


cases.models(
    {
        "rnn__lstm_cell": two_steps(L.RNN(L.LSTMCell(units()), return_sequences=True)),
        "rnn__gru_cell": two_steps(L.RNN(L.GRUCell(units()), return_sequences=True)),
        "rnn__gru_cell__reset_before": two_steps(L.RNN(L.GRUCell(units(), reset_after=False))),
        "rnn__simple_rnn_cell": two_steps(L.RNN(L.SimpleRNNCell(units(), activation="relu"), go_backwards=True)),
        "rnn__lstm_cell__return_state": wired(series(), L.RNN(L.LSTMCell(units()), return_state=True)),
        "rnn__stacked_cells__lstm": two_steps(
            L.RNN(L.StackedRNNCells([L.LSTMCell(units()), L.LSTMCell(units())]), return_sequences=True)
        ),
        "rnn__cell_list__mixed": two_steps(L.RNN([L.GRUCell(units()), L.LSTMCell(units()), L.SimpleRNNCell(units())])),
        "rnn__stacked_cells__return_state": wired(
            series(2), L.RNN([L.LSTMCell(units()), L.GRUCell(units())], return_state=True)
        ),
    }
)


def both_ways(layer, **options):
    return wired(series(2), L.Bidirectional(layer, **options))


for mode in ("concat", "sum", "mul", "ave", None):
    for kind in ("lstm", "gru"):
        cases.model(
            f"bidirectional__{kind}__merge_{mode}",
            both_ways(recurrent(kind, units(), return_sequences=True), merge_mode=mode),
        )
cases.models(
    {
        "bidirectional__lstm__last_output": both_ways(L.LSTM(units())),
        "bidirectional__gru__reset_before": both_ways(L.GRU(units(), reset_after=False)),
        "bidirectional__simple_rnn": both_ways(L.SimpleRNN(units(), return_sequences=True)),
        "bidirectional__lstm__return_state": both_ways(L.LSTM(units(), return_sequences=True, return_state=True)),
        "bidirectional__gru__return_state__merge_None": both_ways(L.GRU(units(), return_state=True), merge_mode=None),
        "bidirectional__rnn_cell": both_ways(L.RNN(L.LSTMCell(units()), return_sequences=True)),
        "bidirectional__forward_goes_backwards": both_ways(
            L.LSTM(5, return_sequences=True, go_backwards=True), backward_layer=L.LSTM(5, return_sequences=True)
        ),
    }
)


@cases.graph()
def bidirectional__own_backward_layer(draws):
    size = draws.units(2)
    x = keras.Input(draws.series(2))
    forward = layers.LSTM(size, return_sequences=True)
    backward = layers.GRU(size, activation="relu", return_sequences=True, go_backwards=True)
    return keras.Model(x, layers.Bidirectional(forward, backward_layer=backward)(x))


@cases.graph()
def bidirectional__seq2seq(draws):
    size = draws.units()
    encoded, decoded = (keras.Input(draws.series()) for _ in range(2))
    states = list(layers.Bidirectional(layers.LSTM(size, return_state=True))(encoded)[1:])
    both = layers.Bidirectional(layers.LSTM(size, return_sequences=True))(decoded, initial_state=states)
    # h and c of both directions side by side make the states of one LSTM of twice the size
    wide = [layers.Concatenate()(states[i::2]) for i in (0, 1)]
    return keras.Model([encoded, decoded], [both, layers.LSTM(2 * size)(decoded, initial_state=wide)])


def at_each(layer):
    return L.TimeDistributed(layer)


cases.models(
    {
        "time_distributed__dense": two_steps(at_each(L.Dense(units(), activation="relu"))),
        "time_distributed__conv1d": chain(
            (steps(2), steps(5), features()), at_each(L.Conv1D(units(), 3, padding="same"))
        ),
        "time_distributed__lstm": chain((steps(2), steps(2), features()), at_each(L.LSTM(units()))),
        "time_distributed__model": chain(
            (steps(2), steps(4), features()),
            at_each(
                Recipe(
                    lambda draws: keras.Sequential([layers.Conv1D(4, 2), layers.GlobalMaxPooling1D(), layers.Dense(3)])
                )
            ),
        ),
        "time_distributed__flatten_batchnorm": chain(
            (steps(2), 3, features()), at_each(L.BatchNormalization()), at_each(L.Flatten()), L.GRU(units())
        ),
        "conv_lstm1d": chain(
            (steps(2), 7, features()), L.ConvLSTM1D(pick(2, 3, 5), 3, padding="same", return_sequences=True)
        ),
        "conv_lstm1d__strides__valid": chain((steps(2), 11, features()), L.ConvLSTM1D(4, 3, strides=2)),
        "conv_lstm2d": chain(
            (steps(2), 5, 6, pick(1, 2, 3)),
            L.ConvLSTM2D(pick(2, 3), (3, 2), padding="same", return_sequences=True),
            L.BatchNormalization(),
            L.ConvLSTM2D(2, 2),
        ),
        "conv_lstm2d__options": chain(
            (3, 6, 5, 2),
            L.ConvLSTM2D(
                3,
                2,
                dilation_rate=2,
                use_bias=False,
                go_backwards=True,
                recurrent_activation="hard_sigmoid",
                activation="relu",
            ),
        ),
        "stack__lstm_2": chain(series(), L.LSTM(units(), return_sequences=True), L.LSTM(units()), L.Dense(features())),
        "stack__lstm_3": chain(
            series(),
            L.LSTM(units(), return_sequences=True),
            L.LSTM(units(), return_sequences=True),
            L.LSTM(units()),
            L.Dense(features()),
        ),
        "stack__mixed_bidirectional": chain(
            series(3),
            L.Bidirectional(L.GRU(units(), return_sequences=True)),
            L.LayerNormalization(),
            L.Bidirectional(L.LSTM(units())),
            L.Dropout(0.5),
            L.Dense(3),
        ),
    }
)


def masked_pictures(*parts):
    """Ids with zeros in between; each becomes a line of four places, so that ConvLSTM layers see a mask of steps."""

    def build(draws):
        x = [keras.Input((6,), dtype="int32"), layers.Embedding(9, 8, mask_zero=True)]
        model = keras.Sequential([*x, layers.TimeDistributed(layers.Reshape((4, 2))), *cooked(parts, draws)])
        return model, [draws.padded((3, 6), 9, "mixed")]

    return Recipe(build)


def both(size, **options):
    merge = {"merge_mode": options.pop("merge_mode")} if "merge_mode" in options else {}
    return L.Bidirectional(L.ConvLSTM1D(size, 2, padding="same", **options), **merge)


for mode in ("concat", "sum", "mul", "ave", None):
    cases.model(
        f"bidirectional__conv_lstm1d__{mode}".lower(),
        wired((3, 5, 2), both(2, merge_mode=mode, return_sequences=True)),
    )
cases.models(
    {
        "bidirectional__conv_lstm2d__return_state": wired(
            (3, 4, 3, 2), L.Bidirectional(L.ConvLSTM2D(2, 2, return_state=True, return_sequences=True))
        ),
        "bidirectional__conv_lstm3d": wired((2, 3, 4, 3, 1), L.Bidirectional(L.ConvLSTM3D(2, 2, padding="same"))),
        "conv_lstm3d__strides__return_sequences": wired(
            (3, 5, 4, 3, 2), L.ConvLSTM3D(2, 2, strides=(2, 1, 2), return_sequences=True)
        ),
        "bidirectional__conv_lstm1d__go_backwards": wired(
            (3, 5, 2),
            L.Bidirectional(
                L.ConvLSTM1D(2, 2, go_backwards=True, return_sequences=True),
                backward_layer=L.ConvLSTM1D(3, 2, return_sequences=True, activation="relu"),
            ),
        ),
        "conv_lstm1d__masked": masked_pictures(L.ConvLSTM1D(2, 2, return_sequences=True, go_backwards=True)),
        "conv_lstm1d__masked__zero_output": masked_pictures(
            L.ConvLSTM1D(2, 2, return_sequences=True, zero_output_for_mask=True),
            L.ConvLSTM1D(2, 2, zero_output_for_mask=True),
        ),
        "bidirectional__conv_lstm1d__masked": masked_pictures(both(2, return_sequences=True), both(2)),
    }
)
for name, layer in {
    "conv_lstm1d__stateful": L.ConvLSTM1D(2, 2, padding="same", stateful=True, return_sequences=True),
    "bidirectional__conv_lstm1d__stateful": both(2, stateful=True, return_sequences=True),
}.items():
    cases.model(name, in_rows(layer, (3, 5, 2)), calls=repeated(4, 2))


@cases.graph()
def bidirectional__conv_lstm1d__initial_state(draws):
    x, *states = keras.Input((3, 5, 2)), *(keras.Input((5, 2)) for _ in range(4))
    layer = layers.Bidirectional(layers.ConvLSTM1D(2, 3, padding="same", return_sequences=True, return_state=True))
    return keras.Model([x, *states], layer(x, initial_state=states))
