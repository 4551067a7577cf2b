"""Options beyond those of the other groups, and random stacks of layers."""

from ..catalog import Group
from ..later import keras, layers, np, ops
from ..recipe import L, Recipe, chain, fed

cases = Group("more", seed=3, formats=("keras",))


def two_of(kind, size, length):
    return fed(
        chain((length, 3), kind(size, return_sequences=True), L.Bidirectional(kind(size)), L.Dense(2)),
        lambda draws: draws.normal((3, length, 3)),
    )


def two_masked(kind, size, length):
    return fed(
        chain(
            (length,),
            L.Embedding(20, 5, mask_zero=True),
            kind(size, return_sequences=True, go_backwards=True),
            L.Bidirectional(kind(size, return_sequences=True), merge_mode="mul"),
            L.GlobalAveragePooling1D(),
            L.Dense(2),
            dtype="int32",
        ),
        lambda draws: draws.whole((3, length), 20, 1),
    )


for size in (1, 17, 40):
    for name, kind in (("lstm", L.LSTM), ("gru", L.GRU), ("rnn", L.SimpleRNN)):
        for length in (1, 5):
            cases.models(
                {
                    f"{name}_{size}_T{length}": two_of(kind, size, length),
                    f"{name}_{size}_T{length}_masked": two_masked(kind, size, length),
                },
                kept=False,
            )


def keeps(units, rng, place):
    """What may follow a sequence and gives one; what stands behind a lambda draws its options when it is taken."""
    return [
        lambda: layers.LSTM(units, return_sequences=True, go_backwards=bool(rng.integers(2))),
        lambda: layers.GRU(units, return_sequences=True, reset_after=bool(rng.integers(2))),
        lambda: layers.Bidirectional(
            layers.LSTM(units, return_sequences=True), merge_mode=str(rng.choice(["sum", "concat", "ave", "mul"]))
        ),
        lambda: layers.Conv1D(units, 3, padding=str(rng.choice(["same", "causal"])), activation="relu"),
        lambda: layers.BatchNormalization(),
        lambda: layers.LayerNormalization(),
        lambda: layers.TimeDistributed(layers.Dense(units, activation="tanh")),
        lambda: layers.Dropout(0.3),
        lambda: layers.SeparableConv1D(units, 2, padding="same"),
        lambda: layers.Dense(units, activation="gelu"),
        lambda: layers.SimpleRNN(units, return_sequences=True, activation="relu"),
        lambda: layers.LeakyReLU() if place else layers.Permute((2, 1)),
        lambda: layers.Conv1DTranspose(units, 2, padding="same"),
        lambda: layers.UnitNormalization(),
        lambda: layers.Masking(0.0),
    ]


def random_stack(draws):
    rng = draws.rng
    stack = [keras.Input((8, int(rng.integers(1, 9))))]
    sequence = True
    for place in range(int(rng.integers(3, 9))):
        kind, units = int(rng.integers(0, 16)), int(rng.choice([1, 3, 7, 16, 17, 33]))
        if sequence:
            kinds = keeps(units, rng, place)
            sequence = kind < len(kinds)
            stack.append(kinds[kind]() if sequence else layers.GRU(units))
        elif kind < 5:
            stack.append(layers.Dense(units, activation="selu"))
        elif kind < 8:
            stack.append(layers.BatchNormalization())
        elif kind < 11:
            stack.append(layers.RepeatVector(3))
            sequence = True
        else:
            stack.append(layers.Activation("softsign"))
    return keras.Sequential(stack)


for i in range(60):
    cases.model(f"random_stack_{i}", random_stack, scale=0.7, kept=i < 6)

IMAGE, VOLUME = (7, 6, 4), (4, 5, 6, 2)
cases.models(
    {
        "conv3d": chain(VOLUME, L.Conv3D(3, 2, padding="same", strides=2)),
        "pool3d": chain(VOLUME, L.MaxPooling3D(2), L.GlobalAveragePooling3D()),
        "conv2d_groups_same_stride_dil": chain(IMAGE, L.Conv2D(8, (3, 2), padding="same", groups=4, use_bias=False)),
        "conv2d_rect_strides": chain(IMAGE, L.Conv2D(5, (1, 3), strides=(2, 1), padding="same", activation="elu")),
        "depthwise2d_mult_same": chain(
            IMAGE, L.DepthwiseConv2D((2, 3), depth_multiplier=3, padding="same", activation="relu")
        ),
        "depthwise2d_dil": chain(IMAGE, L.DepthwiseConv2D(2, dilation_rate=2)),
        "separable2d_strides": chain(
            IMAGE, L.SeparableConv2D(5, 3, strides=2, padding="same", depth_multiplier=2, activation="tanh")
        ),
        "conv2dT_rect": chain(
            IMAGE, L.Conv2DTranspose(3, (2, 4), strides=(3, 2), padding="same", use_bias=False, activation="relu")
        ),
        "upsample_bilinear_3": chain((4, 3, 2), L.UpSampling2D((3, 2), interpolation="bilinear")),
        "upsample3d": chain((2, 3, 2, 2), L.UpSampling3D(2)),
        "zeropad3d": chain((2, 3, 2, 2), L.ZeroPadding3D((1, 0, 2))),
        "averagepool2d_same_odd": chain(IMAGE, L.AveragePooling2D((3, 2), strides=(2, 3), padding="same")),
        "gap2d_keepdims": chain(IMAGE, L.GlobalAveragePooling2D(keepdims=True)),
        "flatten_cf": chain(IMAGE, L.Flatten(data_format="channels_first"), L.Dense(3)),
        "td_conv_gru": chain(
            (3, 6, 5, 2),
            L.TimeDistributed(L.Conv2D(3, 3)),
            L.TimeDistributed(L.BatchNormalization()),
            L.TimeDistributed(L.GlobalMaxPooling2D()),
            L.GRU(4),
        ),
        "convlstm_masked": chain(
            (4, 5, 2), L.TimeDistributed(L.Flatten()), L.Masking(0.0), L.LSTM(5, return_sequences=True), L.LSTM(3)
        ),
        "spectral_conv": chain((6, 3), L.SpectralNormalization(L.Conv1D(4, 2))),
        "spectral_td": chain((6, 3), L.TimeDistributed(L.Dense(4)), L.SpectralNormalization(L.Dense(2))),
        "gn_groups2_axis": chain(
            (6, 4, 8), L.GroupNormalization(2), L.RMSNormalization(), L.UnitNormalization(axis=(1, 2))
        ),
        "einsum_bias_steps": chain(
            (6, 3), L.EinsumDense("abc,cd->abd", output_shape=(6, 5), bias_axes="bd", activation="relu")
        ),
        "einsum_swap": chain((6, 3), L.EinsumDense("abc,bd->adc", output_shape=(4, 3), bias_axes="d")),
        "einsum_bias_turned": chain((6, 3), L.EinsumDense("abc,cde->abed", output_shape=(6, 4, 2), bias_axes="ed")),
        "einsum_qkv": chain((6, 3), L.EinsumDense("abc,cde->abde", output_shape=(6, 2, 4), bias_axes="e")),
        "einsum_out": chain((6, 2, 4), L.EinsumDense("abcd,cde->abe", output_shape=(6, 5), bias_axes="e")),
    }
)
for window in (2, 3, 4, 5):
    for stride in (1, 2, 3):
        for padding in ("same", "valid"):
            cases.model(
                f"conv1dT_{window}_{stride}_{padding}",
                chain((5, 3), L.Conv1DTranspose(4, window, strides=stride, padding=padding)),
            )


def states_of(shape, layer):
    def build(draws):
        x = keras.Input(shape)
        return keras.Model(x, layer.cook(draws)(x))

    return build


cases.models(
    {
        "convlstm_state": states_of((3, 4, 4, 1), L.ConvLSTM2D(2, 2, return_state=True, padding="same")),
        "convlstm_seq_state": states_of((3, 5, 2), L.ConvLSTM1D(2, 2, return_state=True, return_sequences=True)),
    }
)


@cases.graph()
def mha_masked_functional(draws):
    i, j = keras.Input((6,), dtype="int32"), keras.Input((5,), dtype="int32")
    table = layers.Embedding(12, 8, mask_zero=True)
    x, y = table(i), table(j)
    z = layers.MultiHeadAttention(2, 4)(x, y, use_causal_mask=True)
    z = layers.LayerNormalization()(z + x)
    w = layers.GroupQueryAttention(4, 4, 2)(z, y)
    model = keras.Model([i, j], [layers.LSTM(3)(z), w])
    return model, [
        draws.whole((3, 6), 12, 1),
        np.concatenate([draws.whole((3, 3), 12, 1), np.zeros((3, 2), "int32")], 1),
    ]


@cases.graph()
def transformer_any_length(draws):
    i = keras.Input((None,), dtype="int32")
    x = layers.Embedding(30, 8)(i)
    for _ in range(2):
        seen = layers.MultiHeadAttention(2, 4, dropout=0.1)(x, x, x)
        x = layers.LayerNormalization()(layers.Add()([x, seen]))
        wide = layers.Dense(8)(layers.Dense(16, "gelu")(x))
        x = layers.LayerNormalization()(layers.Add()([x, wide]))
    return keras.Model(i, layers.Dense(2, "softmax")(layers.GlobalAveragePooling1D()(x))), [draws.whole((3, 7), 30)]


@cases.graph()
def bahdanau(draws):
    x = keras.Input((6, 5))
    h = layers.LSTM(7, return_sequences=True)(x)
    query = layers.LSTM(7)(x)
    seen = layers.AdditiveAttention()([ops.expand_dims(query, 1), h])
    return keras.Model(x, layers.Dense(2)(layers.Concatenate()([layers.Flatten()(seen), query])))


@cases.graph()
def luong_dot(draws):
    read, written = keras.Input((6, 5)), keras.Input((4, 5))
    sequence, *states = layers.LSTM(7, return_sequences=True, return_state=True)(read)
    decoded = layers.LSTM(7, return_sequences=True)(written, initial_state=states)
    scores = layers.Activation("softmax")(layers.Dot(axes=[2, 2])([decoded, sequence]))
    context = layers.Dot(axes=[2, 1])([scores, sequence])
    head = layers.TimeDistributed(layers.Dense(3, "softmax"))
    return keras.Model([read, written], head(layers.Concatenate()([context, decoded])))


@cases.graph()
def attention_scores_masked(draws):
    q, v = keras.Input((4, 5)), keras.Input((6, 5))
    mask = layers.Masking(0.0)
    y, scores = layers.Attention(use_scale=True, score_mode="concat")([mask(q), mask(v)], return_attention_scores=True)
    queries, values = draws.normal((2, 4, 5)), draws.normal((2, 6, 5))
    queries[0, 3] = values[1, 4:] = 0
    return keras.Model([q, v], [y, scores]), [queries, values]


for policy in ("float16", "mixed_float16", "mixed_bfloat16"):
    cases.model(
        f"policy_{policy}",
        chain(
            (5, 4),
            L.Conv1D(6, 2, dtype=policy),
            L.GRU(5, dtype=policy, return_sequences=True),
            L.LayerNormalization(dtype=policy),
            L.Dense(3, dtype=policy),
        ),
        tolerance=5e-2,
        formats=("keras",),
    )


def given(values, kind="int64"):
    return lambda draws: np.array(values, kind)


def adapted(layer, data):
    """A preprocessing layer that has seen its data."""

    def build(draws):
        made = layer.cook(draws)
        made.adapt(data(draws))
        return made

    return Recipe(build)


cases.models(
    {
        "prep_norm2d": chain((4,), adapted(L.Normalization(), lambda draws: draws.normal((30, 4)) * 2 + 1), L.Dense(3)),
        "prep_lookup_embed_mask": fed(
            chain(
                (4,),
                L.IntegerLookup(vocabulary=[5, 7, 9], mask_token=0),
                L.Embedding(6, 3, mask_zero=True),
                L.LSTM(4),
                dtype="int64",
            ),
            given([[5, 7, 0, 0], [9, 1, 5, 0]]),
        ),
        "prep_string_one_hot_2d": fed(
            chain((3,), L.StringLookup(vocabulary=["a", "b"], output_mode="one_hot"), L.LSTM(3), dtype="string"),
            given([["a", "b", "c"]], object),
        ),
        "prep_cat_oh_3": fed(
            chain((3,), L.CategoryEncoding(5, output_mode="one_hot"), L.Dense(2), dtype="int32"),
            lambda draws: draws.whole((2, 3), 5),
        ),
        "prep_rescale_list": chain((3,), L.Rescaling([1.0, 2.0, 0.5], offset=[0.0, 1.0, -1.0])),
        "prep_hash_int_onehot": fed(
            chain((1,), L.Hashing(6, output_mode="one_hot"), L.Dense(2), dtype="int64"), given([[4], [10**12]])
        ),
        "prep_disc_embed": chain((4,), L.Discretization([-1.0, 0.0, 1.0]), L.Embedding(4, 3), L.GRU(3)),
    }
)
cases.model(
    "prep_textvec_ngram_tfidf",
    fed(
        chain(
            (1,),
            adapted(L.TextVectorization(ngrams=2, output_mode="tf_idf"), given(["a b c", "b c d", "a a"], object)),
            L.Dense(2),
            dtype="string",
        ),
        given([["a b"], ["zz c d"]], object),
    ),
    formats=("keras",),
)


@cases.graph()
def prep_multi(draws):
    city, number, key = (
        keras.Input((size,), dtype=kind, name=name)
        for name, size, kind in (("city", 1, "string"), ("num", 2, None), ("id", 1, "int64"))
    )
    x = layers.Concatenate()(
        [
            layers.StringLookup(vocabulary=["x", "y"], output_mode="one_hot")(city),
            layers.Normalization(mean=[0.0, 1.0], variance=[1.0, 2.0])(number),
            layers.Flatten()(layers.Embedding(5, 3)(layers.Hashing(5)(key))),
        ]
    )
    return keras.Model([city, number, key], layers.Dense(1, "sigmoid")(x)), [
        np.array([["x"], ["q"]], object),
        draws.normal((2, 2)),
        np.array([[3], [99999999999]], "int64"),
    ]
