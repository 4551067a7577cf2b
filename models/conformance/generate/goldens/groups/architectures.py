"""Whole models as tutorials and products have them."""

from ..catalog import Group
from ..later import keras, layers, ops
from ..recipe import L, Recipe, chain, cooked, features, steps, units

cases = Group("architectures")


def of_ids(size, length, *parts, open_end=False):
    """Ids filled up in front, through the parts; with an open end the model takes any length."""

    def build(draws):
        count = cooked(length, draws)
        x = keras.Input((None if open_end else count,), dtype="int32")
        return keras.Sequential([x, *cooked(parts, draws)]), [draws.padded((2, count), size, "pre")]

    return Recipe(build)


def sentiment(size, length, width, memory):
    return of_ids(
        size,
        length,
        L.Embedding(size, width),
        L.SpatialDropout1D(0.4),
        L.LSTM(memory, dropout=0.2, recurrent_dropout=0.2),
        L.Dense(2, activation="softmax"),
    )


cases.model("sentiment_tutorial", sentiment(2000, 12, 128, 196), formats=("keras",))
cases.models(
    {
        "sentiment_tutorial_small": sentiment(120, steps(6), 24, 36),
        "sentiment_masked": of_ids(
            60,
            steps(6),
            L.Embedding(60, features(4), mask_zero=True),
            L.SpatialDropout1D(0.3),
            L.LSTM(units(8)),
            L.Dense(1, activation="sigmoid"),
            open_end=True,
        ),
        "imdb_cnn_lstm": of_ids(
            80,
            12,
            L.Embedding(80, 12),
            L.Dropout(0.25),
            L.Conv1D(units(8), 3, padding="valid", activation="relu"),
            L.MaxPooling1D(2),
            L.LSTM(units(8)),
            L.Dense(1),
            L.Activation("sigmoid"),
        ),
        "forecast_multi_step_gru": chain((steps(6), 4), L.GRU(units(8)), L.Dense(24), L.Reshape((6, 4))),
        "sensor_anomaly_conv_autoencoder": chain(
            (12, features()),
            L.Conv1D(8, 5, strides=2, padding="same", activation="relu"),
            L.Dropout(0.2),
            L.Conv1D(4, 5, strides=2, padding="same", activation="relu"),
            L.Conv1DTranspose(4, 5, strides=2, padding="same", activation="relu"),
            L.Dropout(0.2),
            L.Conv1DTranspose(8, 5, strides=2, padding="same", activation="relu"),
            L.Conv1DTranspose(1, 5, padding="same"),
        ),
        "addition_rnn": chain(
            (7, 12),
            L.LSTM(units(12)),
            L.RepeatVector(4),
            L.LSTM(units(12), return_sequences=True),
            L.Dense(12, activation="softmax"),
        ),
        "ecg_conv_lstm": chain(
            (12, 2),
            L.Conv1D(8, 3, padding="same", use_bias=False),
            L.BatchNormalization(),
            L.ReLU(),
            L.MaxPooling1D(2),
            L.Conv1D(units(8), 3, padding="same"),
            L.BatchNormalization(),
            L.LeakyReLU(negative_slope=0.1),
            L.Bidirectional(L.LSTM(units(6), return_sequences=True)),
            L.GlobalMaxPooling1D(),
            L.Dropout(0.5),
            L.Dense(5, activation="softmax"),
        ),
        "video_conv_lstm": chain(
            (None, 6, 6, 1),
            L.ConvLSTM2D(3, 3, padding="same", return_sequences=True),
            L.BatchNormalization(),
            L.ConvLSTM2D(2, 3, padding="same", return_sequences=False),
            L.Conv2D(1, 3, activation="sigmoid", padding="same"),
        ),
        "cnn_lstm_video_time_distributed": chain(
            (4, 8, 8, 1),
            L.TimeDistributed(L.Conv2D(3, 3, activation="relu")),
            L.TimeDistributed(L.MaxPooling2D(2)),
            L.TimeDistributed(L.Flatten()),
            L.LSTM(units(6)),
            L.Dense(3, activation="softmax"),
        ),
    }
)
cases.model(
    "forecast_stacked_lstm",
    chain(
        (steps(6), features(2)),
        L.LSTM(units(8), return_sequences=True, activation="relu"),
        L.Dropout(0.2),
        L.LSTM(units(8), return_sequences=True),
        L.LSTM(units(4)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ),
    scale=0.8,
)


@cases.graph()
def imdb_bidirectional(draws):
    length = draws.steps(6)
    ids = keras.Input((None,), dtype="int32")
    y = layers.Embedding(150, 16)(ids)
    y = layers.Bidirectional(layers.LSTM(draws.units(8), return_sequences=True))(y)
    y = layers.Bidirectional(layers.LSTM(draws.units(8)))(y)
    return keras.Model(ids, layers.Dense(1, activation="sigmoid")(y)), [draws.padded((2, length), 150, "pre")]


@cases.graph()
def text_cnn(draws):
    ids = keras.Input((12,), dtype="int32")
    vectors = layers.Embedding(70, 9)(ids)
    widths = []
    for width in (2, 3, 4):
        most = layers.GlobalMaxPooling1D()
        widths.append(most(layers.Conv1D(draws.units(4), width, activation="relu")(vectors)))
    head, drop = layers.Dense(3, activation="softmax"), layers.Dropout(0.5)
    return keras.Model(ids, head(drop(layers.concatenate(widths)))), [draws.padded((2, 12), 70, "pre")]


@cases.graph(
    calls=lambda draws, model: [{"reset": i == 3, "inputs": [draws.whole(model.inputs[0].shape, 25)]} for i in range(5)]
)
def char_rnn_stateful(draws):
    ids = keras.Input(batch_shape=(1, 1), dtype="int32")
    vectors = layers.Embedding(25, 11)(ids)
    return keras.Model(
        ids, layers.Dense(25)(layers.GRU(draws.units(12), return_sequences=True, stateful=True)(vectors))
    )


@cases.graph()
def char_translation_seq2seq(draws):
    read, written, size = draws.pick(13, 18), draws.pick(15, 21), draws.units(8)
    source = keras.Input((None, read), name="encoder_inputs")
    states = list(layers.LSTM(size, return_state=True)(source)[1:])
    target = keras.Input((None, written), name="decoder_inputs")
    sequence = layers.LSTM(size, return_sequences=True, return_state=True)(target, initial_state=states)[0]
    return keras.Model([source, target], layers.Dense(written, activation="softmax")(sequence))


@cases.graph()
def char_translation_decoder_step(draws):
    size, width = draws.units(8), draws.features(5)
    x = keras.Input((None, width))
    states = [keras.Input((size,), name=name) for name in "hc"]
    sequence, *after = layers.LSTM(size, return_sequences=True, return_state=True)(x, initial_state=states)
    return keras.Model([x, *states], [layers.Dense(width, "softmax")(sequence), *after])


@cases.graph()
def lstm_autoencoder(draws):
    length, width = draws.steps(4), draws.features(2)
    return keras.Sequential(
        [
            keras.Input((length, width)),
            layers.LSTM(16, return_sequences=True),
            layers.LSTM(draws.units(4)),
            layers.RepeatVector(length),
            layers.LSTM(draws.units(4), return_sequences=True),
            layers.LSTM(16, return_sequences=True),
            layers.TimeDistributed(layers.Dense(width)),
        ]
    )


@cases.graph()
def timeseries_transformer(draws):
    width = draws.features(2)
    inputs = x = keras.Input((draws.steps(6), width))
    for _ in range(2):
        # attention has a Dropout of its own, which is named first
        y = layers.MultiHeadAttention(key_dim=5, num_heads=2, dropout=0.1)(x, x)
        y = layers.Dropout(0.1)(y)
        kept = layers.LayerNormalization(epsilon=1e-6)(y) + x
        y = layers.Conv1D(4, kernel_size=1, activation="relu")(kept)
        y = layers.Conv1D(width, kernel_size=1)(layers.Dropout(0.1)(y))
        x = layers.LayerNormalization(epsilon=1e-6)(y) + kept
    pooled = layers.GlobalAveragePooling1D(data_format="channels_last")(x)
    # the last layer is named before the one below it
    head = layers.Dense(3, activation="softmax")
    return keras.Model(inputs, head(layers.Dense(9, activation="relu")(pooled)))


@cases.graph()
def attention_lstm(draws):
    x = keras.Input(draws.series(5, 3))
    h = layers.Bidirectional(layers.LSTM(draws.units(6), return_sequences=True))(x)
    seen = layers.Attention()([h, h])
    head, join = layers.Dense(1), layers.Concatenate()
    return keras.Model(x, head(join([layers.GlobalAveragePooling1D()(h), layers.GlobalMaxPooling1D()(seen)])))


@cases.graph()
def temporal_conv_net(draws):
    inputs = x = keras.Input((12, draws.features()))
    filters = draws.units(5)

    def causal(value, rate):
        return layers.Conv1D(filters, 2, padding="causal", dilation_rate=rate, activation="relu")(value)

    for rate in (1, 2, 4):
        y = causal(x, rate)
        drop = layers.SpatialDropout1D(0.1)
        y = causal(drop(layers.LayerNormalization()(y)), rate)
        if x.shape[-1] != filters:
            x = layers.Conv1D(filters, 1, padding="same")(x)
        relu = layers.Activation("relu")
        x = relu(layers.add([y, x]))
    return keras.Model(inputs, layers.Dense(2)(x[:, -1, :]))


@cases.graph()
def wavenet(draws):
    inputs = keras.Input((None, 1))
    x = layers.Conv1D(6, 2, padding="causal")(inputs)
    skips = []
    for rate in (1, 2, 4):
        halves = [
            layers.Conv1D(6, 2, padding="causal", dilation_rate=rate, activation=name)(x)
            for name in ("tanh", "sigmoid")
        ]
        gated = layers.Multiply()(halves)
        skips.append(layers.Conv1D(7, 1)(gated))
        add = layers.Add()
        x = add([x, layers.Conv1D(6, 1)(gated)])
    relu = layers.Activation("relu")
    y = relu(layers.Add()(skips))
    head = layers.Conv1D(8, 1, activation="softmax")
    return keras.Model(inputs, head(layers.Conv1D(9, 1, activation="relu")(y)))


@cases.graph()
def deep_speech(draws):
    x = keras.Input((11, 9), name="spectrogram")
    y = layers.Reshape((-1, 9, 1))(x)
    for window, stride in (((3, 5), (2, 2)), ((3, 3), (1, 2))):
        y = layers.Conv2D(4, window, strides=stride, padding="same", use_bias=False)(y)
        relu = layers.ReLU()
        y = relu(layers.BatchNormalization()(y))
    y = layers.Reshape((-1, y.shape[-2] * y.shape[-1]))(y)
    for i in (1, 2, 3):
        gru = layers.GRU(
            draws.pick(5, 8),
            activation="tanh",
            recurrent_activation="sigmoid",
            use_bias=True,
            return_sequences=True,
            reset_after=True,
            name=f"gru_{i}",
        )
        y = layers.Bidirectional(gru, name=f"bidirectional_{i}", merge_mode="concat")(y)
    relu = layers.ReLU()
    y = relu(layers.Dense(10)(y))
    head = layers.Dense(7, activation="softmax")
    return keras.Model(x, head(layers.Dropout(0.5)(y)))


@cases.graph()
def recommender_shared_embedding(draws):
    item, history = (keras.Input((size,), dtype="int32", name=name) for name, size in (("item", 1), ("history", 6)))
    numbers = keras.Input((4,), name="numbers")
    table = layers.Embedding(30, 7, mask_zero=True)
    join = layers.Concatenate()
    flatten = layers.Flatten()(table(item))
    memory = layers.GRU(draws.units(6))
    x = join([flatten, memory(table(history)), layers.BatchNormalization()(numbers)])
    head = layers.Dense(1, "sigmoid")
    model = keras.Model([item, history, numbers], head(layers.Dense(12, "selu")(x)))
    return model, [draws.whole((2, 1), 30, 1), draws.padded((2, 6), 30, "pre"), draws.normal((2, 4))]


@cases.graph()
def sequence_tagger(draws):
    ids = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(50, 12, mask_zero=True)(ids)
    both = layers.Bidirectional(layers.LSTM(draws.units(8), return_sequences=True, recurrent_dropout=0.1))(vectors)
    tags = layers.TimeDistributed(layers.Dense(9, activation="softmax"))(both)
    return keras.Model(ids, tags), [draws.padded((3, 8), 50, "post")]


@cases.graph()
def siamese_lstm(draws):
    ids = keras.Input((None,), dtype="int32")
    memory = layers.LSTM(draws.units(6))
    encoder = keras.Model(ids, memory(layers.Embedding(20, 6, mask_zero=True)(ids)), name="encoder")
    given = [keras.Input((None,), dtype="int32", name=name) for name in "ab"]
    left, right = (encoder(x) for x in given)
    near = ops.exp(-ops.sum(ops.abs(left - right), axis=1, keepdims=True))
    model = keras.Model(given, [layers.Dot(axes=1, normalize=True)([left, right]), near])
    return model, [draws.padded((2, 5), 20, "post"), draws.padded((2, 7), 20, "pre")]
