"""What a Keras model answers to a case's calls."""

from .later import keras, np
from .weights import parts


def is_text(array):
    return array.dtype.kind in "OUS"


def plain(value):
    """A NumPy array of what a layer gave; floats of 16 bits become 32."""
    if isinstance(value, np.ndarray):
        return value
    if "string" in str(value.dtype):
        return value.numpy()
    if hasattr(value, "to_tensor"):
        value = value.to_tensor()
    array = keras.ops.convert_to_numpy(value)
    return array.astype("float32") if str(array.dtype) in ("float16", "bfloat16") else array


def listed(value):
    """Pairs of a name and an array: dicts in the order of their keys, lists one after another, without names."""
    if isinstance(value, dict):
        return [(key, plain(value[key])) for key in sorted(value)]
    if isinstance(value, (list, tuple)):
        return [pair for part in value for pair in listed(part)]
    return [(None, plain(value))]


def tensor(array):
    if is_text(array):
        import tensorflow

        return tensorflow.constant(array.astype(object))
    return keras.ops.convert_to_tensor(array)


def answer(model, arrays):
    """One call with inputs in the order of ``model.inputs``."""
    given = [tensor(array) for array in arrays]
    if isinstance(getattr(model, "_inputs_struct", None), dict):
        given = {known.name: value for known, value in zip(model.inputs, given)}
    elif len(given) == 1:
        given = given[0]
    return listed(model(given, training=False))


def forget(model):
    for layer in parts(model):
        if getattr(layer, "stateful", False) and hasattr(layer, "reset_state"):
            layer.reset_state()


def play(model, calls):
    """The answers to all calls, beginning without states, and leaving none."""
    forget(model)
    answers = []
    for call in calls:
        if call.get("reset"):
            forget(model)
        answers.append(answer(model, call["inputs"]))
    forget(model)
    return answers


def gap(ones, others):
    """Largest difference of two lists of arrays; infinite where they cannot be compared. NaN equals NaN."""
    if len(ones) != len(others):
        return np.inf
    most = 0.0
    for one, other in zip(ones, others):
        if (
            one.shape != other.shape
            or is_text(one) != is_text(other)
            or is_text(one)
            and not np.array_equal(one, other)
        ):
            return np.inf
        if is_text(one) or not one.size:
            continue
        one, other = one.astype("float64"), other.astype("float64")
        with np.errstate(invalid="ignore"):
            apart = np.where((one == other) | np.isnan(one) & np.isnan(other), 0.0, np.abs(one - other))
        most = max(most, float(np.where(np.isnan(apart), np.inf, apart).max()))
    return most


def within(expected, got, tolerance):
    """Whether all floats are as near as the tolerance asks, and all else is equal."""
    if gap(expected, got) == np.inf:
        return False
    for one, other in zip(expected, got):
        if one.dtype.kind != "f":
            if not np.array_equal(one, other):
                return False
            continue
        near = np.abs(one.astype("float64") - other) <= tolerance["absolute"] + tolerance["relative"] * np.abs(
            one.astype("float64")
        )
        if not (near | (one == other) | np.isnan(one) & np.isnan(other)).all():
            return False
    return True
