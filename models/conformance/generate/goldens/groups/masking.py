"""Masks: what makes them, what passes them on, what heeds them."""

from ..catalog import Group
from ..later import keras, layers
from ..recipe import L, Recipe, cooked, units

cases = Group("masking")


def tokens(where, *parts):
    """Ids with zeros, an Embedding that masks them, then the parts."""

    def build(draws):
        size, steps = draws.pick(9, 17, 30), draws.steps(3)
        model = keras.Sequential(
            [
                keras.Input((steps,), dtype="int32"),
                layers.Embedding(size, draws.features(2), mask_zero=True),
                *cooked(parts, draws),
            ]
        )
        return model, [draws.padded((max(draws.rows, 2), steps), size, where)]

    return Recipe(build)


def masked(*parts, value=0.0, whole_row=False):
    """Numbers in which whole steps have the value that Masking looks for."""

    def build(draws):
        shape = draws.series(3, 2)
        rows = max(2, draws.rows)
        model = keras.Sequential([keras.Input(shape), layers.Masking(value), *cooked(parts, draws)])
        x = draws.normal((rows, *shape))
        x[draws.flags((rows, shape[0]), 0.4)] = value
        x[-1, -1] = value
        # a step is masked where all its features have the value, not one of them
        x[0, 0, :2] = value, 1.5
        if whole_row:
            x[0] = value
        return model, [x]

    return Recipe(build)


def pair(top):
    """Two inputs of ids through one size of Embedding, then top(draws, a, b)."""

    def build(draws):
        steps = draws.steps(4)
        ids = [keras.Input((steps,), dtype="int32", name=f"ids_{i}") for i in range(2)]
        size = draws.features(2)
        vectors = [layers.Embedding(19, size, mask_zero=True)(x) for x in ids]
        model = keras.Model(ids, top(draws, *vectors))
        rows = max(2, draws.rows)
        return model, [draws.padded((rows, steps), 19, where) for where in ("post", "mixed")]

    return build


RECURRENT = {
    "lstm": ("LSTM", {}),
    "gru": ("GRU", {}),
    "gru_reset_before": ("GRU", {"reset_after": False}),
    "simple_rnn": ("SimpleRNN", {}),
}


def recurrent(kind, **options):
    name, fixed = RECURRENT[kind]
    return getattr(L, name)(units(), **fixed, **options)


for where in ("post", "pre", "mid", "mixed", "row"):
    for kind in RECURRENT if where in ("pre", "mid") else ("lstm", "gru"):
        cases.model(f"embedding_{where}__{kind}", tokens(where, recurrent(kind)))
    cases.model(f"embedding_{where}__lstm__return_sequences", tokens(where, recurrent("lstm", return_sequences=True)))
for kind in RECURRENT:
    cases.models(
        {
            f"masking__{kind}__return_sequences": masked(recurrent(kind, return_sequences=True)),
            f"masking__{kind}__go_backwards": masked(recurrent(kind, go_backwards=True)),
        }
    )
cases.models(
    {
        "masking__lstm__go_backwards__return_sequences": masked(
            L.LSTM(units(), go_backwards=True, return_sequences=True)
        ),
        "masking__value_minus_one__gru": masked(L.GRU(units()), value=-1.0),
        "masking__whole_row__lstm": masked(L.LSTM(units(), return_sequences=True), whole_row=True),
        "masking__whole_row__gru": masked(L.GRU(units()), whole_row=True),
        "masking__unroll__lstm": masked(L.LSTM(units(), unroll=True, return_sequences=True)),
        "masking__zero_output__lstm": masked(
            L.RNN(L.LSTMCell(units()), return_sequences=True, zero_output_for_mask=True)
        ),
        "masking__zero_output__gru__go_backwards": masked(
            L.RNN(L.GRUCell(units()), return_sequences=True, zero_output_for_mask=True, go_backwards=True)
        ),
        "masking__stacked_cells": masked(L.RNN([L.LSTMCell(units()), L.GRUCell(units())], return_sequences=True)),
        "masking__stack_of_three": masked(
            L.LSTM(units(), return_sequences=True), L.GRU(units(), return_sequences=True), L.SimpleRNN(units())
        ),
        "masking__dense_between": masked(L.Dense(units(), activation="relu"), L.Dropout(0.3), L.LSTM(units())),
        "masking__activation_layernorm_batchnorm_between": masked(
            L.BatchNormalization(), L.LayerNormalization(), L.Activation("tanh"), L.GRU(units())
        ),
        "masking__only__value_minus_one": masked(value=-1.0),
        "masking__conv_drops_mask": masked(L.Conv1D(units(), 2, padding="same"), L.LSTM(units())),
    }
)
cases.model("masking__only", masked(), notes="Masking itself sets masked steps to zero")

for mode in ("concat", "sum", "mul", "ave"):
    cases.model(
        f"bidirectional__merge_{mode}__return_sequences",
        tokens("post", L.Bidirectional(L.LSTM(units(), return_sequences=True), merge_mode=mode)),
    )
cases.models(
    {
        "bidirectional__last_output": tokens("post", L.Bidirectional(L.LSTM(units()))),
        "bidirectional__gru__pre": tokens("pre", L.Bidirectional(L.GRU(units()))),
        "bidirectional__gru__mixed__return_sequences": tokens(
            "mixed", L.Bidirectional(L.GRU(units(), return_sequences=True))
        ),
        "bidirectional__two": tokens(
            "mixed",
            L.Bidirectional(L.LSTM(units(), return_sequences=True)),
            L.Bidirectional(L.GRU(units())),
            L.Dense(2, activation="softmax"),
        ),
        "bidirectional__whole_row": tokens("row", L.Bidirectional(L.LSTM(units(), return_sequences=True))),
        "time_distributed__dense__lstm": tokens("post", L.TimeDistributed(L.Dense(units())), L.LSTM(units())),
        "spatial_dropout__lstm": tokens(
            "pre", L.SpatialDropout1D(0.4), L.LSTM(units()), L.Dense(2, activation="softmax")
        ),
        "global_average_pooling": tokens("post", L.GlobalAveragePooling1D()),
        "global_average_pooling__whole_row": tokens("row", L.GlobalAveragePooling1D()),
        "lstm_sequences__global_average_pooling": tokens(
            "post", L.LSTM(units(), return_sequences=True), L.GlobalAveragePooling1D()
        ),
        "repeat_vector_drops_mask": tokens(
            "post",
            L.LSTM(units()),
            L.RepeatVector(4),
            L.GRU(units(), return_sequences=True),
            L.TimeDistributed(L.Dense(3)),
        ),
        "flatten_drops_mask": tokens("mixed", L.LSTM(units(), return_sequences=True), L.Flatten(), L.Dense(3)),
    }
)
cases.model("global_max_pooling", tokens("post", L.GlobalMaxPooling1D()), notes="GlobalMaxPooling1D ignores the mask")


def merged(kind, merge, **options):
    """Both inputs merged, then a recurrent layer, whose size is drawn before the merging layer is made."""

    def top(draws, a, b):
        above = recurrent(kind, **options).cook(draws)
        return above(merge.cook(draws)([a, b]))

    return pair(top)


def attended(layer, **options):
    return pair(lambda draws, a, b: layer.cook(draws)([a, b], **options))


cases.models(
    {
        "concatenate_features__lstm": merged("lstm", L.Concatenate(), return_sequences=True),
        "concatenate_time__gru": merged("gru", L.Concatenate(axis=1), return_sequences=True),
        "add__lstm": merged("lstm", L.Add(), return_sequences=True),
        "multiply__lstm": merged("lstm", L.Multiply()),
        "average__gru": merged("gru", L.Average()),
        "attention": attended(L.Attention()),
        "attention__use_scale": attended(L.Attention(use_scale=True)),
        "additive_attention": attended(L.AdditiveAttention()),
        "attention__causal": attended(L.Attention(), use_causal_mask=True),
        "multi_head_attention": pair(lambda draws, a, b: layers.MultiHeadAttention(2, 3)(a, b)),
        "multi_head_attention__self__causal": pair(
            lambda draws, a, b: layers.MultiHeadAttention(2, 4)(b, b, use_causal_mask=True)
        ),
        "multi_head_attention__dropout__window": pair(
            lambda draws, a, b: layers.MultiHeadAttention(2, 3, dropout=0.1, sliding_window=3)(a, b)
        ),
        "multi_head_attention__scores": pair(
            lambda draws, a, b: layers.MultiHeadAttention(2, 3)(a, b, return_attention_scores=True)
        ),
        "multi_head_attention__then_pooling": pair(
            lambda draws, a, b: layers.GlobalAveragePooling1D()(layers.MultiHeadAttention(3, 2)(a, b))
        ),
    }
)


@cases.graph()
def softmax_with_mask(draws):
    shape = max(2, draws.rows), draws.features(3)
    x, keep = keras.Input(shape[1:], name="x"), keras.Input(shape[1:], dtype="bool", name="keep")
    kept = draws.flags(shape)
    kept[:, 0] = True
    return keras.Model([x, keep], layers.Softmax()(x, mask=keep)), [draws.normal(shape), kept]


@cases.graph()
def mask_as_input__lstm(draws):
    shape = draws.series(3)
    x, keep = keras.Input(shape, name="x"), keras.Input(shape[:1], dtype="bool", name="keep")
    model = keras.Model([x, keep], layers.LSTM(draws.units(), return_sequences=True)(x, mask=keep))
    kept = draws.flags((draws.rows, shape[0]))
    return model, [draws.normal((draws.rows, *shape)), kept]


@cases.graph()
def return_state__post__lstm(draws):
    steps, size = draws.steps(4), draws.units()
    ids = keras.Input((steps,), dtype="int32")
    vectors = layers.Embedding(15, draws.features(), mask_zero=True)(ids)
    sequence, *states = layers.LSTM(size, return_sequences=True, return_state=True)(vectors)
    again = layers.LSTM(size)(sequence, initial_state=states)
    return keras.Model(ids, [sequence, *states, again]), [draws.padded((2, steps), 15, "post")]


@cases.graph()
def seq2seq__embedding(draws):
    width, size = draws.features(2), draws.units()
    source, target = (keras.Input((None,), dtype="int32", name=name) for name in ("source", "target"))

    def memory(ids, options, **call):
        # the layer is named before the Embedding below it; with initial_state, even None, Keras hands it no mask
        lstm = layers.LSTM(size, **options)
        return lstm(layers.Embedding(21, width, mask_zero=True)(ids), **call)

    states = list(memory(source, {"return_state": True})[1:])
    sequence = memory(target, {"return_sequences": True}, initial_state=states)
    model = keras.Model([source, target], layers.Dense(21, activation="softmax")(sequence))
    return model, [draws.padded((2, draws.steps(3)), 21, where) for where in ("pre", "post")]


@cases.graph(
    calls=lambda draws, model: [
        {"reset": i == 2, "inputs": [draws.padded(model.inputs[0].shape, 11, "post")]} for i in range(4)
    ]
)
def stateful__lstm(draws):
    ids = keras.Input(batch_shape=(2, draws.steps(3)), dtype="int32")
    lstm = layers.LSTM(draws.units(), stateful=True)
    return keras.Model(ids, lstm(layers.Embedding(11, draws.features(), mask_zero=True)(ids)))


@cases.graph()
def conv_lstm1d__time_distributed_masking(draws):
    return keras.Sequential(
        [
            keras.Input((3, 4, 2)),
            layers.TimeDistributed(layers.Masking()),
            layers.TimeDistributed(layers.LSTM(3)),
            layers.LSTM(draws.units()),
        ]
    )
