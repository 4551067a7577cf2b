"""Values that are no numbers, and those at the ends of the range: what Keras on TensorFlow makes of them.

A model a family; each row holds other values. The generator of ``operations`` draws ordinary ones.
"""

from ..catalog import Group
from ..later import keras, layers, np, ops
from .core import FUNCTIONS

cases = Group("values", seed=3, formats=("keras",))

NAN, INF = float("nan"), float("inf")
LARGEST, NORMAL, SMALLEST = 3.4028235e38, 1.17549435e-38, 1e-45
# of both signs where that makes a difference
SINGLE = [NAN, 0.0, -0.0] + [
    sign * x for x in (INF, LARGEST, 1e30, 1e20, 104.0, 89.0, 88.5, 20.0, 1.0, 1e-8, 1e-30, NORMAL) for sign in (1, -1)
]
# TensorFlow takes these for zeros in some functions (its threads flush them); so only functions of any value that vary
# little here are held against them
DENORMAL = [1e-40, -1e-40, SMALLEST, -SMALLEST]
# what takes the places of ordinary values in a row
MIXED = [
    (),
    (NAN,),
    (NAN, NAN, NAN),
    (INF,),
    (-INF,),
    (INF, INF),
    (-INF, -INF),
    (INF, -INF),
    (NAN, INF, -INF),
    (0.0, -0.0),
]
# whether sums of these overflow on their way depends on the order and on fma
HUGE = [(LARGEST,), (-LARGEST,), (LARGEST, LARGEST), (LARGEST, -LARGEST), (-LARGEST, -LARGEST), (1e30, -1e30)]
# rows of nothing else
WHOLE = [NAN, INF, -INF, 0.0, -0.0]


def rows(draws, *shape, huge=True):
    """A row for each of MIXED and HUGE, at places that differ, and one for each of WHOLE."""
    size = int(np.prod(shape))
    found = []
    for values in MIXED + (HUGE if huge else []):
        row = draws.normal((size,))
        for value, place in zip(values, draws.rng.permutation(size)):
            row[place] = value
        found.append(row)
    found += [np.full(size, value) for value in WHOLE + ([LARGEST, -LARGEST] if huge else [])]
    return np.asarray(found, dtype="float32").reshape(-1, *shape)


def outputs(made):
    """The outputs under the names of what made them, so that a difference says where it is."""
    return {name: layers.Identity(name=f"out_{name}")(value) for name, value in made.items()}


@cases.graph()
def activations(draws):
    x = keras.Input((1,), name="x")
    made = {
        name: layers.Activation(name, name=f"of_{name}")(x)
        for name in FUNCTIONS
        if name not in ("softmax", "log_softmax", "sparsemax", "glu")
    }
    made |= {
        "relu_layer": layers.ReLU(max_value=6.0, negative_slope=0.1, threshold=0.5)(x),
        "leaky": layers.LeakyReLU(0.1)(x),
        "elu_layer": layers.ELU(0.5)(x),
        "prelu": layers.PReLU()(x),
        "threshold": ops.threshold(x, 0.5, 7.0),
    }
    return keras.Model(x, outputs(made)), [np.asarray(SINGLE + DENORMAL, dtype="float32")[:, None]]


@cases.graph()
def activations_of_rows(draws):
    x = keras.Input((20,), name="x")
    made = {name: layers.Activation(name, name=f"of_{name}")(x) for name in ("softmax", "log_softmax", "sparsemax", "glu")}
    made["softmax_layer"] = layers.Softmax()(x)
    return keras.Model(x, outputs(made)), [rows(draws, 20)]


@cases.graph()
def poolings(draws):
    x = keras.Input((6, 18), name="x")
    image = layers.Reshape((6, 6, 3))(x)
    made = {
        "max": layers.MaxPooling1D(2)(x),
        "max_same": layers.MaxPooling1D(3, 2, "same")(x),
        "average": layers.AveragePooling1D(2)(x),
        "average_same": layers.AveragePooling1D(3, 2, "same")(x),
        "global_max": layers.GlobalMaxPooling1D()(x),
        "global_average": layers.GlobalAveragePooling1D()(x),
        "max_2d": layers.MaxPooling2D(2)(image),
        "average_2d": layers.AveragePooling2D(2)(image),
        "global_max_2d": layers.GlobalMaxPooling2D()(image),
        "global_average_2d": layers.GlobalAveragePooling2D()(image),
        "up": layers.UpSampling2D(2, interpolation="bilinear")(image),
    }
    return keras.Model(x, outputs(made)), [rows(draws, 6, 18)]


@cases.graph()
def normalizations(draws):
    x = keras.Input((3, 18), name="x")
    made = {
        "batch": layers.BatchNormalization()(x),
        "layer": layers.LayerNormalization()(x),
        "layer_axes": layers.LayerNormalization(axis=(1, 2))(x),
        "rms": layers.RMSNormalization()(x),
        "group": layers.GroupNormalization(3)(x),
        "unit": layers.UnitNormalization()(x),
        "normalization": layers.Normalization(mean=0.5, variance=2.0)(x),
        "rescaling": layers.Rescaling(2.0, 1.0)(x),
        "normalize": ops.normalize(x, axis=-1, order=2),
    }
    return keras.Model(x, outputs(made)), [rows(draws, 3, 18)]


@cases.graph()
def attention(draws):
    x = keras.Input((4, 6), name="x")
    y = keras.Input((3, 6), name="y")
    made = {
        "dot": layers.Attention()([x, y]),
        "dot_causal": layers.Attention()([x, x], use_causal_mask=True),
        "additive": layers.AdditiveAttention()([x, y]),
        "multi_head": layers.MultiHeadAttention(2, 3)(x, y),
        "multi_head_causal": layers.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True),
        "grouped": layers.GroupQueryAttention(3, 2, 1)(x, y),
    }
    first = rows(draws, 4, 6, huge=False)
    return keras.Model([x, y], outputs(made)), [first, np.roll(rows(draws, 3, 6, huge=False), 4, axis=0)]


@cases.graph()
def recurrent(draws):
    x = keras.Input((4, 3), name="x")
    image = layers.Reshape((4, 3, 1, 1))(x)
    made = {
        "lstm": layers.LSTM(5)(x),
        "lstm_sequences": layers.LSTM(17, return_sequences=True)(x),
        "lstm_relu": layers.LSTM(3, activation="relu", recurrent_activation="hard_sigmoid")(x),
        "gru": layers.GRU(5)(x),
        "gru_before": layers.GRU(5, reset_after=False, return_sequences=True)(x),
        "simple": layers.SimpleRNN(17, return_sequences=True)(x),
        "simple_linear": layers.SimpleRNN(3, activation="linear")(x),
        "bidirectional": layers.Bidirectional(layers.LSTM(3))(x),
        "conv_lstm": layers.ConvLSTM2D(2, (2, 1), padding="same")(image),
    }
    return keras.Model(x, outputs(made)), [rows(draws, 4, 3)]


@cases.graph()
def masked(draws):
    """Steps that are masked hold what is no number: it never reaches what is kept."""
    x = keras.Input((5, 3), name="x")
    mask = keras.Input((5,), dtype="bool", name="mask")
    made = {
        "lstm": layers.LSTM(4)(x, mask=mask),
        "gru": layers.GRU(4, return_sequences=True)(x, mask=mask),
        "simple": layers.SimpleRNN(4)(x, mask=mask),
        "bidirectional": layers.Bidirectional(layers.GRU(2))(x, mask=mask),
        "average": layers.GlobalAveragePooling1D()(x, mask=mask),
        "softmax": layers.Softmax()(ops.sum(x, axis=2), mask=mask),
        "attention": layers.Attention()([x, x], mask=[mask, mask]),
        "additive": layers.AdditiveAttention()([x, x], mask=[mask, mask]),
        "multi_head": layers.MultiHeadAttention(2, 3)(x, x, query_mask=mask, value_mask=mask),
    }
    values = rows(draws, 5, 3)[:-2]
    flags = np.isfinite(values).all(axis=2) & (np.abs(values) < 1e20).all(axis=2)
    return keras.Model([x, mask], outputs(made)), [values, flags]


@cases.graph()
def merges(draws):
    x, y = keras.Input((20,), name="x"), keras.Input((20,), name="y")
    made = {
        name.lower(): getattr(layers, name)()([x, y])
        for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")
    }
    given = rows(draws, 20)
    return keras.Model([x, y], outputs(made)), [given, np.roll(given, 5, axis=0)]


@cases.graph()
def products(draws):
    x, y = keras.Input((8, 6), name="x"), keras.Input((8, 6), name="y")
    made = {
        "dot": layers.Dot(2)([x, y]),
        "dot_normalized": layers.Dot(2, normalize=True)([x, y]),
        "dense": layers.Dense(17)(x),
        "conv": layers.Conv1D(17, 3)(x),
        "conv_same": layers.Conv1D(3, 3, padding="same")(x),
        "depthwise": layers.DepthwiseConv1D(3)(x),
        "separable": layers.SeparableConv1D(5, 3)(x),
        "transposed": layers.Conv1DTranspose(3, 3)(x),
        "einsum_dense": layers.EinsumDense("abc,cd->abd", (None, 5))(x),
        "matmul": ops.matmul(x, ops.transpose(x, (0, 2, 1))),
    }
    given = rows(draws, 8, 6, huge=False)
    return keras.Model([x, y], outputs(made)), [given, np.roll(given, 4, axis=0)]


REDUCTIONS = {
    "sum": lambda x: ops.sum(x, axis=1),
    "mean": lambda x: ops.mean(x, axis=1),
    "prod": lambda x: ops.prod(x, axis=1),
    "max": lambda x: ops.max(x, axis=1),
    "min": lambda x: ops.min(x, axis=1),
    "amax": lambda x: ops.amax(x, axis=1),
    "amin": lambda x: ops.amin(x, axis=1),
    "var": lambda x: ops.var(x, axis=1),
    "std": lambda x: ops.std(x, axis=1),
    "norm": lambda x: ops.norm(x, axis=1),
    "norm_1": lambda x: ops.norm(x, ord=1, axis=1),
    "norm_inf": lambda x: ops.norm(x, ord=INF, axis=1),
    "logsumexp": lambda x: ops.logsumexp(x, axis=1),
    "any": lambda x: ops.any(x, axis=1),
    "all": lambda x: ops.all(x, axis=1),
    "argmax": lambda x: ops.argmax(x, axis=1),
    "argmin": lambda x: ops.argmin(x, axis=1),
    "count_nonzero": lambda x: ops.count_nonzero(x, axis=1),
    "ptp": lambda x: ops.ptp(x, axis=1),
    "cumsum": lambda x: ops.cumsum(x, axis=1),
    "cumprod": lambda x: ops.cumprod(x, axis=1),
    "sort": lambda x: ops.sort(x, axis=1),
    "argsort": lambda x: ops.argsort(x, axis=1),
    "top_k": lambda x: ops.top_k(x, 3)[0],
    "top_k_places": lambda x: ops.top_k(x, 3)[1],
    "median": lambda x: ops.median(x, axis=1),
    "quantile": lambda x: ops.quantile(x, 0.3, axis=1),
    "nansum": lambda x: ops.nansum(x, axis=1),
    "nanmean": lambda x: ops.nanmean(x, axis=1),
    "nanmax": lambda x: ops.nanmax(x, axis=1),
    "nanmin": lambda x: ops.nanmin(x, axis=1),
    "nanprod": lambda x: ops.nanprod(x, axis=1),
    "nanvar": lambda x: ops.nanvar(x, axis=1),
    "nanstd": lambda x: ops.nanstd(x, axis=1),
}

ORDERED = ("sort", "argsort", "top_k", "top_k_places", "median", "quantile")
SUMS = ("sum", "mean", "prod", "nansum", "nanmean", "nanprod")


@cases.graph()
def reductions(draws):
    x = keras.Input((20,), name="x")
    made = {name: f(x) for name, f in REDUCTIONS.items() if name not in ORDERED + SUMS}
    return keras.Model(x, outputs(made)), [rows(draws, 20)]


@cases.graph()
def orders(draws):
    """Without NaN: where it comes among others is left open by TensorFlow."""
    x = keras.Input((20,), name="x")
    given = rows(draws, 20)
    return keras.Model(x, outputs({name: REDUCTIONS[name](x) for name in ORDERED})), [
        given[~np.isnan(given).any(axis=1)]
    ]


@cases.graph()
def sums(draws):
    x = keras.Input((20,), name="x")
    made = {name: REDUCTIONS[name](x) for name in SUMS}
    return keras.Model(x, outputs(made)), [rows(draws, 20, huge=False)]


FUNCTIONS_OF_ONE = (
    "abs negative square sqrt rsqrt reciprocal exp exp2 expm1 log log10 log1p log2 sin cos tan arcsin arccos arctan"
    " sinh cosh tanh arcsinh arccosh arctanh erf erfc erfinv i0 sinc cbrt floor ceil round trunc sign"
    " isnan isinf isfinite isposinf isneginf signbit logical_not nan_to_num deg2rad rad2deg"
).split()


@cases.graph()
def functions(draws):
    x = keras.Input((1,), name="x")
    made = {name: getattr(ops, name)(x) for name in FUNCTIONS_OF_ONE if hasattr(ops, name)}
    made |= {
        "clip": ops.clip(x, -1.0, 1.0),
        "cast_int": ops.cast(x, "int32"),
        "cast_bool": ops.cast(x, "bool"),
        "gelu_tanh": ops.gelu(x, approximate=True),
        "where": ops.where(x > 0.0, x, -1.0),
        "nan_to_num_numbers": ops.nan_to_num(x, nan=1.0, posinf=2.0, neginf=3.0),
    }
    return keras.Model(x, outputs(made)), [np.asarray(SINGLE, dtype="float32")[:, None]]


FUNCTIONS_OF_TWO = (
    "add subtract multiply divide divide_no_nan floor_divide mod power maximum minimum fmax fmin fmod arctan2 hypot"
    " logaddexp logaddexp2 heaviside equal not_equal greater greater_equal less less_equal logical_and logical_or"
    " logical_xor isclose"
).split()
PAIRED = [NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 2.5, -3.0, 1e30, -1e30]


@cases.graph()
def functions_of_two(draws):
    x, y = keras.Input((1,), name="x"), keras.Input((1,), name="y")
    made = {name: getattr(ops, name)(x, y) for name in FUNCTIONS_OF_TWO if hasattr(ops, name)}
    pairs = np.asarray([(a, b) for a in PAIRED for b in PAIRED], dtype="float32")
    return keras.Model([x, y], outputs(made)), [pairs[:, :1], pairs[:, 1:]]
