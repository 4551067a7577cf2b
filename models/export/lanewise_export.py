#!/usr/bin/env python3
"""Writes a live Keras model as one file that Lanewise reads: layers, every weight, and calls with the outputs it gave.

    from lanewise_export import export
    export(model, "model.pb")                          # or "model.json"
    export(model, "model.pb", tokenizer=tokenizer, text={"maxlen": 28}, labels=["bad", "good"])

    python lanewise_export.py model.h5 model.pb --tokenizer tokenizer.json --probe

Works in every Keras from 2.4 (as tf.keras, keras, tf_keras) to 3.x, also for models that Keras can't save and load again. Needs the
Keras that runs the model and numpy; the binary form also needs protobuf. The schema is lanewise_export.proto.
"""

import argparse
import base64
import importlib
import json
import re
import sys

import numpy as np

KIND = "lanewise.export"
VERSION = 1

# lanewise_export.proto as a table: for each message its fields in the order of their numbers, from 1; a * marks a repeated field
SCHEMA = {
    "Export": "string kind, int32 version, string keras, string architecture, Layer* layers, Vocabulary* vocabularies, Sample* samples, "
              "double absolute, double relative, Text text, string* labels",
    "Layer": "string name, string type, Array* arrays",
    "Array": "string name, Type type, int32* shape, bytes values, string* strings",
    "Vocabulary": "string layer, string* words, float* idf",
    "Sample": "string kind, bool reset, Array* inputs, Array* outputs, Array* layers",
    "Text": "string tokenizer, string* cleaning, int32 maxlen, string padding, string truncating, double value",
}
TYPES = ["FLOAT32", "INT32", "INT64", "BOOL", "STRING"]


def export(model, path, samples=4, tokenizer=None, text=None, labels=(), probe=False, tolerance=1e-5, seed=0):
    """Writes a model.

    model      a built Sequential or Functional model
    path       ends in .json for the JSON form; anything else gets the binary form
    samples    how many ordinary inputs to try, beside awkward ones (padding at each place, the largest id, one step, ...), or a list of
               calls to record: each a list with one array per input, in the order of model.inputs
    tokenizer  a Tokenizer, or what its to_json() gave
    text       how its ids become the input: a dict with any of maxlen, padding, truncating, value, cleaning
    labels     names for the values of the first output
    probe      also record what each layer gives, so that an importer can name the first one that differs
    tolerance  how far outputs may differ, absolute and relative
    seed       of the ordinary inputs
    """
    content = describe(model, samples, tokenizer, text, labels, probe, tolerance, seed)
    if str(path).endswith(".json"):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
    else:
        data = to_bytes(content)
        with open(path, "wb") as file:
            file.write(data)


def describe(model, samples=4, tokenizer=None, text=None, labels=(), probe=False, tolerance=1e-5, seed=0):
    """The model as a dict in protobuf's JSON mapping of the schema."""
    if not getattr(model, "built", True) or not getattr(model, "inputs", None):
        raise ValueError("the model has no inputs yet: build it, or call it once, before it is exported")
    layers = []
    for layer in model.layers:
        arrays = [array_of(variable_name(v), to_numpy(v)) for v in list(layer.trainable_weights) + list(layer.non_trainable_weights)]
        if arrays:
            layers.append({"name": layer.name, "type": type(layer).__name__, "arrays": arrays})
    content = {
        "kind": KIND,
        "version": VERSION,
        "keras": keras_version(model),
        "architecture": model.to_json(),
        "layers": layers,
        "vocabularies": [v for path, layer in walk("", model.layers) for v in vocabulary(path, layer)],
        "samples": record(model, calls_of(model, samples, seed), probe, tolerance),
        "absolute": tolerance,
        "relative": tolerance,
        "labels": list(labels),
    }
    if tokenizer is not None:
        content["text"] = {"tokenizer": tokenizer if isinstance(tokenizer, str) else tokenizer.to_json(), **(text or {})}
    return content


# ---- the Keras that runs the model

def model_class(model):
    """Keras's class Model that the model's class is derived from."""
    for base in type(model).__mro__:
        if base.__name__ == "Model" and re.match(r"(keras|tf_keras|tensorflow)\b", base.__module__):
            return base
    raise TypeError(f"{type(model)} is no Keras model")


def keras_version(model):
    # keras.src.models.model, tf_keras.src.engine.training, or, up to 2.5, tensorflow.python.keras.engine.training
    package = re.match(r"(tensorflow\.python\.)?\w+", model_class(model).__module__).group()
    return importlib.import_module(package).__version__.split("-")[0]


def to_numpy(value):
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    if hasattr(value, "numpy"):
        value = value.numpy()
    elif hasattr(value, "value"):
        value = to_numpy(value.value() if callable(value.value) else value.value)
    return np.asarray(value)


def variable_name(variable):
    """Keras's own path of a variable: lstm/lstm_cell/kernel."""
    return str(getattr(variable, "path", None) or variable.name)


def array_of(name, value):
    value = np.asarray(value)
    entry = {"name": name, "shape": [int(n) for n in value.shape]}
    if value.dtype.kind in "OUS":
        return {**entry, "type": "STRING", "strings": [v.decode("utf-8") if isinstance(v, bytes) else str(v) for v in value.reshape(-1)]}
    if value.dtype.kind == "b":
        kind, form = "BOOL", "u1"
    elif value.dtype.kind in "iu":
        kind, form = ("INT64", "<i8") if value.dtype.itemsize == 8 or value.dtype == np.uint32 else ("INT32", "<i4")
    else:  # floats of all widths, also bfloat16
        kind, form = "FLOAT32", "<f4"
    raw = np.ascontiguousarray(value.astype(form)).tobytes()
    return {**entry, "type": kind, "values": base64.b64encode(raw).decode("ascii")}


def walk(prefix, layers):
    """All layers with their paths, also those inside others."""
    for layer in layers:
        path = prefix + layer.name
        yield path, layer
        inner = list(getattr(layer, "layers", None) or [])
        for attribute in ("layer", "forward_layer", "backward_layer", "cell"):
            held = getattr(layer, attribute, None)
            if held is not None and hasattr(held, "name") and hasattr(held, "weights"):
                inner.append(held)
        yield from walk(path + "/", inner)


def vocabulary(path, layer):
    if not callable(getattr(layer, "get_vocabulary", None)):
        return
    entry = {"layer": path, "words": [str(w) for w in layer.get_vocabulary()]}
    lookup = getattr(layer, "_lookup_layer", layer)
    if str(getattr(lookup, "output_mode", "")) == "tf_idf":
        weights = getattr(lookup, "idf_weights", None)
        if weights is None:
            weights = lookup.idf_weights_const
        entry["idf"] = [float(w) for w in to_numpy(weights).reshape(-1)]
    yield entry


# ---- samples

def calls_of(model, samples, seed):
    """The calls to record: a list of (kind, inputs)."""
    if not isinstance(samples, int):
        return [("given", [np.asarray(a) for a in call]) for call in samples]
    random = np.random.default_rng(seed)
    calls = [("ordinary", draw(model, "ordinary", random)) for _ in range(samples)]
    if samples > 0:
        for kind in AWKWARD:
            inputs = draw(model, kind, random)
            if inputs is not None:
                calls.append((kind, inputs))
    return calls


AWKWARD = ["all padding", "front padding", "back padding", "inner padding", "largest id", "one step", "large magnitudes"]


def draw(model, kind, random):
    """One array for each input; None where no input can be of this kind."""
    limits = id_limits(model)
    lookups = [layer for _, layer in walk("", model.layers) if callable(getattr(layer, "get_vocabulary", None))]
    words = [word for layer in lookups for word in layer.get_vocabulary()]
    numbers = [word for word in words if not isinstance(word, str) and word >= 0]
    # a layer without ids for unknown words refuses them
    unseen = [] if any(getattr(layer, "num_oov_indices", 1) == 0 for layer in lookups) else ["unseen", "two unseen"]
    open_steps = 1 if kind == "one step" else 7
    arrays, special = [], kind == "ordinary"
    for tensor in model.inputs:
        given = [int(n) if n is not None else None for n in tensor.shape]
        shape = [2 if i == 0 and n is None else open_steps if n is None else n for i, n in enumerate(given)]
        special |= kind == "one step" and None in given[1:]
        name = str(getattr(tensor.dtype, "name", tensor.dtype))
        limit = limits.get(tensor.name.split(":")[0])
        if name == "string":
            array = np.array(random.choice([str(word) for word in words] + unseen, shape), dtype=object)
        elif name == "bool":
            array = random.random(shape) < 0.6
        elif limit is not None or name.startswith(("int", "uint")):
            array = random.choice(numbers, shape) if numbers else random.integers(1, max(2, limit or 8), shape)
            if kind == "largest id" and not numbers:
                array[..., -1] = (limit or 8) - 1
                special = True
            array = array.astype(name if not name.startswith("uint") else "int32")
        else:
            array = random.standard_normal(shape).astype("float32")
            if kind == "large magnitudes":
                array = array * np.float32(50)
                special = True
        if "padding" in kind and len(shape) > 1 and name not in ("string", "bool") and not numbers:
            special |= pad(kind, array, limit is None and mask_value(model))
        arrays.append(array)
    return arrays if special else None


def pad(kind, array, value):
    """Overwrites steps with padding; whether there are enough of them."""
    steps = array.shape[1]
    third = max(1, steps // 3)
    where = {"all padding": slice(None), "front padding": slice(0, third), "back padding": slice(steps - third, None),
             "inner padding": slice(third, 2 * third)}[kind]
    if steps < 3 and kind != "all padding":
        return False
    array[:, where] = value or 0
    return True


def mask_value(model):
    return next((layer.mask_value for _, layer in walk("", model.layers) if hasattr(layer, "mask_value")), 0)


def id_limits(model):
    """How many ids there are for each input that goes into an Embedding, by the input's name."""
    config = json.loads(model.to_json())["config"]
    layers = config if isinstance(config, list) else config["layers"]
    sizes = {}
    embeddings = [layer for _, layer in walk("", model.layers) if type(layer).__name__ == "Embedding"]
    smallest = min((layer.input_dim for layer in embeddings), default=None)
    first = next((entry for entry in layers if entry["class_name"] != "InputLayer"), None)
    for tensor in model.inputs:
        name = tensor.name.split(":")[0]
        whole = not str(getattr(tensor.dtype, "name", tensor.dtype)).startswith("float")
        # older models feed ids as floats; then the layer right behind the input tells
        behind = [entry for entry in layers if f'"{name}"' in json.dumps(entry.get("inbound_nodes", []))] or [first]
        if smallest is not None and (whole or any(entry["class_name"] == "Embedding" for entry in behind)):
            sizes[name] = smallest
    return sizes


def record(model, calls, probe, tolerance):
    probed = probe_model(model) if probe else None
    samples = []
    for kind, inputs in calls:
        try:
            outputs = answer(model, inputs)
        except Exception as error:
            if kind in ("given", "ordinary"):
                raise
            # a window longer than the input, for example: then there is no answer that could be compared
            leave_out(kind, f"the model refuses it: {str(error).splitlines()[0]}")
            continue
        if kind != "given" and not is_steady(model, inputs, outputs, tolerance):
            leave_out(kind, "the model's answer hangs on the last bits of its input")
            continue
        sample = {"kind": kind, "reset": True,
                  "inputs": [array_of(t.name.split(":")[0], a) for t, a in zip(model.inputs, inputs)],
                  "outputs": [array_of(f"output_{i}", a) for i, a in enumerate(outputs)]}
        if probed is not None:
            names, inner = probed
            reset(model)
            sample["layers"] = [array_of(n, a) for n, a in zip(names, flatten(call(inner, inputs)))]
        samples.append(sample)
    reset(model)
    return samples


def leave_out(kind, why):
    print(f"lanewise_export: no sample of the kind '{kind}', {why}", file=sys.stderr)


def answer(model, inputs):
    reset(model)
    return flatten(call(model, inputs))


def is_steady(model, inputs, outputs, tolerance):
    """Whether rounding can't change the outputs by more than half the tolerance; else they could not be held against others."""
    if not any(a.dtype.kind == "f" for a in inputs):
        return True
    random = np.random.default_rng(1)
    # whole numbers may be ids or padding
    nudged = [np.where(a == np.round(a), a, a * (1 + random.choice([-3e-7, 3e-7], a.shape))).astype(a.dtype)
              if a.dtype.kind == "f" else a for a in inputs]
    for before, after in zip(outputs, answer(model, nudged)):
        if before.dtype.kind == "f":
            with np.errstate(invalid="ignore"):
                gap = np.abs(before.astype("float64") - after.astype("float64"))
            same = (before == after) | (np.isnan(before) & np.isnan(after))
            if not np.all(same | (gap <= (1 + np.abs(before)) * tolerance / 2)):
                return False
        elif not np.array_equal(before, after):
            return False
    return True


def call(model, arrays):
    tensors = arrays
    if any(a.dtype.kind in "OUS" for a in arrays):
        import tensorflow as tf
        tensors = [tf.constant(a) if a.dtype.kind in "OUS" else a for a in arrays]
    structure = getattr(model, "_inputs_struct", getattr(model, "_nested_inputs", None))
    if isinstance(structure, dict):
        # the dict's own keys, each with the input tensor behind it
        place = {id(tensor): i for i, tensor in enumerate(model.inputs)}
        return model({key: tensors[place[id(tensor)]] for key, tensor in structure.items()}, training=False)
    return model(tensors[0] if len(tensors) == 1 else tensors, training=False)


def flatten(value):
    """Outputs as a flat list; dicts by sorted keys."""
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    if isinstance(value, (list, tuple)):
        return [array for item in value for array in flatten(item)]
    return [to_numpy(value)]


def reset(model):
    for _, layer in walk("", model.layers):
        if getattr(layer, "stateful", False) and type(layer).__name__ not in ("Sequential", "Functional", "Model"):
            for method in ("reset_states", "reset_state"):
                if hasattr(layer, method):
                    getattr(layer, method)()
                    break


def probe_model(model):
    """A model that gives what each layer gives, and the layers' names."""
    names, tensors = [], []
    for layer in model.layers:
        nodes = getattr(layer, "_inbound_nodes", [])
        if type(layer).__name__ == "InputLayer" or not nodes:
            continue
        output = getattr(nodes[0], "output_tensors", None)
        if output is None:
            output = nodes[0].outputs
        first = output[0] if isinstance(output, (list, tuple)) else output
        if not isinstance(first, (list, tuple, dict)):
            names.append(layer.name)
            tensors.append(first)
    return names, model_class(model)(model.inputs, tensors)


# ---- the binary form

def to_bytes(content):
    from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

    field_type = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="lanewise_export.proto", package="lanewise", syntax="proto3")
    types = file.enum_type.add(name="Type")
    for number, name in enumerate(TYPES):
        types.value.add(name=name, number=number)
    for message, fields in SCHEMA.items():
        entry = file.message_type.add(name=message)
        for number, field in enumerate(fields.split(", "), start=1):
            kind, name = field.split(" ")
            repeated, kind = kind.endswith("*"), kind.rstrip("*")
            added = entry.field.add(name=name, number=number,
                                    label=field_type.LABEL_REPEATED if repeated else field_type.LABEL_OPTIONAL)
            if kind in SCHEMA or kind == "Type":
                added.type = field_type.TYPE_ENUM if kind == "Type" else field_type.TYPE_MESSAGE
                added.type_name = f".lanewise.{kind}"
            else:
                added.type = getattr(field_type, "TYPE_" + kind.upper())
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    descriptor = pool.FindMessageTypeByName("lanewise.Export")
    if hasattr(message_factory, "GetMessageClass"):
        form = message_factory.GetMessageClass(descriptor)
    else:  # protobuf before 4.22
        form = message_factory.MessageFactory(pool).GetPrototype(descriptor)
    return json_format.ParseDict(content, form()).SerializeToString(deterministic=True)


def load(path):
    """A saved model, by the Keras that is here."""
    try:
        import keras
    except ImportError:
        from tensorflow import keras
    return keras.models.load_model(path, compile=False)


def main():
    parser = argparse.ArgumentParser(description="Writes a Keras model as one file that Lanewise reads.")
    parser.add_argument("model", help="what keras.models.load_model takes")
    parser.add_argument("output", help="a file ending in .pb or .json")
    parser.add_argument("--samples", type=int, default=4, help="ordinary inputs to record beside the awkward ones; 0 for none at all")
    parser.add_argument("--seed", type=int, default=0, help="of these inputs")
    parser.add_argument("--probe", action="store_true", help="also record what each layer gives")
    parser.add_argument("--tolerance", type=float, default=1e-5, help="how far outputs may differ, absolute and relative")
    parser.add_argument("--tokenizer", help="the file that Tokenizer.to_json() was written to")
    parser.add_argument("--text", default="{}", help='how texts become ids, as JSON: {"maxlen": 28, "padding": "pre"}')
    parser.add_argument("--labels", default="", help="names for the values of the output, with commas between them")
    options = parser.parse_args()
    tokenizer = None
    if options.tokenizer:
        with open(options.tokenizer, encoding="utf-8") as file:
            tokenizer = file.read()
    export(load(options.model), options.output, samples=options.samples, tokenizer=tokenizer, text=json.loads(options.text),
           labels=[label for label in options.labels.split(",") if label], probe=options.probe, tolerance=options.tolerance,
           seed=options.seed)


if __name__ == "__main__":
    main()
