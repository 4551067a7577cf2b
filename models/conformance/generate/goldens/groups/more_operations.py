"""Operations of Keras, one a model."""

from ..catalog import Group
from ..later import keras, layers, ops

cases = Group("more", seed=3, formats=("keras",))
STEPS = {
    "pow2": lambda x: x**2,
    "neg": lambda x: -x,
    "rsub": lambda x: 1 - x,
    "rdiv": lambda x: 1.0 / (x * x + 1.0),
    "floordiv": lambda x: x // 0.5,
    "mod": lambda x: x % 0.7,
    "sign": lambda x: ops.sign(x),
    "floor": lambda x: ops.floor(x),
    "log": lambda x: ops.log(ops.abs(x) + 1.0),
    "sq": lambda x: ops.square(x),
    "exp": lambda x: ops.exp(x),
    "sqrt": lambda x: ops.sqrt(ops.maximum(x, 0.0)),
    "minimum": lambda x: ops.minimum(x, 0.3),
    "clip": lambda x: ops.clip(x, -0.5, 0.5),
    "sin": lambda x: ops.sin(x) + ops.cos(x),
    "erf": lambda x: ops.erf(x),
    "ones": lambda x: x + ops.ones_like(x),
    # activations
    "relu": lambda x: ops.relu(x),
    "relu6": lambda x: ops.relu6(x),
    "silu": lambda x: ops.silu(x),
    "gelu": lambda x: ops.gelu(x),
    "gelu_exact": lambda x: ops.gelu(x, approximate=False),
    "leaky": lambda x: ops.leaky_relu(x),
    "elu": lambda x: ops.elu(x),
    "softplus": lambda x: ops.softplus(x),
    "tanh": lambda x: ops.tanh(x),
    "hard": lambda x: ops.hard_sigmoid(x),
    "logsoftmax": lambda x: ops.log_softmax(x),
    "softmax1": lambda x: ops.softmax(x, axis=1),
    # one value for many
    "maxk": lambda x: x - ops.max(x, axis=-1, keepdims=True),
    "argmax": lambda x: ops.argmax(x, axis=-1),
    "mean2": lambda x: ops.mean(x, axis=(1, 2)),
    "min": lambda x: ops.min(x, axis=2),
    "prod": lambda x: ops.prod(x, axis=1),
    "logsumexp": lambda x: ops.logsumexp(x, axis=-1),
    "var": lambda x: ops.var(x, axis=1),
    "std": lambda x: ops.std(x, axis=1),
    "sumall": lambda x: ops.sum(x, axis=[1, 2], keepdims=True),
    "any": lambda x: ops.any(x > 1.0, axis=1),
    "l2": lambda x: ops.sqrt(ops.sum(ops.square(x), axis=-1)),
    "norm": lambda x: ops.norm(x, axis=-1),
    "norm1": lambda x: ops.normalize(x, axis=1),
    "abs_max": lambda x: ops.amax(ops.abs(x), axis=1),
    # shapes
    "repeat": lambda x: ops.repeat(x, 3, axis=1),
    "concat1": lambda x: ops.concatenate([x, x * 2.0], axis=1),
    "swapaxes": lambda x: ops.swapaxes(x, 1, 2),
    "moveaxis": lambda x: ops.moveaxis(x, 1, 2),
    "tile": lambda x: ops.tile(x, (1, 2, 1)),
    "pad": lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 1))),
    "reshape4": lambda x: ops.reshape(x, (-1, 2, 2, 6)),
    "stack_last": lambda x: ops.stack([x, x], axis=-1),
    "newaxis": lambda x: x[:, None],
    "flipT": lambda x: ops.flip(x, axis=(1, 2)),
    "roll": lambda x: ops.roll(x, 1, axis=1),
    "take": lambda x: ops.take(x, [0, 2], axis=1),
    "split3": lambda x: ops.split(x, 3, axis=2),
    "splitat": lambda x: ops.split(x, [1, 3], axis=1),
    "slice_neg": lambda x: x[:, -3:-1, ::-1],
    "slice_mid": lambda x: x[:, 1],
    "slice_last": lambda x: x[..., -1],
    "max_pool": lambda x: ops.max_pool(x, 2),
    "average_pool": lambda x: ops.average_pool(ops.expand_dims(x, -1), (3, 2), strides=(1, 2), padding="same"),
    "slice_all": lambda x: x[:, :, 0:2],
    # conditions
    "where": lambda x: ops.where(x > 0, 1.0, 0.0),
    "wherex": lambda x: ops.where(ops.logical_and(x > -0.5, x < 0.5), x, -1.0),
    "cast": lambda x: ops.cast(x > 0, "float32"),
    "not": lambda x: ops.logical_not(x > 0),
    "equal": lambda x: ops.equal(ops.argmax(x, axis=-1), 2),
    # products
    "einsum_outer": lambda x: ops.einsum("btf,bsf->bstf", x, x),
    "einsum_sum": lambda x: ops.einsum("btf->bf", x),
    "matmul4": lambda x: ops.matmul(ops.expand_dims(x, 1), ops.expand_dims(ops.transpose(x, (0, 2, 1)), 1)),
    # layers around operations; an operation passes no mask on, a layer does
    "layer_on_ops": lambda x: layers.LSTM(3)(ops.concatenate([x, layers.Dense(2)(x)], axis=-1)),
    "mask_lost": lambda x: layers.LSTM(3)(ops.relu(layers.Masking(0.0)(x))),
    "mask_kept": lambda x: layers.LSTM(3)(layers.ReLU()(layers.Masking(0.0)(x))),
}


def over(step):
    def build(draws):
        x = keras.Input((4, 6))
        return keras.Model(x, step(x))

    return build


cases.models({f"op_{name}": over(step) for name, step in STEPS.items()})
