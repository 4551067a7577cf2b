"""Makes one case of a Keras model.

What a definition may say beside the model:

* ``formats``: of keras, h5 and json; otherwise keras, and the others for a part of the cases
* ``tolerance``, ``notes``
* ``calls``: a function of draws and model, for several calls
* ``weights="keep"``: as Keras initializes them
* ``scale``: of drawn weights
* ``reference``: a function of model and inputs that gives the outputs, for what TensorFlow cannot run
"""

import os

from .draws import Draws, number_of
from .files import write_calls, write_json
from .later import keras, np
from .play import gap, listed, play
from .recipe import Recipe
from .weights import classes, fill


def built(build, draws):
    """A model and its inputs or None."""
    made = build.cook(draws) if isinstance(build, Recipe) else build(draws)
    return made if isinstance(made, tuple) else (made, None)


def start(name):
    """Begins anew with the names and random numbers that Keras gives by itself."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(number_of(name))


def inputs_for(model, draws):
    arrays = []
    for known in model.inputs:
        shape = [draws.rows if axis == 0 and size is None else size for axis, size in enumerate(known.shape)]
        if None in shape:
            steps = draws.steps(3)
            shape = [steps if size is None else size for size in shape]
        kind = str(known.dtype)
        if "float" not in kind and kind != "bool":
            raise ValueError(f"which values does input {known.name} of {kind} take?")
        arrays.append(draws.flags(shape) if kind == "bool" else draws.normal(shape))
    return arrays


def make(case, folder, seed):
    options = case.options
    start(case.name)
    draws = Draws(seed, case.name)
    model, inputs = built(options["build"], draws)
    if options.get("weights") != "keep":
        fill(model, draws.rng, options.get("scale", 1.0))
    if "calls" in options:
        calls = options["calls"](draws, model)
    else:
        calls = [{"inputs": inputs_for(model, draws) if inputs is None else inputs}]
    reference = options.get("reference")
    answers = [listed(reference(model, call["inputs"])) for call in calls] if reference else play(model, calls)
    for call, pairs in zip(calls, answers):
        call["outputs"] = [array for _, array in pairs]

    input_names = [known.name for known in model.inputs]
    output_names = names_of(model, [key for key, _ in answers[0]])
    tolerance = options.get("tolerance", 1e-5)
    content = {
        "format": 1,
        "name": case.name,
        "group": case.group,
        "kind": "predict",
        "keras_version": keras.__version__,
        "reference_backend": keras.backend.backend(),
        "input_names": input_names,
        "output_names": output_names,
        "layers": classes(model),
        "tolerance": {"absolute": tolerance, "relative": tolerance},
    }
    if options.get("notes"):
        content["notes"] = options["notes"]
    wild = [a for call in calls for a in call["outputs"] if a.dtype.kind == "f" and not np.isfinite(a).all()]
    if wild:
        content["warnings"] = ["expected output has non-finite values"] * len(wild)
    content["files"], refused = save(model, folder, case.name, options.get("formats"), calls, not reference)
    if refused:
        content["not_written"] = refused
    content["calls"] = write_calls(folder, calls, input_names, output_names)
    write_json(content, folder, "case.json")


def names_of(model, keys):
    known = list(getattr(model, "output_names", []))
    fitting = known if len(known) == len(keys) else [f"output_{i}" for i in range(len(keys))]
    return [key or name for key, name in zip(keys, fitting)]


def save(model, folder, name, formats, calls, replay):
    """Writes the model: if no formats are asked for, HDF5 for every second case, and the parts for every eighth.

    More would say the same again and make the repository large.
    """
    number = number_of(name)
    wants = set(formats or ["keras"] + ["h5"] * (number % 2 == 0) + ["json"] * (number % 8 == 0))
    written, refused = {}, {}
    if "keras" in wants:
        model.save(os.path.join(folder, "model.keras"))
        written["keras"] = "model.keras"
    if "json" in wants:
        with open(os.path.join(folder, "model.json"), "w", encoding="utf-8") as file:
            file.write(model.to_json())
        model.save_weights(os.path.join(folder, "model.weights.h5"))
        written |= {"config": "model.json", "weights": "model.weights.h5"}
    if "h5" in wants:
        path = os.path.join(folder, "model.h5")
        why = refusal(model, path, calls, replay)
        if why is None:
            written["h5"] = "model.h5"
        else:
            refused["h5"] = why
            if os.path.exists(path):
                os.remove(path)
    return written, refused


def refusal(model, path, calls, replay):
    """Why Keras does not write the HDF5 file, or does not read back what it wrote; None if it does."""
    try:
        model.save(path)
        if not replay:
            return None
        again = play(keras.models.load_model(path, compile=False), calls)
    except Exception as error:
        return f"{type(error).__name__}: " + str(error).strip().split("\n")[0][:160]
    apart = gap([a for call in calls for a in call["outputs"]], [a for pairs in again for _, a in pairs])
    return None if apart < 1e-6 else f"Keras reloads it with other outputs (max difference {apart:g})"


def make_written(case, folder, seed):
    """A case whose files the definition writes itself."""
    # Keras draws first weights by itself in some of them
    start(case.name)
    more = case.options["write"](Draws(seed, case.name), folder) or {}
    content = {
        "format": 1,
        "name": case.name,
        "group": case.group,
        "keras_version": keras.__version__,
        **case.options["fields"],
        **more,
    }
    write_json(content, folder, "case.json")
