"""Combinations of layers that people build: masks through attention, models in models, states, texts."""

import keras, numpy as np
from keras import layers as L, ops


def ids(p, b, t, high=20, where="post"):
    return p.padded_ints((b, t), high, where)


def define(add):
    def masked_transformer(p):
        i = keras.Input((7,), dtype="int32")
        x = L.Embedding(20, 8, mask_zero=True)(i)
        for _ in range(2):
            a = L.MultiHeadAttention(2, 4)(x, x)
            x = L.LayerNormalization()(L.Add()([x, L.Dropout(0.1)(a)]))
            x = L.LayerNormalization()(L.Add()([x, L.Dense(8, "relu")(x)]))
        return keras.Model(i, [L.Dense(2)(L.GlobalAveragePooling1D()(x)), x]), [ids(p, 3, 7)]
    add.add("masked_transformer", masked_transformer)
    def masked_transformer_ops(p):
        i = keras.Input((7,), dtype="int32")
        x = L.Dropout(0.2)(L.Embedding(20, 8, mask_zero=True)(i))
        a = L.MultiHeadAttention(2, 4)(x, x)
        y = L.LayerNormalization()(x + a)
        z = L.Attention()([y, x])
        w = L.Attention()([a, a])
        return keras.Model(i, [z, w, L.LSTM(3)(a)]), [ids(p, 3, 7)]
    add.add("masked_transformer_ops", masked_transformer_ops)
    def nested_mask(p):
        i = keras.Input((None,), dtype="int32", name="ids")
        enc = keras.Model(i, L.Bidirectional(L.LSTM(4, return_sequences=True))(L.Embedding(20, 6, mask_zero=True)(i)), name="enc")
        a, b = keras.Input((6,), dtype="int32"), keras.Input((5,), dtype="int32")
        ea, eb = enc(a), enc(b)
        z = L.Attention()([ea, eb])
        head = keras.Sequential([L.Input((6, 8)), L.GRU(3, return_sequences=True), L.LSTM(2)])
        return keras.Model([a, b], [z, head(ea), L.GlobalAveragePooling1D()(eb)]), [ids(p, 2, 6), ids(p, 2, 5, where="pre")]
    add.add("nested_masks_attention", nested_mask)
    def concat_masks(p):
        a, b = keras.Input((5,), dtype="int32"), keras.Input((5, 3))
        x = L.Concatenate()([L.Embedding(20, 4, mask_zero=True)(a), b])
        y = L.Concatenate(axis=1)([L.Embedding(20, 3, mask_zero=True)(a), L.Masking(0.0)(b)])
        return keras.Model([a, b], [L.LSTM(3)(x), L.Bidirectional(L.GRU(2, return_sequences=True))(y)]), [ids(p, 2, 5), p.floats((2, 5, 3))]
    add.add("concat_masks", concat_masks)
    def bidi_state(p):
        x = keras.Input((4, 3)); h = keras.Input((5,)); g = keras.Input((5,))
        y = L.Bidirectional(L.GRU(5, return_sequences=True, return_state=True))(x, initial_state=[h, g])
        return keras.Model([x, h, g], y)
    add.add("bidirectional_gru_initial_state", bidi_state)
    def cells(p):
        x = keras.Input((5, 3))
        return keras.Model(x, L.RNN([L.LSTMCell(4), L.GRUCell(3, reset_after=False), L.SimpleRNNCell(2)], return_sequences=True, return_state=True)(x))
    add.add("rnn_mixed_cells_states", cells)
    def shared(p):
        a, b = keras.Input((None, 3), name="a"), keras.Input((None, 3), name="b")
        s = L.LSTM(4); d = L.Dense(2)
        return keras.Model({"b": b, "a": a}, {"y": d(s(a)), "x": d(s(b))}), [p.floats((2, 4, 3)), p.floats((2, 6, 3))]
    add.add("shared_dicts", shared)
    def deep(p):
        def block(n, size):
            i = keras.Input((None, size)); return keras.Model(i, L.LayerNormalization()(L.GRU(size, return_sequences=True)(i)), name=n)
        x = keras.Input((None, 3))
        b1 = block("b1", 3)
        inner = keras.Sequential([keras.Input((None, 3)), b1, L.Dense(4)], name="inner")
        outer = keras.Sequential([keras.Input((None, 3)), inner, block("b2", 4)], name="outer")
        return keras.Model(x, L.LSTM(2)(outer(x))), [p.floats((2, 5, 3))]
    add.add("deep_nesting", deep)
    add.add("stateful_stack", lambda p: keras.Sequential([keras.Input(batch_shape=(2, 3, 2)), L.LSTM(3, stateful=True, return_sequences=True), L.Bidirectional(L.GRU(2, stateful=True))]),
            calls=lambda p, m: [{"reset": n == 2, "inputs": [p.floats((2, 3, 2))]} for n in range(4)])
    add.add("lookup_farmhash", lambda p: (keras.Sequential([keras.Input((3,), dtype="int64"), L.IntegerLookup(vocabulary=[1, 2], num_oov_indices=4, oov_method="farmhash")]), [np.array([[1, 77, 2**40], [5, 6, -9]], "int64")]))
    add.add("lookup_salt", lambda p: (keras.Sequential([keras.Input((3,), dtype="string"), L.StringLookup(vocabulary=["a"], num_oov_indices=5, salt=[7, 9])]), [np.array([["a", "bb", "ccc"], ["été", "", "x" * 70]], object)]))
    add.add("lookup_given_special", lambda p: (keras.Sequential([keras.Input((3,), dtype="string"), L.StringLookup(vocabulary=["", "[UNK]", "a", "b"], mask_token="")]), [np.array([["a", "bb", ""]], object)]))
    add.add("lookup_invert_mask", lambda p: (keras.Sequential([keras.Input((3,), dtype="int64"), L.StringLookup(vocabulary=["a", "b"], mask_token="", invert=True)]), [np.array([[0, 1, 2], [3, 9, 1]], "int64")]))
    add.add("textvec_max_multi", lambda p: (lambda t: (t.adapt(np.array(["a b c d", "b c", "c c d"], object)), (keras.Sequential([keras.Input((1,), dtype="string"), t]), [np.array([["a b zz zz"], [""]], object)]))[1])(L.TextVectorization(max_tokens=4, output_mode="count")), formats=("keras",))
    add.add("textvec_functional", lambda p: (lambda t, i: (t.adapt(np.array(["good film", "bad film"], object)), (keras.Model(i, L.Dense(1, "sigmoid")(L.GlobalAveragePooling1D()(L.Embedding(10, 4, mask_zero=True)(t(i))))), [np.array([["good good film"], ["bad"]], object)]))[1])(L.TextVectorization(), keras.Input((1,), dtype="string")), formats=("keras",))
    add.add("norm_axis1", lambda p: (lambda n: (n.adapt(p.floats((30, 4, 3)) * 2 + 1), keras.Sequential([keras.Input((4, 3)), n, L.GRU(2)]))[1])(L.Normalization(axis=1)))
    add.add("bn_axis1_conv_cf", lambda p: keras.Sequential([keras.Input((6, 5)), L.BatchNormalization(axis=1), L.Permute((2, 1)), L.Conv1D(3, 2, activation="softmax"), L.Reshape((2, -1)), L.LSTM(3)]))
    def cnn_multi(p):
        x = keras.Input((8, 8, 2))
        a = L.Conv2D(4, 3, padding="same", activation="relu")(x)
        b = L.DepthwiseConv2D(3, padding="same")(x)
        c = L.Concatenate()([a, b])
        d = L.AveragePooling2D(2)(c)
        e = L.UpSampling2D(2)(d)
        f = L.Conv2DTranspose(3, 3, padding="same")(L.Add()([e, L.ZeroPadding2D(1)(L.Cropping2D(1)(c))]))
        return keras.Model(x, [L.GlobalMaxPooling2D()(f), L.Flatten()(d)])
    add.add("unet_like", cnn_multi)
    def gru_attention_pool(p):
        x = keras.Input((None, 4))
        h = L.Bidirectional(L.GRU(5, return_sequences=True))(L.Masking()(x))
        s = L.Dense(1)(L.Dense(6, activation="tanh")(h))
        w = ops.softmax(ops.squeeze(s, -1), axis=-1)
        ctx = ops.sum(h * ops.expand_dims(w, -1), axis=1)
        v = p.floats((2, 6, 4)); v[1, 4:] = 0
        return keras.Model(x, L.Dense(2)(ctx)), [v]
    add.add("attention_pool_ops_masked", gru_attention_pool)
    def residual_lstm(p):
        x = keras.Input((6, 5)); y = x
        for _ in range(3):
            y = L.add([y, L.LSTM(5, return_sequences=True)(y)])
        z = L.multiply([y, L.Activation("sigmoid")(L.Dense(5)(y))])
        return keras.Model(x, [L.average([y, z]), L.maximum([y, z]), L.dot([y, z], axes=2), L.subtract([y, z])])
    add.add("residual_merges", residual_lstm)
    def td_nested(p):
        i = keras.Input((4, 3)); m = keras.Model(i, L.LSTM(5)(i))
        x = keras.Input((6, 4, 3))
        return keras.Model(x, L.LSTM(2)(L.TimeDistributed(m)(x)))
    add.add("time_distributed_model", td_nested)
    def hier(p):
        i = keras.Input((5,), dtype="int32"); m = keras.Model(i, L.LSTM(4)(L.Embedding(20, 3, mask_zero=True)(i)))
        x = keras.Input((3, 5), dtype="int32")
        return keras.Model(x, L.GRU(2)(L.TimeDistributed(m)(x))), [p.ints((2, 3, 5), 20)]
    add.add("hierarchical_text", hier)
    for act in ("hard_sigmoid", "softmax", "gelu", "exponential", "log_softmax"):
        add.add(f"lstm_act_{act}", lambda p, act=act: keras.Sequential([keras.Input((4, 3)), L.LSTM(5, activation="tanh" if act == "exponential" else act, recurrent_activation=act if act != "exponential" else "sigmoid")]), scale=0.6)
    add.add("int_inputs_dense", lambda p: (keras.Sequential([keras.Input((4,), dtype="int32"), L.Dense(3)]), [p.ints((2, 4), 9)]))
    add.add("bool_input_where", lambda p: (lambda a, b: (keras.Model([a, b], ops.where(a, b, 0.0)), [p.rng.random((2, 3)) < 0.5, p.floats((2, 3))]))(keras.Input((3,), dtype="bool"), keras.Input((3,))))
    add.add("conv_lstm_init", lambda p: (lambda x, h, c: keras.Model([x, h, c], L.ConvLSTM2D(2, 3, padding="same")(x, initial_state=[h, c])))(keras.Input((3, 4, 4, 1)), keras.Input((4, 4, 2)), keras.Input((4, 4, 2))))
    add.add("big_units", lambda p: keras.Sequential([keras.Input((3, 40)), L.LSTM(130, return_sequences=True), L.GRU(257), L.Dense(100)]), scale=0.5)
    add.add("identity_reg", lambda p: keras.Sequential([keras.Input((6,)), L.ActivityRegularization(0.1), L.GaussianNoise(0.1), L.Identity(), L.Dense(3)]))
