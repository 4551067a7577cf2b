"""How layers are joined: in rows, in graphs, in models of models, by operations."""

from ..catalog import Group
from ..later import keras, layers, ops
from ..recipe import L, Recipe, chain, cooked, features, series, units

cases = Group("topology")


def over(top, shape=series(3, 2)):
    """One input through top(draws, x)."""

    def build(draws):
        x = keras.Input(cooked(shape, draws))
        return keras.Model(x, top(draws, x))

    return build


@cases.graph(formats=("keras", "h5", "json"))
def sequential__no_input_layer(draws):
    model = keras.Sequential([layers.LSTM(draws.units()), layers.Dense(3)])
    model.build((None, *draws.series()))
    return model


@cases.graph()
def sequential__input_shape_argument(draws):
    size = draws.units()
    return keras.Sequential([layers.Dense(size, input_shape=(draws.features(),)), layers.Dense(2)])


INNER = Recipe(
    lambda draws: keras.Sequential([layers.LSTM(draws.units(), return_sequences=True), layers.Dense(draws.units())])
)
cases.models(
    {
        "sequential__named": chain(
            series(),
            L.LSTM(units(), name="encoder lstm"),
            L.Dense(2, name="scores.out"),
            name="signal",
            model="my-model",
        ),
        "sequential__same_class_many_times": chain((features(),), *[L.Dense(units())] * 12),
        "sequential__nested": chain(series(), INNER, L.GRU(units())),
    }
)


@cases.graph()
def functional__two_inputs_two_outputs(draws):
    a, b = keras.Input(draws.series(), name="a"), keras.Input((draws.features(),), name="b")
    join = layers.Concatenate()
    both = join([layers.LSTM(draws.units())(a), layers.Dense(draws.units(), activation="relu")(b)])
    return keras.Model([a, b], [layers.Dense(1, name="price")(both), layers.Dense(4, "softmax", name="kind")(both)])


@cases.graph(notes="case.json lists dict outputs in sorted key order")
def functional__dict_inputs_dict_outputs(draws):
    given = {"wind": keras.Input(draws.series(), name="wind"), "age": keras.Input((2,), name="age")}
    join = layers.Concatenate()
    both = join([layers.GRU(draws.units())(given["wind"]), given["age"]])
    return keras.Model(given, {"zeta": layers.Dense(1)(both), "alpha": layers.Dense(3)(both)})


@cases.graph(calls=lambda draws, model: [{"inputs": [draws.normal((2, 4, 5)), draws.normal((2, 7, 5))]}])
def functional__shared_layers(draws):
    a, b = (keras.Input((None, 5), name=name) for name in "ab")
    memory, head = layers.LSTM(draws.units(), name="shared_lstm"), layers.Dense(4, name="shared_dense")
    first, second = (head(memory(x)) for x in (a, b))
    return keras.Model([a, b], [layers.Subtract()([first, second]), first])


@cases.graph()
def functional__layer_thrice_in_chain(draws):
    x = y = keras.Input((6,))
    dense = layers.Dense(6, activation="tanh")
    for _ in range(3):
        y = dense(y)
    return keras.Model(x, y)


@cases.graph()
def functional__nested_two_outputs(draws):
    i = keras.Input(draws.series(3, 2))
    inner = keras.Model(i, [layers.LSTM(4)(i), layers.GlobalMaxPooling1D()(i)], name="features")
    x = keras.Input(i.shape[1:])
    pair = list(inner(x))
    head = layers.Dense(2)
    return keras.Model(x, head(layers.Concatenate()(pair)))


@cases.graph(
    notes="one model is used both inside another and beside it: its weights are stored once, and Keras itself fails to"
    " load the file"
)
def functional__nested_deep_shared(draws):
    i = keras.Input((draws.features(2),))
    tower = keras.Model(i, layers.Dense(4, "relu")(i), name="tower")
    j = keras.Input(i.shape[1:])
    head = layers.Dense(3)
    middle = keras.Model(j, head(tower(j)), name="middle")
    left, right = (keras.Input(i.shape[1:], name=name) for name in ("left", "right"))
    join = layers.Concatenate()
    return keras.Model([left, right], join([middle(left), middle(right), tower(right)]))


@cases.graph()
def functional__nested_sequential(draws):
    x = keras.Input(draws.series(3, 2))
    head = keras.Sequential(
        [layers.Conv1D(draws.units(), 2), layers.ReLU(), layers.GlobalAveragePooling1D()], name="head"
    )
    return keras.Model(x, head(x))


@cases.graph()
def functional__nested_dict_inputs(draws):
    u, v = keras.Input((3,), name="u"), keras.Input((4,), name="v")
    inner = keras.Model({"u": u, "v": v}, layers.Concatenate()([v, u]))
    a, b = keras.Input((3,)), keras.Input((4,))
    head = layers.Dense(2)
    return keras.Model([a, b], head(inner({"u": a, "v": b})))


@cases.graph()
def functional__skip_connections(draws):
    x = keras.Input(draws.series(3, 2))
    width = x.shape[-1]
    add = layers.Add()
    local = layers.Conv1D(width, 3, padding="same", activation="relu")(x)
    return keras.Model(x, add([x, local, layers.LSTM(width, return_sequences=True)(x)]))


@cases.graph()
def functional__cut_from_another_model(draws):
    x = keras.Input(draws.series())
    inner = layers.LSTM(draws.units(), name="inner_lstm", return_sequences=True)(x)
    head = layers.Dense(2)
    full = keras.Model(x, head(layers.GRU(3)(inner)))
    return keras.Model(full.inputs, full.get_layer("inner_lstm").output)


@cases.graph()
def functional__layer_names_sort_differently(draws):
    x = y = keras.Input((3,), name="x")
    for i in range(8):
        y = layers.Dense(3, name=f"block_{i}_dense", activation="tanh")(y)
    return keras.Model(x, y)


@cases.graph()
def functional__attention_from_layers(draws):
    shape, size = draws.series(3, 2), draws.units(3)
    x = keras.Input(shape)
    sequence = layers.LSTM(size, return_sequences=True)(x)
    # layers are named in the order in which they are made, and the outer ones are made first here
    flatten, score = layers.Flatten(), layers.Dense(1, activation="tanh")
    scores = flatten(score(sequence))
    permute, repeat = layers.Permute((2, 1)), layers.RepeatVector(size)
    weights = permute(repeat(layers.Activation("softmax")(scores)))
    head, flat = layers.Dense(2), layers.Flatten()
    return keras.Model(x, head(flat(layers.Multiply()([sequence, weights]))))


def same_twice(draws, x):
    y = layers.GRU(3)(x)
    return [y, y]


def mixed(draws, x):
    y = layers.Dense(x.shape[-1])(x)
    return x * y + (x - y)


cases.models(
    {
        "functional__input_is_output": over(lambda draws, x: [x, layers.GRU(draws.units())(x)]),
        "functional__same_output_twice": over(same_twice),
    }
)

OPERATIONS = {
    "arithmetic": lambda x: (x + 1.5) * 2.0 - x / 3.0,
    "scalar_left": lambda x: 1.0 - ops.sigmoid(x),
    "slice": lambda x: layers.Dense(3)(x[:, -1, :]),
    "slice_steps": lambda x: x[:, ::2, 1:],
    "mean": lambda x: ops.mean(x, axis=1),
    "sum_keepdims": lambda x: x / ops.sum(ops.exp(x), axis=-1, keepdims=True),
    "max_concatenate": lambda x: ops.concatenate([ops.max(x, axis=1), ops.mean(x, axis=1)], axis=-1),
    "expand_squeeze": lambda x: ops.squeeze(ops.expand_dims(layers.GRU(3)(x), 1), 1),
    "matmul_transpose": lambda x: ops.matmul(ops.transpose(x, (0, 2, 1)), x),
    "reshape_softmax": lambda x: ops.softmax(ops.reshape(x, (-1, x.shape[1] * x.shape[2]))),
    "stack": lambda x: ops.stack([layers.GRU(4)(x) for _ in range(2)], axis=1),
    "pow_sqrt_abs": lambda x: ops.sqrt(ops.abs(x)) + ops.square(x) + x**3,
    "where_greater": lambda x: ops.where(x > 0.0, x, 0.1 * x),
    "norm": lambda x: ops.normalize(x, axis=-1),
    "flip": lambda x: layers.LSTM(3)(ops.flip(x, axis=1)),
    "einsum": lambda x: ops.einsum("btf,bsf->bts", x, x),
}
cases.models({f"operations__{name}": over(lambda draws, x, top=top: top(x)) for name, top in OPERATIONS.items()})
cases.models(
    {
        "operations__two_tensors": over(mixed),
        "operations__split": over(lambda draws, x: ops.split(x, 2, axis=-1), (4, 6)),
    }
)


@cases.graph()
def operations__attention_pooling(draws):
    x = keras.Input(draws.series(3, 2))
    h = layers.Bidirectional(layers.LSTM(draws.units(), return_sequences=True))(x)
    over_steps = layers.Softmax(axis=1)
    weights = over_steps(layers.Dense(1, activation="tanh")(h))
    return keras.Model(x, [ops.sum(h * weights, axis=1), weights])


@cases.graph()
def compiled__adam(draws):
    """A trained model, whose file has the optimizer's weights too."""
    shape = draws.series()
    model = keras.Sequential([keras.Input(shape), layers.LSTM(draws.units()), layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    model.train_on_batch(draws.normal((2, *shape)), draws.normal((2, 1)))
    return model
