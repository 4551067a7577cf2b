"""Combinations of layers that people build: masks through attention, models in models, states, texts."""

from ..catalog import Group
from ..later import keras, layers, np, ops
from ..recipe import L, chain, fed
from .more_options import adapted, given

cases = Group("more", seed=3, formats=("keras",))


def ids(draws, rows, steps, where="post"):
    return draws.padded((rows, steps), 20, where)


@cases.graph()
def masked_transformer(draws):
    i = keras.Input((7,), dtype="int32")
    x = layers.Embedding(20, 8, mask_zero=True)(i)
    for _ in range(2):
        seen = layers.MultiHeadAttention(2, 4)(x, x)
        x = layers.LayerNormalization()(layers.Add()([x, layers.Dropout(0.1)(seen)]))
        x = layers.LayerNormalization()(layers.Add()([x, layers.Dense(8, "relu")(x)]))
    return keras.Model(i, [layers.Dense(2)(layers.GlobalAveragePooling1D()(x)), x]), [ids(draws, 3, 7)]


@cases.graph()
def masked_transformer_ops(draws):
    i = keras.Input((7,), dtype="int32")
    x = layers.Dropout(0.2)(layers.Embedding(20, 8, mask_zero=True)(i))
    seen = layers.MultiHeadAttention(2, 4)(x, x)
    y = layers.LayerNormalization()(x + seen)
    z = layers.Attention()([y, x])
    w = layers.Attention()([seen, seen])
    return keras.Model(i, [z, w, layers.LSTM(3)(seen)]), [ids(draws, 3, 7)]


@cases.graph()
def nested_masks_attention(draws):
    i = keras.Input((None,), dtype="int32", name="ids")
    encoded = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(layers.Embedding(20, 6, mask_zero=True)(i))
    encoder = keras.Model(i, encoded, name="enc")
    a, b = keras.Input((6,), dtype="int32"), keras.Input((5,), dtype="int32")
    ea, eb = encoder(a), encoder(b)
    seen = layers.Attention()([ea, eb])
    head = keras.Sequential([layers.Input((6, 8)), layers.GRU(3, return_sequences=True), layers.LSTM(2)])
    model = keras.Model([a, b], [seen, head(ea), layers.GlobalAveragePooling1D()(eb)])
    return model, [ids(draws, 2, 6), ids(draws, 2, 5, "pre")]


@cases.graph()
def concat_masks(draws):
    a, b = keras.Input((5,), dtype="int32"), keras.Input((5, 3))
    x = layers.Concatenate()([layers.Embedding(20, 4, mask_zero=True)(a), b])
    y = layers.Concatenate(axis=1)([layers.Embedding(20, 3, mask_zero=True)(a), layers.Masking(0.0)(b)])
    model = keras.Model([a, b], [layers.LSTM(3)(x), layers.Bidirectional(layers.GRU(2, return_sequences=True))(y)])
    return model, [ids(draws, 2, 5), draws.normal((2, 5, 3))]


@cases.graph()
def bidirectional_gru_initial_state(draws):
    x, *states = keras.Input((4, 3)), keras.Input((5,)), keras.Input((5,))
    gru = layers.Bidirectional(layers.GRU(5, return_sequences=True, return_state=True))
    return keras.Model([x, *states], gru(x, initial_state=states))


@cases.graph(kept=False)
def rnn_mixed_cells_states(draws):
    x = keras.Input((5, 3))
    cells = [layers.LSTMCell(4), layers.GRUCell(3, reset_after=False), layers.SimpleRNNCell(2)]
    return keras.Model(x, layers.RNN(cells, return_sequences=True, return_state=True)(x))


@cases.graph()
def shared_dicts(draws):
    a, b = (keras.Input((None, 3), name=name) for name in "ab")
    memory, head = layers.LSTM(4), layers.Dense(2)
    model = keras.Model({"b": b, "a": a}, {"y": head(memory(a)), "x": head(memory(b))})
    return model, [draws.normal((2, 4, 3)), draws.normal((2, 6, 3))]


def block(name, size):
    i = keras.Input((None, size))
    return keras.Model(i, layers.LayerNormalization()(layers.GRU(size, return_sequences=True)(i)), name=name)


@cases.graph()
def deep_nesting(draws):
    x = keras.Input((None, 3))
    first = block("b1", 3)
    inner = keras.Sequential([keras.Input((None, 3)), first, layers.Dense(4)], name="inner")
    outer = keras.Sequential([keras.Input((None, 3)), inner, block("b2", 4)], name="outer")
    return keras.Model(x, layers.LSTM(2)(outer(x))), [draws.normal((2, 5, 3))]


@cases.graph(calls=lambda draws, model: [{"reset": i == 2, "inputs": [draws.normal((2, 3, 2))]} for i in range(4)])
def stateful_stack(draws):
    return keras.Sequential(
        [
            keras.Input(batch_shape=(2, 3, 2)),
            layers.LSTM(3, stateful=True, return_sequences=True),
            layers.Bidirectional(layers.GRU(2, stateful=True)),
        ]
    )


def words(width, layer):
    return chain((width,), layer, dtype="string")


def numbers(width, layer):
    return chain((width,), layer, dtype="int64")


cases.models(
    {
        "lookup_farmhash": fed(
            numbers(3, L.IntegerLookup(vocabulary=[1, 2], num_oov_indices=4, oov_method="farmhash")),
            given([[1, 77, 2**40], [5, 6, -9]]),
        ),
        "lookup_salt": fed(
            words(3, L.StringLookup(vocabulary=["a"], num_oov_indices=5, salt=[7, 9])),
            given([["a", "bb", "ccc"], ["été", "", "x" * 70]], object),
        ),
        "lookup_given_special": fed(
            words(3, L.StringLookup(vocabulary=["", "[UNK]", "a", "b"], mask_token="")),
            given([["a", "bb", ""]], object),
        ),
        "lookup_invert_mask": fed(
            numbers(3, L.StringLookup(vocabulary=["a", "b"], mask_token="", invert=True)), given([[0, 1, 2], [3, 9, 1]])
        ),
        "norm_axis1": chain(
            (4, 3), adapted(L.Normalization(axis=1), lambda draws: draws.normal((30, 4, 3)) * 2 + 1), L.GRU(2)
        ),
        "bn_axis1_conv_cf": chain(
            (6, 5),
            L.BatchNormalization(axis=1),
            L.Permute((2, 1)),
            L.Conv1D(3, 2, activation="softmax"),
            L.Reshape((2, -1)),
            L.LSTM(3),
        ),
        "identity_reg": chain((6,), L.ActivityRegularization(0.1), L.GaussianNoise(0.1), L.Identity(), L.Dense(3)),
        "int_inputs_dense": fed(chain((4,), L.Dense(3), dtype="int32"), lambda draws: draws.whole((2, 4), 9)),
    }
)
cases.model(
    "textvec_max_multi",
    fed(
        words(
            1,
            adapted(L.TextVectorization(max_tokens=4, output_mode="count"), given(["a b c d", "b c", "c c d"], object)),
        ),
        given([["a b zz zz"], [""]], object),
    ),
    formats=("keras",),
)
cases.model(
    "big_units", chain((3, 40), L.LSTM(130, return_sequences=True), L.GRU(257), L.Dense(100)), scale=0.5, kept=False
)
for name in ("hard_sigmoid", "softmax", "gelu", "exponential", "log_softmax"):
    # an exponential of what an exponential gave has no end, so that model has the functions of every LSTM
    new, gate = ("tanh", "sigmoid") if name == "exponential" else (name, name)
    cases.model(f"lstm_act_{name}", chain((4, 3), L.LSTM(5, activation=new, recurrent_activation=gate)), scale=0.6)


@cases.graph(formats=("keras",))
def textvec_functional(draws):
    layer, i = layers.TextVectorization(), keras.Input((1,), dtype="string")
    layer.adapt(np.array(["good film", "bad film"], object))
    head = layers.Dense(1, "sigmoid")
    model = keras.Model(i, head(layers.GlobalAveragePooling1D()(layers.Embedding(10, 4, mask_zero=True)(layer(i)))))
    return model, [np.array([["good good film"], ["bad"]], object)]


@cases.graph()
def unet_like(draws):
    x = keras.Input((8, 8, 2))
    a = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
    b = layers.DepthwiseConv2D(3, padding="same")(x)
    both = layers.Concatenate()([a, b])
    low = layers.AveragePooling2D(2)(both)
    high = layers.UpSampling2D(2)(low)
    last = layers.Conv2DTranspose(3, 3, padding="same")
    y = last(layers.Add()([high, layers.ZeroPadding2D(1)(layers.Cropping2D(1)(both))]))
    return keras.Model(x, [layers.GlobalMaxPooling2D()(y), layers.Flatten()(low)])


@cases.graph()
def attention_pool_ops_masked(draws):
    x = keras.Input((None, 4))
    h = layers.Bidirectional(layers.GRU(5, return_sequences=True))(layers.Masking()(x))
    scores = layers.Dense(1)(layers.Dense(6, activation="tanh")(h))
    weights = ops.softmax(ops.squeeze(scores, -1), axis=-1)
    context = ops.sum(h * ops.expand_dims(weights, -1), axis=1)
    values = draws.normal((2, 6, 4))
    values[1, 4:] = 0
    return keras.Model(x, layers.Dense(2)(context)), [values]


@cases.graph()
def residual_merges(draws):
    x = y = keras.Input((6, 5))
    for _ in range(3):
        y = layers.add([y, layers.LSTM(5, return_sequences=True)(y)])
    z = layers.multiply([y, layers.Activation("sigmoid")(layers.Dense(5)(y))])
    return keras.Model(
        x, [layers.average([y, z]), layers.maximum([y, z]), layers.dot([y, z], axes=2), layers.subtract([y, z])]
    )


@cases.graph()
def time_distributed_model(draws):
    i = keras.Input((4, 3))
    inner = keras.Model(i, layers.LSTM(5)(i))
    x = keras.Input((6, 4, 3))
    return keras.Model(x, layers.LSTM(2)(layers.TimeDistributed(inner)(x)))


@cases.graph()
def hierarchical_text(draws):
    i = keras.Input((5,), dtype="int32")
    inner = keras.Model(i, layers.LSTM(4)(layers.Embedding(20, 3, mask_zero=True)(i)))
    x = keras.Input((3, 5), dtype="int32")
    return keras.Model(x, layers.GRU(2)(layers.TimeDistributed(inner)(x))), [draws.whole((2, 3, 5), 20)]


@cases.graph()
def bool_input_where(draws):
    chosen, x = keras.Input((3,), dtype="bool"), keras.Input((3,))
    return keras.Model([chosen, x], ops.where(chosen, x, 0.0)), [draws.rng.random((2, 3)) < 0.5, draws.normal((2, 3))]


@cases.graph()
def conv_lstm_init(draws):
    x, *states = keras.Input((3, 4, 4, 1)), keras.Input((4, 4, 2)), keras.Input((4, 4, 2))
    return keras.Model([x, *states], layers.ConvLSTM2D(2, 3, padding="same")(x, initial_state=states))
