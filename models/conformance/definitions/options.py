"""Options and operations beyond those of the other cases, and random stacks of layers."""

import keras, numpy as np
from keras import layers as L, ops

def over(f, shape=(4, 6)):
    def build(p):
        x = keras.Input(shape)
        return keras.Model(x, f(p, x))
    return build

def seqm(shape, *ls):
    return lambda p: keras.Sequential([keras.Input(shape)] + [l() for l in ls])

def define(add):
    for u in (1, 17, 40):
        for name, cls in [("lstm", L.LSTM), ("gru", L.GRU), ("rnn", L.SimpleRNN)]:
            for t in (1, 5):
                add.add(f"{name}_{u}_T{t}", lambda p, u=u, t=t, cls=cls: (keras.Sequential([keras.Input((t, 3)), cls(u, return_sequences=True), L.Bidirectional(cls(u)), L.Dense(2)]), [p.floats((3, t, 3))]))
                add.add(f"{name}_{u}_T{t}_masked", lambda p, u=u, t=t, cls=cls: (keras.Sequential([keras.Input((t,), dtype="int32"), L.Embedding(20, 5, mask_zero=True), cls(u, return_sequences=True, go_backwards=True), L.Bidirectional(cls(u, return_sequences=True), merge_mode="mul"), L.GlobalAveragePooling1D(), L.Dense(2)]), [p.ints((3, t), 20, 1)]))
    # random stacks
    def rnd(p):
        rng = p.rng
        rank3 = True
        ls = [keras.Input((8, int(rng.integers(1, 9))))]
        n = int(rng.integers(3, 9))
        T = 8
        for i in range(n):
            c = int(rng.integers(0, 16))
            u = int(rng.choice([1, 3, 7, 16, 17, 33]))
            if rank3:
                if c == 0: ls.append(L.LSTM(u, return_sequences=True, go_backwards=bool(rng.integers(2))))
                elif c == 1: ls.append(L.GRU(u, return_sequences=True, reset_after=bool(rng.integers(2))))
                elif c == 2: ls.append(L.Bidirectional(L.LSTM(u, return_sequences=True), merge_mode=str(rng.choice(["sum", "concat", "ave", "mul"]))))
                elif c == 3: ls.append(L.Conv1D(u, 3, padding=str(rng.choice(["same", "causal"])), activation="relu"))
                elif c == 4: ls.append(L.BatchNormalization())
                elif c == 5: ls.append(L.LayerNormalization())
                elif c == 6: ls.append(L.TimeDistributed(L.Dense(u, activation="tanh")))
                elif c == 7: ls.append(L.Dropout(0.3))
                elif c == 8: ls.append(L.SeparableConv1D(u, 2, padding="same"))
                elif c == 9: ls.append(L.Dense(u, activation="gelu"))
                elif c == 10: ls.append(L.SimpleRNN(u, return_sequences=True, activation="relu"))
                elif c == 11: ls.append(L.Permute((2, 1)) if i == 0 else L.LeakyReLU())
                elif c == 12: ls.append(L.Conv1DTranspose(u, 2, padding="same"))
                elif c == 13: ls.append(L.UnitNormalization())
                elif c == 14: ls.append(L.Masking(0.0))
                else:
                    ls.append(L.GRU(u)); rank3 = False
            else:
                if c < 5: ls.append(L.Dense(u, activation="selu"))
                elif c < 8: ls.append(L.BatchNormalization())
                elif c < 11: ls += [L.RepeatVector(3)]; rank3 = True
                else: ls.append(L.Activation("softsign"))
        return keras.Sequential(ls)
    for i in range(60):
        add.add(f"random_stack_{i}", rnd, scale=0.7)
    img = (7, 6, 4)
    add.add("conv3d", seqm((4, 5, 6, 2), lambda: L.Conv3D(3, 2, padding="same", strides=2)))
    add.add("pool3d", seqm((4, 5, 6, 2), lambda: L.MaxPooling3D(2), lambda: L.GlobalAveragePooling3D()))
    add.add("conv2d_groups_same_stride_dil", seqm(img, lambda: L.Conv2D(8, (3, 2), padding="same", groups=4, use_bias=False)))
    add.add("conv2d_rect_strides", seqm(img, lambda: L.Conv2D(5, (1, 3), strides=(2, 1), padding="same", activation="elu")))
    add.add("depthwise2d_mult_same", seqm(img, lambda: L.DepthwiseConv2D((2, 3), depth_multiplier=3, padding="same", activation="relu")))
    add.add("depthwise2d_dil", seqm(img, lambda: L.DepthwiseConv2D(2, dilation_rate=2)))
    add.add("separable2d_strides", seqm(img, lambda: L.SeparableConv2D(5, 3, strides=2, padding="same", depth_multiplier=2, activation="tanh")))
    for k in (2, 3, 4, 5):
        for s in (1, 2, 3):
            for pad in ("same", "valid"):
                add.add(f"conv1dT_{k}_{s}_{pad}", seqm((5, 3), lambda k=k, s=s, pad=pad: L.Conv1DTranspose(4, k, strides=s, padding=pad)))
    add.add("conv2dT_rect", seqm(img, lambda: L.Conv2DTranspose(3, (2, 4), strides=(3, 2), padding="same", use_bias=False, activation="relu")))
    add.add("upsample_bilinear_3", seqm((4, 3, 2), lambda: L.UpSampling2D((3, 2), interpolation="bilinear")))
    add.add("upsample3d", seqm((2, 3, 2, 2), lambda: L.UpSampling3D(2)))
    add.add("zeropad3d", seqm((2, 3, 2, 2), lambda: L.ZeroPadding3D((1, 0, 2))))
    add.add("averagepool2d_same_odd", seqm(img, lambda: L.AveragePooling2D((3, 2), strides=(2, 3), padding="same")))
    add.add("gap2d_keepdims", seqm(img, lambda: L.GlobalAveragePooling2D(keepdims=True)))
    add.add("flatten_cf", seqm(img, lambda: L.Flatten(data_format="channels_first"), lambda: L.Dense(3)))
    add.add("td_conv_gru", seqm((3, 6, 5, 2), lambda: L.TimeDistributed(L.Conv2D(3, 3)), lambda: L.TimeDistributed(L.BatchNormalization()), lambda: L.TimeDistributed(L.GlobalMaxPooling2D()), lambda: L.GRU(4)))
    add.add("convlstm_state", lambda p: (lambda x: keras.Model(x, L.ConvLSTM2D(2, 2, return_state=True, padding="same")(x)))(keras.Input((3, 4, 4, 1))))
    add.add("convlstm_seq_state", lambda p: (lambda x: keras.Model(x, L.ConvLSTM1D(2, 2, return_state=True, return_sequences=True)(x)))(keras.Input((3, 5, 2))))
    add.add("convlstm_masked", lambda p: (keras.Sequential([keras.Input((4, 5, 2)), L.TimeDistributed(L.Flatten()), L.Masking(0.0), L.LSTM(5, return_sequences=True), L.LSTM(3)])))
    # attention
    def mha_mask(p):
        i = keras.Input((6,), dtype="int32"); j = keras.Input((5,), dtype="int32")
        e = L.Embedding(12, 8, mask_zero=True)
        x, y = e(i), e(j)
        z = L.MultiHeadAttention(2, 4)(x, y, use_causal_mask=True)
        z = L.LayerNormalization()(z + x)
        w = L.GroupQueryAttention(4, 4, 2)(z, y)
        return keras.Model([i, j], [L.LSTM(3)(z), w]), [p.ints((3, 6), 12, 1), np.concatenate([p.ints((3, 3), 12, 1), np.zeros((3, 2), "int32")], 1)]
    add.add("mha_masked_functional", mha_mask)
    def transformer(p):
        i = keras.Input((None,), dtype="int32")
        x = L.Embedding(30, 8)(i)
        for _ in range(2):
            a = L.MultiHeadAttention(2, 4, dropout=0.1)(x, x, x)
            x = L.LayerNormalization()(L.Add()([x, a]))
            f = L.Dense(8)(L.Dense(16, "gelu")(x))
            x = L.LayerNormalization()(L.Add()([x, f]))
        return keras.Model(i, L.Dense(2, "softmax")(L.GlobalAveragePooling1D()(x))), [p.ints((3, 7), 30)]
    add.add("transformer_any_length", transformer)
    def bahdanau(p):
        x = keras.Input((6, 5)); h = L.LSTM(7, return_sequences=True)(x)
        q = L.LSTM(7)(x)
        a = L.AdditiveAttention()([ops.expand_dims(q, 1), h])
        return keras.Model(x, L.Dense(2)(L.Concatenate()([L.Flatten()(a), q])))
    add.add("bahdanau", bahdanau)
    def luong(p):
        e = keras.Input((6, 5)); d = keras.Input((4, 5))
        eo, h, c = L.LSTM(7, return_sequences=True, return_state=True)(e)
        do = L.LSTM(7, return_sequences=True)(d, initial_state=[h, c])
        a = L.Dot(axes=[2, 2])([do, eo]); a = L.Activation("softmax")(a)
        ctx = L.Dot(axes=[2, 1])([a, eo])
        return keras.Model([e, d], L.TimeDistributed(L.Dense(3, "softmax"))(L.Concatenate()([ctx, do])))
    add.add("luong_dot", luong)
    def attn_scores_mask(p):
        q = keras.Input((4, 5)); v = keras.Input((6, 5))
        m = L.Masking(0.0)
        y, s = L.Attention(use_scale=True, score_mode="concat")([m(q), m(v)], return_attention_scores=True)
        xs = [p.floats((2, 4, 5)), p.floats((2, 6, 5))]; xs[0][0, 3] = 0; xs[1][1, 4:] = 0
        return keras.Model([q, v], [y, s]), xs
    add.add("attention_scores_masked", attn_scores_mask)
    # ops
    o = {
     "pow2": lambda p, x: x ** 2, "neg": lambda p, x: -x, "rsub": lambda p, x: 1 - x, "rdiv": lambda p, x: 1.0 / (x * x + 1.0),
     "floordiv": lambda p, x: x // 0.5, "mod": lambda p, x: x % 0.7, "maxk": lambda p, x: x - ops.max(x, axis=-1, keepdims=True),
     "argmax": lambda p, x: ops.argmax(x, axis=-1), "clip": lambda p, x: ops.clip(x, -0.5, 0.5), "repeat": lambda p, x: ops.repeat(x, 3, axis=1),
     "concat1": lambda p, x: ops.concatenate([x, x * 2.0], axis=1), "mean2": lambda p, x: ops.mean(x, axis=(1, 2)), "min": lambda p, x: ops.min(x, axis=2),
     "prod": lambda p, x: ops.prod(x, axis=1), "sign": lambda p, x: ops.sign(x), "floor": lambda p, x: ops.floor(x), "log": lambda p, x: ops.log(ops.abs(x) + 1.0),
     "relu": lambda p, x: ops.relu(x), "silu": lambda p, x: ops.silu(x), "gelu": lambda p, x: ops.gelu(x), "gelu_exact": lambda p, x: ops.gelu(x, approximate=False),
     "leaky": lambda p, x: ops.leaky_relu(x), "elu": lambda p, x: ops.elu(x), "softplus": lambda p, x: ops.softplus(x), "tanh": lambda p, x: ops.tanh(x),
     "swapaxes": lambda p, x: ops.swapaxes(x, 1, 2), "moveaxis": lambda p, x: ops.moveaxis(x, 1, 2), "logsumexp": lambda p, x: ops.logsumexp(x, axis=-1),
     "var": lambda p, x: ops.var(x, axis=1), "std": lambda p, x: ops.std(x, axis=1), "tile": lambda p, x: ops.tile(x, (1, 2, 1)),
     "pad": lambda p, x: ops.pad(x, ((0, 0), (1, 2), (0, 1))), "where": lambda p, x: ops.where(x > 0, 1.0, 0.0), "wherex": lambda p, x: ops.where(ops.logical_and(x > -0.5, x < 0.5), x, -1.0),
     "cast": lambda p, x: ops.cast(x > 0, "float32"), "split3": lambda p, x: ops.split(x, 3, axis=2), "splitat": lambda p, x: ops.split(x, [1, 3], axis=1),
     "slice_neg": lambda p, x: x[:, -3:-1, ::-1], "slice_mid": lambda p, x: x[:, 1], "slice_last": lambda p, x: x[..., -1], "slice_all": lambda p, x: x[:, :, 0:2],
     "newaxis": lambda p, x: x[:, None], "einsum_outer": lambda p, x: ops.einsum("btf,bsf->bstf", x, x), "einsum_sum": lambda p, x: ops.einsum("btf->bf", x),
     "matmul4": lambda p, x: ops.matmul(ops.expand_dims(x, 1), ops.expand_dims(ops.transpose(x, (0, 2, 1)), 1)), "norm1": lambda p, x: ops.normalize(x, axis=1),
     "sumall": lambda p, x: ops.sum(x, axis=[1, 2], keepdims=True), "sqrt": lambda p, x: ops.sqrt(ops.maximum(x, 0.0)), "minimum": lambda p, x: ops.minimum(x, 0.3),
     "sq": lambda p, x: ops.square(x), "exp": lambda p, x: ops.exp(x), "logsoftmax": lambda p, x: ops.log_softmax(x), "softmax1": lambda p, x: ops.softmax(x, axis=1),
     "hard": lambda p, x: ops.hard_sigmoid(x), "reshape4": lambda p, x: ops.reshape(x, (-1, 2, 2, 6)), "stack_last": lambda p, x: ops.stack([x, x], axis=-1),
     "any": lambda p, x: ops.any(x > 1.0, axis=1), "l2": lambda p, x: ops.sqrt(ops.sum(ops.square(x), axis=-1)), "not": lambda p, x: ops.logical_not(x > 0), "norm": lambda p, x: ops.norm(x, axis=-1),
     "flipT": lambda p, x: ops.flip(x, axis=(1, 2)), "roll": lambda p, x: ops.roll(x, 1, axis=1), "take": lambda p, x: ops.take(x, [0, 2], axis=1), "erf": lambda p, x: ops.erf(x), "equal": lambda p, x: ops.equal(ops.argmax(x, axis=-1), 2),
     "relu6": lambda p, x: ops.relu6(x), "sin": lambda p, x: ops.sin(x) + ops.cos(x), "ones": lambda p, x: x + ops.ones_like(x), "abs_max": lambda p, x: ops.amax(ops.abs(x), axis=1),
     "layer_on_ops": lambda p, x: L.LSTM(3)(ops.concatenate([x, L.Dense(2)(x)], axis=-1)), "mask_lost": lambda p, x: L.LSTM(3)(ops.relu(L.Masking(0.0)(x))),
     "mask_kept": lambda p, x: L.LSTM(3)(L.ReLU()(L.Masking(0.0)(x))),
    }
    for k, f in o.items():
        add.add(f"op_{k}", over(f))
    # policies
    for pol in ("float16", "mixed_float16", "mixed_bfloat16"):
        add.add(f"policy_{pol}", lambda p, pol=pol: keras.Sequential([keras.Input((5, 4)), L.Conv1D(6, 2, dtype=pol), L.GRU(5, dtype=pol, return_sequences=True), L.LayerNormalization(dtype=pol), L.Dense(3, dtype=pol)]), tolerance=5e-2, formats=("keras",))
    # preprocessing
    add.add("prep_norm2d", lambda p: (lambda n: (n.adapt(p.floats((30, 4)) * 2 + 1), keras.Sequential([keras.Input((4,)), n, L.Dense(3)]))[1])(L.Normalization()))
    add.add("prep_lookup_embed_mask", lambda p: (keras.Sequential([keras.Input((4,), dtype="int64"), L.IntegerLookup(vocabulary=[5, 7, 9], mask_token=0), L.Embedding(6, 3, mask_zero=True), L.LSTM(4)]), [np.array([[5, 7, 0, 0], [9, 1, 5, 0]], "int64")]))
    add.add("prep_string_one_hot_2d", lambda p: (keras.Sequential([keras.Input((3,), dtype="string"), L.StringLookup(vocabulary=["a", "b"], output_mode="one_hot"), L.LSTM(3)]), [np.array([["a", "b", "c"]], dtype=object)]))
    add.add("prep_cat_oh_3", lambda p: (keras.Sequential([keras.Input((3,), dtype="int32"), L.CategoryEncoding(5, output_mode="one_hot"), L.Dense(2)]), [p.ints((2, 3), 5)]))
    add.add("prep_rescale_list", lambda p: keras.Sequential([keras.Input((3,)), L.Rescaling([1.0, 2.0, 0.5], offset=[0.0, 1.0, -1.0])]))
    add.add("prep_hash_int_onehot", lambda p: (keras.Sequential([keras.Input((1,), dtype="int64"), L.Hashing(6, output_mode="one_hot"), L.Dense(2)]), [np.array([[4], [10**12]], "int64")]))
    add.add("prep_disc_embed", lambda p: (keras.Sequential([keras.Input((4,)), L.Discretization([-1., 0., 1.]), L.Embedding(4, 3), L.GRU(3)])))
    def multi(p):
        a = keras.Input((1,), dtype="string", name="city"); b = keras.Input((2,), name="num"); c = keras.Input((1,), dtype="int64", name="id")
        x = L.Concatenate()([L.StringLookup(vocabulary=["x", "y"], output_mode="one_hot")(a), L.Normalization(mean=[0., 1.], variance=[1., 2.])(b), L.Flatten()(L.Embedding(5, 3)(L.Hashing(5)(c)))])
        return keras.Model([a, b, c], L.Dense(1, "sigmoid")(x)), [np.array([["x"], ["q"]], object), p.floats((2, 2)), np.array([[3], [99999999999]], "int64")]
    add.add("prep_multi", multi)
    add.add("prep_textvec_ngram_tfidf", lambda p: (lambda t: (t.adapt(np.array(["a b c", "b c d", "a a"], object)), (keras.Sequential([keras.Input((1,), dtype="string"), t, L.Dense(2)]), [np.array([["a b"], ["zz c d"]], object)]))[1])(L.TextVectorization(ngrams=2, output_mode="tf_idf")), formats=("keras",))
    add.add("spectral_conv", seqm((6, 3), lambda: L.SpectralNormalization(L.Conv1D(4, 2))))
    add.add("spectral_td", seqm((6, 3), lambda: L.TimeDistributed(L.Dense(4)), lambda: L.SpectralNormalization(L.Dense(2))))
    add.add("gn_groups2_axis", seqm((6, 4, 8), lambda: L.GroupNormalization(2), lambda: L.RMSNormalization(), lambda: L.UnitNormalization(axis=(1, 2))))
    add.add("einsum_bias_steps", seqm((6, 3), lambda: L.EinsumDense("abc,cd->abd", output_shape=(6, 5), bias_axes="bd", activation="relu")))
    add.add("einsum_swap", seqm((6, 3), lambda: L.EinsumDense("abc,bd->adc", output_shape=(4, 3), bias_axes="d")))
    add.add("einsum_qkv", seqm((6, 3), lambda: L.EinsumDense("abc,cde->abde", output_shape=(6, 2, 4), bias_axes="e")))
    add.add("einsum_out", seqm((6, 2, 4), lambda: L.EinsumDense("abcd,cde->abe", output_shape=(6, 5), bias_axes="e")))
