"""Values for the weights of a model, in sizes that keep outputs away from zero and from saturation."""

from .later import keras, np


def _signed(rng, shape):
    return rng.uniform(0.4, 1.6, shape) * rng.choice([-1.0, 1.0], shape, p=[0.15, 0.85])


# the first line with a word that is in the weight's name, or is all of it behind a =
ROLES = (
    (("variance",), lambda rng, shape: rng.uniform(0.3, 1.9, shape)),
    (("gamma", "=scale"), _signed),
    (("mean",), lambda rng, shape: rng.normal(0.0, 0.6, shape)),
    (("bias", "beta"), lambda rng, shape: rng.uniform(-0.6, 0.6, shape)),
    (("=alpha",), lambda rng, shape: rng.uniform(-0.4, 0.7, shape)),
    (("embeddings",), lambda rng, shape: rng.normal(0.0, 0.7, shape)),
)


def _matrix(rng, shape):
    if len(shape) < 2:
        return rng.uniform(-0.8, 0.8, shape)
    inputs = int(np.prod(shape[:-1]))
    return rng.normal(0.0, 0.9 / np.sqrt(max(1, min(inputs, 64))), shape)


def _of_role(name):
    for words, draw in ROLES:
        if any(name == word[1:] if word[0] == "=" else word in name for word in words):
            return draw
    return _matrix


def is_float(weight):
    return "float" in str(weight.dtype)


def fill(model, rng, scale=1.0):
    """Draws every float weight but those that Normalization adapted to its data."""
    learnt = {id(w) for layer in parts(model) if isinstance(layer, keras.layers.Normalization) for w in layer.weights}
    for weight in model.weights:
        if id(weight) in learnt or not is_float(weight):
            continue
        value = _of_role(weight.path.rsplit("/", 1)[-1])(rng, tuple(weight.shape))
        weight.assign((np.asarray(value) * scale).astype("float32"))


def parts(model):
    """The model and every layer in it, each once."""
    found, waiting = {}, [model]
    while waiting:
        layer = waiting.pop()
        if id(layer) not in found:
            found[id(layer)] = layer
            waiting += getattr(layer, "_layers", None) or []
    return list(found.values())


def classes(model):
    """Names of all classes in the model; the kinds of models come last."""
    names = {type(part).__name__ for part in [*parts(model), *getattr(model, "operations", [])]}
    kinds = {"Functional", "Sequential"}
    return sorted(names - kinds) + sorted(names & kinds)
