"""Arrays as arguments of operations and layers, and what masks leave in a graph."""

import numpy as np

from ..catalog import Group
from ..later import keras, layers, ops

cases = Group("arguments", formats=("keras",))


def series(then, batch=None, shape=(5, 3), dtype="float32"):
    """A model of an input of (5, 3), or of ids below 4, and the values of two rows."""

    def build(draws):
        x = keras.Input(batch_shape=(batch, *shape), dtype=dtype)
        model = keras.Model(x, then(draws, x))
        given = draws.normal((2, *shape)) if dtype == "float32" else draws.whole((2, *shape), 4)
        return model, [given]

    return build


def ids(then):
    """A model of ids below 4."""
    return series(then, shape=(5,), dtype="int32")


def some(draws, *shape):
    return draws.flags(shape, 0.6) | (np.arange(shape[-1]) == 0)


for name, then in {
    "scaled": lambda d, x: layers.LSTM(2)((x - d.normal((3,))) / (1 + np.abs(d.normal((3,))))),
    "table": lambda d, x: x * d.normal((5, 3)) + d.normal((5, 1)),
    "tensor": lambda d, x: ops.maximum(x, ops.convert_to_tensor(d.normal((1, 5, 3)))),
    "integers": lambda d, x: x * np.array([1, 2, 3]),
    "compared": lambda d, x: ops.cast(ops.logical_and(x > d.normal((3,)), np.array([True, False, True])), "float32"),
    "where": lambda d, x: ops.where(x > 0, x, d.normal((3,))),
    "where__truths": lambda d, x: ops.where(some(d, 5, 1), x, d.normal((5, 3))),
    "matmul": lambda d, x: ops.matmul(x, d.normal((3, 4))),
    "matmul__left": lambda d, x: ops.matmul(d.normal((4, 5)), x),
    "matmul__vector": lambda d, x: ops.matmul(x, d.normal((3,))),
    "matmul__one_row": lambda d, x: ops.matmul(x, d.normal((1, 3, 4))),
    "einsum": lambda d, x: ops.einsum("btf,tfh->bh", x, d.normal((5, 3, 2))),
    "einsum__left": lambda d, x: ops.einsum("st,btf->bsf", d.normal((4, 5)), x),
    "tensordot": lambda d, x: ops.tensordot(x, d.normal((3, 2)), axes=1),
    "take": lambda d, x: ops.take(x, np.array([2, 0]), axis=1),
    "take__one": lambda d, x: ops.take(x, -2, axis=1),
    "initial_state__rows": lambda d, x: layers.GRU(2)(x, initial_state=[ops.convert_to_tensor(d.normal((2, 2)))]),
    "mask__one_row": lambda d, x: layers.GlobalAveragePooling1D()(x, mask=some(d, 1, 5)),
    "attention_mask": lambda d, x: layers.MultiHeadAttention(2, 2)(x, x, attention_mask=np.tril(np.ones((5, 5), bool))),
}.items():
    cases.model(name, series(then))
for name, then in {
    "rows__equal": lambda d, x: x + np.ones((2, 5, 3), "float32"),
    "rows": lambda d, x: ops.concatenate([x * d.normal((2, 5, 3)), d.normal((2, 5, 1))], axis=-1),
    "initial_state": lambda d, x: layers.Bidirectional(layers.LSTM(2))(
        x, initial_state=[d.normal((2, 2)) for _ in range(4)]
    ),
    "mask": lambda d, x: layers.LSTM(2)(layers.TimeDistributed(layers.Dense(2))(x, mask=some(d, 2, 5))),
    "softmax_mask": lambda d, x: layers.Softmax()(x, mask=some(d, 2, 5, 3)),
    "queries": lambda d, x: layers.MultiHeadAttention(1, 2)(d.normal((2, 2, 3)), x),
}.items():
    cases.model(f"fixed__{name}", series(then, batch=2))
cases.models(
    {
        "take__table": ids(lambda d, x: layers.LSTM(2)(ops.take(d.normal((4, 3)), x, axis=0))),
        "take__column": ids(lambda d, x: ops.take(d.normal((4,)), x, axis=0)),
        "equal__ids": ids(lambda d, x: ops.cast(ops.equal(x, np.array([0, 1, 2, 3, 0])), "float32")),
    }
)


def masked_pair(then):
    """Two sequences with masks, joined by then(a, b)."""

    def build(draws):
        given = [keras.Input((5,), dtype="int32") for _ in range(2)]
        a, b = (layers.Embedding(9, 4, mask_zero=True)(x) for x in given)
        return keras.Model(given, then(a, b)), [draws.padded((3, 5), 9, where) for where in ("post", "mixed")]

    return build


def model_of_two():
    a, b = keras.Input((5, 4)), keras.Input((5, 4))
    return keras.Model([a, b], layers.Add()([a, b]))


def steps_of(layer):
    return layers.TimeDistributed(keras.Sequential([layer, layers.Dropout(0.2)]))


JOINS = {
    "attention": lambda a, b: layers.Attention()([a, b]),
    "additive": lambda a, b: layers.AdditiveAttention()([a, b]),
    "attention_scores": lambda a, b: layers.Attention(use_scale=True)([a, b], return_attention_scores=True)[0],
    "attention_concat": lambda a, b: layers.Concatenate()([a, layers.Attention()([a, b])]),
    "residual": lambda a, b: layers.LayerNormalization()(layers.Add()([a, layers.Attention()([a, b])])),
    "nested": lambda a, b: model_of_two()([a, b]),
    "time_distributed": lambda a, b: layers.Concatenate()([steps_of(layers.Dense(4))(a), b]),
}
READERS = {
    "lstm": lambda x: layers.LSTM(2)(x),
    "pooling": lambda x: layers.GlobalAveragePooling1D()(x),
    "tagger": lambda x: layers.TimeDistributed(layers.Dense(2))(layers.Bidirectional(layers.GRU(2, return_sequences=True))(x)),
}
for join, joined in JOINS.items():
    for reader, read in READERS.items():
        cases.model(f"masks__{join}__{reader}", masked_pair(lambda a, b, f=joined, g=read: g(f(a, b))))


EDGES = np.array([-1, 0, 0.5, 1, 1, 2], "float32")
# on both sides of each edge, on it, and where there is no order
AROUND = np.array([-2, -1, -0.0, 0, 0.3, 0.5, 1, 1.5, 2, 3, np.inf, -np.inf, np.nan], "float32")


@cases.graph("digitize")
def digitize(draws):
    x, ids = keras.Input((13,), name="x"), keras.Input((13,), dtype="int32", name="ids")
    model = keras.Model([x, ids], [ops.digitize(x, EDGES), ops.digitize(ids, EDGES), ops.digitize(x, EDGES[:1])])
    return model, [np.stack([AROUND, AROUND[::-1]]), draws.whole((2, 13), 4)]


# on TensorFlow, values of one axis only may have several rows
@cases.graph("searchsorted")
def searchsorted(draws):
    x, ids = keras.Input((), name="x"), keras.Input((), dtype="int32", name="ids")
    found = [ops.searchsorted(EDGES, x, side=side) for side in ("left", "right")]
    found.append(ops.searchsorted(ops.convert_to_tensor([0, 1, 1, 3]), ids, side="right"))
    return keras.Model([x, ids], found), [AROUND, draws.whole((13,), 4)]
