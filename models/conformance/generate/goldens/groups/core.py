"""Dense, Embedding, activations, shapes, merges, normalization, number formats."""

from ..catalog import Group
from ..later import keras, layers, np
from ..recipe import L, Recipe, chain, each, features, joined, pick, series, steps, units

cases = Group("core")
FLAT = (features(2),)
SERIES = series(3, 2)
IMAGE = (pick(4, 5), pick(3, 6), features(2))
FUNCTIONS = (
    "linear relu relu6 leaky_relu elu selu celu gelu silu hard_silu mish sigmoid hard_sigmoid log_sigmoid"
    " sparse_sigmoid tanh hard_tanh tanh_shrink soft_shrink hard_shrink softplus softsign squareplus"
    " sparse_plus exponential softmax log_softmax sparsemax glu"
).split()
# where functions change their form, and where exp overflows or vanishes
CORNERS = [0.0, -0.0, 1e-8, -1e-8, 1e-4] + [
    sign * x for x in (0.5, 1.0, 2.5, 3.0, 6.0, 9.0, 15.0, 20.0, 30.0, 60.0, 80.0) for sign in (1, -1)
]


def flat(*parts):
    return chain(FLAT, *parts)


def sequence(*parts):
    return chain(SERIES, *parts)


def image(*parts):
    return chain(IMAGE, *parts)


def dense_with(function):
    def build(draws):
        # glu halves its values, so their number is even
        size = 2 * draws.pick(2, 3, 5, 9)
        return keras.Sequential([keras.Input((draws.features(2),)), layers.Dense(size, activation=function)])

    return build


cases.models({f"dense__activation_{name}": dense_with(name) for name in FUNCTIONS})


@cases.graph()
def activation_table(draws):
    """All functions of one value over values of all sizes."""
    x = keras.Input((64,))
    outputs = [layers.Activation(name, name=f"act_{name}")(x) for name in FUNCTIONS if name not in ("glu", "sparsemax")]
    row = CORNERS + list(draws.rng.normal(0, 4, 64))
    return keras.Model(x, outputs), [np.asarray([row[:64]], dtype="float32")]


cases.models(
    {
        "dense__3d": sequence(L.Dense(units())),
        "dense__4d": image(L.Dense(units(), use_bias=False)),
        "dense__one_unit": flat(L.Dense(1, activation="sigmoid")),
        "dense__stack": flat(L.Dense(units(), "relu"), L.Dense(units(), "tanh"), L.Dense(3, "softmax")),
    }
)


def looked_up(**options):
    def build(draws):
        size, length = draws.pick(5, 17, 40), draws.steps()
        kind = draws.pick("int32", "int64")
        model = keras.Sequential(
            [keras.Input((length,), dtype=kind), layers.Embedding(size, draws.features(), **options)]
        )
        return model, [draws.whole((draws.rows, length), size, dtype=kind)]

    return build


def table(shape, size, width, kind, ids):
    return Recipe(
        lambda draws: (keras.Sequential([keras.Input(shape, dtype=kind), layers.Embedding(size, width)]), [ids(draws)])
    )


cases.model("embedding", looked_up())
cases.model(
    "embedding__mask_zero", looked_up(mask_zero=True), notes="zeros keep their row of the table; only the mask differs"
)
cases.model(
    "embedding__float_ids",
    table((5,), 9, 4, None, lambda draws: draws.whole((2, 5), 9).astype("float32")),
    notes="ids given as float32 are truncated to integers",
)
cases.model("embedding__2d_ids", table((3, 4), 11, 5, "int32", lambda draws: draws.whole((2, 3, 4), 11)))

cases.models(
    {
        "softmax__axis_minus_1": sequence(L.Softmax(axis=-1)),
        "softmax__axis_1": sequence(L.Softmax(axis=1)),
        "softmax__two_axes": sequence(L.Softmax(axis=(1, 2))),
        "relu__options": sequence(L.ReLU(max_value=1.2, negative_slope=0.3, threshold=0.2)),
        "relu__layer": sequence(L.ReLU()),
        "leaky_relu__default": sequence(L.LeakyReLU()),
        "leaky_relu__slope": sequence(L.LeakyReLU(negative_slope=0.07)),
        "prelu": sequence(L.PReLU()),
        "prelu__shared_axes": sequence(L.PReLU(shared_axes=[1])),
        "elu__alpha": sequence(L.ELU(alpha=0.6)),
        "activation__layers": sequence(L.Activation("tanh"), L.Activation("swish")),
        "inference_identity": sequence(
            L.Dropout(0.5),
            L.SpatialDropout1D(0.2),
            L.GaussianNoise(0.3),
            L.GaussianDropout(0.4),
            L.AlphaDropout(0.1),
            L.ActivityRegularization(0.1, 0.2),
            L.Identity(),
            L.Dense(3, kernel_regularizer="l2", kernel_constraint="max_norm"),
        ),
        "flatten": image(L.Flatten()),
        "flatten__scalar_rows": chain((), L.Flatten()),
        "reshape": chain((4, 6), L.Reshape((3, 8))),
        "reshape__minus_one": chain((4, 6), L.Reshape((2, -1, 3))),
        "permute": image(L.Permute((3, 1, 2))),
        "repeat_vector": flat(L.RepeatVector(steps(2))),
        "zero_padding1d": sequence(L.ZeroPadding1D(pick(1, (2, 0), (1, 3)))),
        "zero_padding2d": image(L.ZeroPadding2D(((1, 0), (2, 1)))),
        "cropping1d": sequence(L.Cropping1D((1, 1))),
        "cropping2d": image(L.Cropping2D(((1, 0), (0, 1)))),
        "up_sampling1d": sequence(L.UpSampling1D(3)),
        "up_sampling2d": image(L.UpSampling2D((2, 3))),
        "up_sampling2d__bilinear": image(L.UpSampling2D(2, interpolation="bilinear")),
    }
)

cases.models(
    {
        f"merge__{kind.lower()}": joined(SERIES, 3, getattr(L, kind)())
        for kind in ("Add", "Multiply", "Average", "Maximum", "Minimum")
    }
)
cases.models(
    {
        "merge__subtract": joined(SERIES, 2, L.Subtract()),
        "concatenate__axis_minus_1": joined(SERIES, 3, L.Concatenate(axis=-1)),
        "concatenate__axis_1": joined(SERIES, 3, L.Concatenate(axis=1)),
        "concatenate__axis_2": joined(SERIES, 3, L.Concatenate(axis=2)),
        "merge__broadcast_ones": each((6, 5), (6, 1), L.Multiply()),
        "dot__axes_1": joined(FLAT, 2, L.Dot(axes=1)),
        "dot__axes_2": joined(SERIES, 2, L.Dot(axes=2)),
        "dot__axes_1_1": joined(SERIES, 2, L.Dot(axes=(1, 1))),
        "dot__normalize": joined(FLAT, 2, L.Dot(axes=-1, normalize=True)),
        "dot__mixed_axes": each((3, 5), (5, 4), L.Dot(axes=(2, 1))),
    }
)


@cases.graph()
def merge__broadcast_ranks(draws):
    inputs = [keras.Input((4, 5)), keras.Input((5,))]
    return keras.Model(inputs, [layers.Add()(inputs), layers.Multiply()(inputs)])


for rank, shape in (("2d", FLAT), ("3d", SERIES), ("4d", IMAGE)):
    cases.models(
        {
            f"batch_normalization__{rank}": chain(shape, L.BatchNormalization()),
            f"layer_normalization__{rank}": chain(shape, L.LayerNormalization()),
        }
    )
cases.models(
    {
        "batch_normalization__axis_1": sequence(L.BatchNormalization(axis=1)),
        "batch_normalization__no_scale_no_center": sequence(
            L.BatchNormalization(scale=False, center=False, epsilon=0.01)
        ),
        "batch_normalization__no_center": sequence(L.BatchNormalization(center=False)),
        "layer_normalization__axis_1": sequence(L.LayerNormalization(axis=1)),
        "layer_normalization__two_axes": sequence(L.LayerNormalization(axis=[1, 2])),
        "layer_normalization__no_scale": sequence(L.LayerNormalization(scale=False, epsilon=0.05)),
        "rms_normalization": sequence(L.RMSNormalization()),
        "rms_normalization__epsilon": sequence(L.RMSNormalization(epsilon=0.01)),
        "unit_normalization": sequence(L.UnitNormalization()),
        "unit_normalization__axis_1": sequence(L.UnitNormalization(axis=1)),
        "group_normalization": chain((5, 8), L.GroupNormalization(groups=4)),
        "group_normalization__instance": chain((4, 3, 6), L.GroupNormalization(groups=-1)),
        "spectral_normalization__dense": flat(L.SpectralNormalization(L.Dense(4))),
        "einsum_dense__2d": flat(L.EinsumDense("ab,bc->ac", units(), bias_axes="c")),
        "einsum_dense__3d": sequence(L.EinsumDense("abc,cd->abd", (None, units()), bias_axes="d", activation="relu")),
        "einsum_dense__heads": sequence(L.EinsumDense("abc,cde->abde", (None, 3, 4), bias_axes="de")),
        "einsum_dense__ellipsis": image(L.EinsumDense("...x,xy->...y", units(), bias_axes="y")),
        "rescaling": sequence(L.Rescaling(1 / 127.5, offset=-1)),
    }
)
cases.model(
    "float16_policy__dense", flat(L.Dense(5, dtype="float16")), tolerance=5e-3, notes="the layer computes in float16"
)
cases.model(
    "mixed_bfloat16__lstm",
    sequence(L.LSTM(6, dtype="mixed_bfloat16")),
    tolerance=3e-2,
    notes="float32 weights, bfloat16 arithmetic",
)
cases.model(
    "float64__gru",
    sequence(L.GRU(6, dtype="float64")),
    notes="float64 weights and arithmetic; output written as float32",
)
