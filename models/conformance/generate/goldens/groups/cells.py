"""Cells that are called as layers, a step a call, and models of one step that are called several times."""

from ..catalog import Group
from ..later import keras, layers, ops

cases = Group("cells", formats=("keras", "h5"))
CELLS = {
    "lstm": (2, lambda **options: layers.LSTMCell(4, **options)),
    "gru": (1, lambda **options: layers.GRUCell(4, **options)),
    "simple_rnn": (1, lambda **options: layers.SimpleRNNCell(4, **options)),
}


def step(cell, states, single=False):
    """One step: the states are inputs, the new ones are outputs."""

    def build(draws):
        x, given = keras.Input((draws.features(),)), [keras.Input((4,)) for _ in range(states)]
        y, new = cell()(x, given[0] if single else given)
        new = [new] if single else new
        return keras.Model([x, *given], [layers.Dense(2)(y), *new])

    return build


for name, (states, cell) in CELLS.items():
    cases.model(name, step(cell, states))
cases.models(
    {
        "lstm__options": step(lambda: layers.LSTMCell(4, use_bias=False, activation="relu"), 2),
        "gru__reset_before": step(lambda: layers.GRUCell(4, reset_after=False), 1),
        "gru__single_state": step(CELLS["gru"][1], 1, single=True),
    }
)


@cases.graph(formats=("keras",))
def shared_cell(draws):
    x, h, c = keras.Input((3, 5)), keras.Input((4,)), keras.Input((4,))
    cell, states, outputs = layers.LSTMCell(4), [h, c], []
    for t in range(3):
        y, states = cell(x[:, t], states)
        outputs.append(y)
    return keras.Model([x, h, c], [ops.stack(outputs, axis=1), *states])


@cases.graph()
def two_cells(draws):
    x, h, k = keras.Input((draws.features(),)), keras.Input((4,)), keras.Input((4,))
    y, [new] = layers.GRUCell(4)(x, [h])
    z, [other] = layers.GRUCell(4)(y, [k])
    return keras.Model([x, h, k], [z, new, other])


@cases.graph()
def stacked(draws):
    x = keras.Input((draws.features(),))
    h, c, g, r = (keras.Input((size,)) for size in (4, 4, 5, 2))
    stack = layers.StackedRNNCells([layers.LSTMCell(4), layers.GRUCell(5), layers.SimpleRNNCell(2)])
    y, new = stack(x, [[h, c], g, r])
    return keras.Model([x, h, c, g, r], [y, *keras.tree.flatten(new)])


def one_step():
    x, h = keras.Input((3,)), keras.Input((4,))
    y, [new] = layers.GRUCell(4)(x, [h])
    return keras.Model([x, h], [layers.Dense(3)(y), new])


def steps(top):
    """A model of one step called three times: Keras counts its calls from 1 in outputs and from 0 in arguments."""

    def build(draws):
        model, x, h = one_step(), keras.Input((3, 3)), keras.Input((4,))
        state, outputs = h, []
        for t in range(3):
            y, state = model([x[:, t], state])
            outputs.append(y)
        return keras.Model([x, h], top(outputs))

    return build


cases.models(
    {
        "model_of_a_step__all": steps(lambda y: y),
        "model_of_a_step__first": steps(lambda y: [y[0], layers.Dense(2)(y[2])]),
        "model_of_a_step__middle": steps(lambda y: [layers.Dense(2)(y[0]), y[1]]),
        "model_of_a_step__joined": steps(lambda y: [y[0], layers.Add()(y)]),
    },
    formats=("keras",),
)
