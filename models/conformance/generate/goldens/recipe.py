"""Models written down before there are any layers or numbers.

``L.Dense(units(3))`` is a recipe: the size is drawn and the layer is made when a case is.
What stands first is drawn first.
"""

from .later import keras, layers


class Recipe:
    def __init__(self, cook):
        self.cook = cook


def cooked(value, draws):
    """The value with all recipes inside of it done."""
    if isinstance(value, Recipe):
        return value.cook(draws)
    if type(value) in (list, tuple):
        return type(value)(cooked(part, draws) for part in value)
    if type(value) is dict:
        return {key: cooked(part, draws) for key, part in value.items()}
    return value


class Layers:
    """Every layer of Keras, by its name, as a recipe."""

    def __getattr__(self, name):
        return lambda *given, **options: Recipe(
            lambda draws: getattr(layers, name)(*cooked(given, draws), **cooked(options, draws))
        )


L = Layers()


def _drawn(method):
    return lambda *given: Recipe(lambda draws: getattr(draws, method)(*given))


units, features, steps, series, pick = (_drawn(method) for method in ("units", "features", "steps", "series", "pick"))


def chain(shape, *parts, dtype=None, name=None, model=None):
    """A Sequential model: an input of the shape, then the parts."""

    def build(draws):
        first = keras.Input(cooked(shape, draws), dtype=dtype, name=name)
        return keras.Sequential([first, *(cooked(part, draws) for part in parts)], name=model)

    return Recipe(build)


def wired(shape, layer):
    """A functional model of one layer, which may have several outputs."""

    def build(draws):
        x = keras.Input(cooked(shape, draws))
        return keras.Model(x, cooked(layer, draws)(x))

    return Recipe(build)


def joined(shape, count, layer):
    """A functional model of one layer that takes several inputs of one shape."""

    def build(draws):
        size = cooked(shape, draws)
        inputs = [keras.Input(size) for _ in range(count)]
        return keras.Model(inputs, cooked(layer, draws)(inputs))

    return Recipe(build)


def each(*shapes_then_layer):
    """A functional model of one layer that takes inputs of the given shapes."""
    *shapes, layer = shapes_then_layer

    def build(draws):
        inputs = [keras.Input(cooked(shape, draws)) for shape in shapes]
        return keras.Model(inputs, cooked(layer, draws)(inputs))

    return Recipe(build)


def fed(model, *inputs):
    """A model with the values it is called with: recipes, or functions of the draws."""

    def build(draws):
        made = cooked(model, draws)
        return made, [value(draws) if callable(value) else cooked(value, draws) for value in inputs]

    return Recipe(build)
