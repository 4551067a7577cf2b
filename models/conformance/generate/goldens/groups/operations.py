"""Every operation of Keras that a graph of series can hold: many a model, by theme."""

from ..catalog import Group
from ..later import keras, layers, np, ops

cases = Group("operations", seed=3, formats=("keras",))

# x, y are floats, p positive ones, u between -1 and 1, i, j, n integers, n from 1, t truth values, all (4, 6)
THEMES = {
    "functions": {
        "arccos": lambda v: ops.arccos(v.u),
        "arccosh": lambda v: ops.arccosh(v.p + 1.0),
        "arcsin": lambda v: ops.arcsin(v.u),
        "arcsinh": lambda v: ops.arcsinh(v.x),
        "arctan": lambda v: ops.arctan(v.x),
        "arctanh": lambda v: ops.arctanh(v.u),
        "tan": lambda v: ops.tan(v.u),
        "sinh": lambda v: ops.sinh(v.x),
        "cosh": lambda v: ops.cosh(v.x),
        "sin": lambda v: ops.sin(v.x),
        "cbrt": lambda v: ops.cbrt(v.x),
        "ceil": lambda v: ops.ceil(v.x),
        "trunc": lambda v: ops.trunc(v.x * 3.0),
        "round": lambda v: ops.round(v.x, 1),
        "round_whole": lambda v: ops.round(v.x),
        "round_tens": lambda v: ops.round(v.i * 7, -1),
        "exp2": lambda v: ops.exp2(v.x),
        "exp2_int": lambda v: ops.exp2(v.i),
        "expm1": lambda v: ops.expm1(v.x),
        "log10": lambda v: ops.log10(v.p),
        "log1p": lambda v: ops.log1p(v.p),
        "log2": lambda v: ops.log2(v.p),
        "reciprocal": lambda v: ops.reciprocal(v.p),
        "rsqrt": lambda v: ops.rsqrt(v.p),
        "erfc": lambda v: ops.erfc(v.x * 2.0),
        "erfinv": lambda v: ops.erfinv(v.u),
        "i0": lambda v: ops.i0(v.x),
        "sinc": lambda v: ops.sinc(v.x),
        "deg2rad": lambda v: ops.deg2rad(v.x * 90.0),
        "rad2deg": lambda v: ops.rad2deg(v.x),
        "fabs": lambda v: ops.fabs(v.x),
        "angle": lambda v: ops.angle(v.x),
        "real": lambda v: ops.real(v.x),
        "imag": lambda v: ops.imag(v.x),
        "conj": lambda v: ops.conj(v.x),
        "isreal": lambda v: ops.isreal(v.x),
        "copy": lambda v: ops.copy(v.x),
        "stop_gradient": lambda v: ops.stop_gradient(v.x),
        "signbit": lambda v: ops.signbit(v.x),
    },
    "wild": {
        "isfinite": lambda v: ops.isfinite(v.w),
        "isinf": lambda v: ops.isinf(v.w),
        "isnan": lambda v: ops.isnan(v.w),
        "isneginf": lambda v: ops.isneginf(v.w),
        "isposinf": lambda v: ops.isposinf(v.w),
        "nan_to_num": lambda v: ops.nan_to_num(v.w, posinf=7.0, neginf=-7.0),
        "nan_to_num_9": lambda v: ops.nan_to_num(v.w, nan=9.0, posinf=1.0, neginf=0.0),
        "nan_to_num_int": lambda v: ops.nan_to_num(v.i),
        "isclose": lambda v: ops.isclose(v.w, v.w + 1e-7),
        "isclose_nan": lambda v: ops.isclose(v.w, v.y, rtol=0.5, atol=0.1, equal_nan=True),
        "isclose_int": lambda v: ops.isclose(v.i, 2),
        "nansum": lambda v: ops.nansum(v.g, axis=1),
        "nanmean": lambda v: ops.nanmean(v.g, axis=-1),
        "nanmax": lambda v: ops.nanmax(v.g, axis=1, keepdims=True),
        "nanmin": lambda v: ops.nanmin(v.g, axis=(1, 2)),
        "nanprod": lambda v: ops.nanprod(v.g, axis=1),
        "nanstd": lambda v: ops.nanstd(v.g, axis=1),
        "nanvar": lambda v: ops.nanvar(v.g, axis=-1, keepdims=True),
        "nanargmax": lambda v: ops.nanargmax(v.g, axis=1),
        "nanargmin": lambda v: ops.nanargmin(v.g, axis=-1),
        "nancumsum": lambda v: ops.nancumsum(v.g, axis=1),
        "nancumprod": lambda v: ops.nancumprod(v.g, axis=2),
        "fmax": lambda v: ops.fmax(v.g, v.y),
        "fmin": lambda v: ops.fmin(v.g, v.y),
        "where": lambda v: ops.where(ops.isnan(v.g), v.y, v.g),
    },
    "pairs": {
        "arctan2": lambda v: ops.arctan2(v.x, v.y),
        "hypot": lambda v: ops.hypot(v.x, v.y),
        "logaddexp": lambda v: ops.logaddexp(v.x, v.y),
        "logaddexp2": lambda v: ops.logaddexp2(v.x, v.y),
        "nextafter": lambda v: ops.nextafter(v.x, v.y),
        "heaviside": lambda v: ops.heaviside(v.x, v.y),
        "fmod": lambda v: ops.fmod(v.x, v.p),
        "divide": lambda v: ops.divide(v.i, v.n),
        "divide_no_nan": lambda v: ops.divide_no_nan(v.x, ops.relu(v.y)),
        "ldexp": lambda v: ops.ldexp(v.x, v.i),
        "greater_equal": lambda v: ops.greater_equal(v.i, v.j),
        "less_equal": lambda v: ops.less_equal(v.i, v.j),
        "logical_xor": lambda v: ops.logical_xor(v.t, v.x > 0),
        "isin": lambda v: ops.isin(v.i, [1, 3]),
        "isin_not": lambda v: ops.isin(v.i, [1, 3], invert=True),
        "select": lambda v: ops.select([v.t, v.x > 0], [v.x, v.y], 7.0),
        "full_like": lambda v: ops.full_like(v.x, 2.5),
        "full_like_int": lambda v: ops.full_like(v.i, 3),
        "empty_like": lambda v: ops.empty_like(v.x),
        "ones_like": lambda v: ops.ones_like(v.i),
        "clip_int": lambda v: ops.clip(v.i, 1, 3),
        "saturate_cast": lambda v: ops.saturate_cast(v.x, "int32"),
        "cast_int": lambda v: ops.cast(v.x * 3.0, "int32"),
    },
    "integers": {
        "add": lambda v: v.i + v.j,
        "add_1": lambda v: v.i + 1,
        "add_half": lambda v: v.i + 0.5,
        "multiply": lambda v: v.i * v.j - 2,
        "multiply_2.": lambda v: v.i * 2.0,
        "floor_divide": lambda v: (v.i - 3) // v.n,
        "mod": lambda v: (v.i - 3) % v.n,
        "mod_3": lambda v: v.i % 3,
        "power": lambda v: ops.power(v.i, v.n),
        "maximum": lambda v: ops.maximum(v.i, v.j),
        "fmod": lambda v: ops.fmod(v.i - 3, v.n),
        "gcd": lambda v: ops.gcd(v.i * 4, v.n * 6),
        "lcm": lambda v: ops.lcm(v.i, v.n),
        "bitwise_and": lambda v: ops.bitwise_and(v.i, v.j),
        "bitwise_or": lambda v: ops.bitwise_or(v.i, v.j),
        "bitwise_xor": lambda v: ops.bitwise_xor(v.i, v.j),
        "bitwise_not": lambda v: ops.bitwise_not(v.i),
        "bitwise_invert": lambda v: ops.bitwise_invert(v.j),
        "left_shift": lambda v: ops.left_shift(v.i, v.j),
        "right_shift": lambda v: ops.right_shift(v.i * 9, v.j),
        "bitwise_left_shift": lambda v: ops.bitwise_left_shift(v.i, v.n),
        "bitwise_right_shift": lambda v: ops.bitwise_right_shift(v.i * -9, v.n),
        "abs": lambda v: ops.abs(v.i - 3),
        "square": lambda v: ops.square(v.i),
        "sum": lambda v: ops.sum(v.i, axis=1),
        "prod": lambda v: ops.prod(v.n, axis=1),
        "max": lambda v: ops.max(v.i, axis=1),
        "mean": lambda v: ops.mean(v.i, axis=1),
        "count": lambda v: ops.sum(v.t, axis=1),
        "argmin": lambda v: ops.argmin(v.i, axis=1, keepdims=True),
        "where": lambda v: ops.where(v.t, v.i, v.j),
        "where_0": lambda v: ops.where(v.t, v.i, 0),
        "unravel_index": lambda v: ops.unravel_index(v.i, (2, 3)),
        "big": lambda v: (v.i + 16777217) * 3,
    },
    "activations": {
        "celu": lambda v: ops.celu(v.x, alpha=0.7),
        "glu": lambda v: ops.glu(v.x, axis=1),
        "hard_shrink": lambda v: ops.hard_shrink(v.x, threshold=0.3),
        "hard_silu": lambda v: ops.hard_silu(v.x),
        "hard_tanh": lambda v: ops.hard_tanh(v.x),
        "log_sigmoid": lambda v: ops.log_sigmoid(v.x),
        "selu": lambda v: ops.selu(v.x),
        "soft_shrink": lambda v: ops.soft_shrink(v.x, threshold=0.3),
        "softsign": lambda v: ops.softsign(v.x),
        "sparse_plus": lambda v: ops.sparse_plus(v.x),
        "sparse_sigmoid": lambda v: ops.sparse_sigmoid(v.x),
        "sparsemax": lambda v: ops.sparsemax(v.x),
        "squareplus": lambda v: ops.squareplus(v.x, b=2),
        "tanh_shrink": lambda v: ops.tanh_shrink(v.x),
        "threshold": lambda v: ops.threshold(v.x, 0.2, -1.0),
        "log_softmax": lambda v: ops.log_softmax(v.x, axis=1),
        "softmax": lambda v: ops.softmax(v.x, axis=1),
    },
    "reductions": {
        "average": lambda v: ops.average(v.x, axis=1),
        "average_weighted": lambda v: ops.average(v.x, axis=1, weights=v.p),
        "amin": lambda v: ops.amin(v.x, axis=1),
        "all": lambda v: ops.all(v.t, axis=1),
        "count_nonzero": lambda v: ops.count_nonzero(v.i, axis=1),
        "max_initial": lambda v: ops.max(v.x, axis=1, initial=0.5),
        "median": lambda v: ops.median(v.x, axis=1),
        "quantile": lambda v: ops.quantile(v.x, 0.3, axis=2),
        "percentile": lambda v: ops.percentile(v.x, 80, axis=1, keepdims=True),
        "moments": lambda v: ops.moments(v.x, axes=[1]),
        "norm_1": lambda v: ops.norm(v.x, ord=1, axis=1),
        "norm_3": lambda v: ops.norm(v.x, ord=3, axis=-1),
        "norm_matrix": lambda v: ops.norm(v.x, axis=(1, 2)),
        "ptp": lambda v: ops.ptp(v.x, axis=1),
        "trapezoid": lambda v: ops.trapezoid(v.x, dx=0.5, axis=1),
        "cumsum": lambda v: ops.cumsum(v.x, axis=1),
        "cumsum_int": lambda v: ops.cumsum(v.i, axis=-1),
        "cumsum_bool": lambda v: ops.cumsum(v.t, axis=1),
        "cumprod": lambda v: ops.cumprod(v.x, axis=2),
        "diff": lambda v: ops.diff(v.x, axis=1),
        "diff_2": lambda v: ops.diff(v.i, n=2),
    },
    "positions": {
        "take_along_axis": lambda v: ops.take_along_axis(v.x, v.k, axis=1),
        "take_first": lambda v: ops.take_along_axis(v.x, v.k[:, :1], axis=1),
        "argsort": lambda v: ops.argsort(v.x, axis=1),
        "sort": lambda v: ops.sort(v.i, axis=-1),
        "sorted_by_other": lambda v: ops.take_along_axis(v.x, ops.argsort(v.y, axis=1), axis=1),
        "top_k": lambda v: ops.top_k(v.x, 3),
        "top_k_int": lambda v: ops.top_k(v.i, 2),
        "triu": lambda v: ops.triu(v.x, k=1),
        "tril": lambda v: ops.tril(v.x),
        "one_hot": lambda v: ops.one_hot(v.i - 1, 4),
        "one_hot_axis": lambda v: ops.one_hot(v.i, 4, axis=1),
        "one_hot_bool": lambda v: ops.one_hot(v.i, 4, dtype="bool"),
        "multi_hot": lambda v: ops.multi_hot(v.i[:, :, 0], 4),
        "argmax_one_hot": lambda v: ops.one_hot(ops.argmax(v.x, axis=-1), 6),
        "in_top_k": lambda v: ops.in_top_k(v.k[:, 0, 0], v.x[:, 0], 2),
        "cross": lambda v: ops.cross(v.x[:, :, :3], v.y[:, :, 3:]),
        "diagonal": lambda v: ops.diagonal(v.x, offset=1, axis1=1, axis2=2),
        "rot90": lambda v: ops.rot90(v.x, axes=(1, 2)),
        "rot270": lambda v: ops.rot90(v.x, k=3, axes=(1, 2)),
        "extract_sequences": lambda v: ops.extract_sequences(v.x, 3, 2),
    },
    "joining": {
        "append": lambda v: ops.append(v.x, v.y, axis=1),
        "array_split": lambda v: ops.array_split(v.x, 4, axis=2),
        "hsplit": lambda v: ops.hsplit(v.x, 2),
        "dsplit": lambda v: ops.dsplit(v.x, [2, 5]),
        "hstack": lambda v: ops.hstack([v.x, v.y]),
        "dstack": lambda v: ops.dstack([v.x, v.y]),
        "fliplr": lambda v: ops.fliplr(v.x),
        "unstack": lambda v: ops.unstack(v.x, axis=1),
        "slice": lambda v: ops.slice(v.x, [0, 1, 2], (-1, 2, 3)),
        "slice_update": lambda v: ops.slice_update(v.x, [0, 1, 2], v.y[:, :2, :3]),
        "tile": lambda v: ops.tile(v.x, (2, 1)),
        "moveaxis": lambda v: ops.moveaxis(ops.expand_dims(v.x, 1), (1, 2), (2, 3)),
        "repeat": lambda v: ops.repeat(v.x, [1, 0, 2, 1], axis=1),
        "roll": lambda v: ops.roll(v.x, (1, 2), axis=(1, 2)),
        "pad_value": lambda v: ops.pad(v.x, ((0, 0), (1, 0), (0, 1)), constant_values=2.0),
        "pad_reflect": lambda v: ops.pad(v.x, ((0, 0), (1, 2), (2, 1)), mode="reflect"),
        "pad_symmetric": lambda v: ops.pad(v.x, ((0, 0), (1, 2), (2, 1)), mode="symmetric"),
    },
}


class Values:
    """The inputs of a model, made where a function asks for them."""

    def __init__(self, draws):
        self.draws, self.inputs, self.arrays = draws, [], []

    def __getattr__(self, name):
        draws, shape = self.draws, (3, 4, 6)
        array = {
            "x": lambda: draws.normal(shape),
            "y": lambda: draws.normal(shape),
            "p": lambda: np.abs(draws.normal(shape)) + np.float32(0.1),
            "u": lambda: np.tanh(draws.normal(shape)) * np.float32(0.99),
            "w": lambda: draws.rng.choice(np.array([np.nan, np.inf, -np.inf, 0, -0.0, 1.5], "float32"), shape),
            "g": lambda: np.where(draws.flags(shape, 0.3), np.float32(np.nan), draws.normal(shape)),
            "i": lambda: draws.whole(shape, 6),
            "j": lambda: draws.whole(shape, 6),
            "k": lambda: draws.whole(shape, 4, -4),
            "n": lambda: draws.whole(shape, 4, 1),
            "t": lambda: draws.flags(shape),
        }[name]()
        made = keras.Input((4, 6), name=name, dtype=str(array.dtype))
        self.inputs.append(made)
        self.arrays.append(array)
        setattr(self, name, made)
        return made


def build_of(functions):
    def build(draws):
        values = Values(draws)
        outputs = [function(values) for function in functions]
        flat = keras.tree.flatten(outputs)
        return keras.Model(values.inputs, flat), values.arrays

    return build


for theme, functions in THEMES.items():
    cases.model(theme, build_of(list(functions.values())))
    cases.models({f"{theme}_{name}": build_of([function]) for name, function in functions.items()}, kept=False)


@cases.graph("volumes_and_distances")
def volumes_and_distances(draws):
    """Layers and operations of more axes than others show."""
    volume = keras.Input((4, 4, 4, 2), name="volume")
    image = keras.Input((3, 3, 2), name="image")
    a, b = keras.Input((3, 5), name="a"), keras.Input((2, 5), name="b")
    cropped = layers.Cropping3D(1)(layers.SpatialDropout3D(0.5)(volume))
    pooled = layers.AveragePooling3D(2)(volume)
    largest = layers.GlobalMaxPooling3D()(volume)
    outputs = [cropped, pooled, largest, layers.SpatialDropout2D(0.5)(image), ops.cdist(a, b)]
    return keras.Model([volume, image, a, b], outputs)
