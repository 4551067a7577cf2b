"""Compares made cases with the stored ones: files, structure, weights and inputs; outputs within tolerance.

Bits may differ between processors and versions of libraries, and so may dates and the names of versions.
"""

import base64
import binascii
import collections
import io
import json
import os
import pickle
import re
import tempfile
import zipfile

from . import catalog, making
from .files import read_json
from .later import h5py, np
from .play import within

# of the time, the machine or the place in memory
PASSING = {
    "keras_version",
    "shared_object_id",
    "cross_check",
    "date_saved",
    "generatedBy",
    "convertedBy",
    "producer_version",
    # which other formats Keras refused is noted only where they were tried
    "not_written",
}
ROUNDING = {"absolute": 1e-6, "relative": 1e-5}


class Differs(Exception):
    pass


def main(stored, only, made=None):
    known = catalog.everything()
    cases = [known[name] for name in catalog.stored(stored) if name in known]
    wanted = {case.id for case in catalog.chosen(known, only)}
    cases = [case for case in cases if case.id in wanted]
    with tempfile.TemporaryDirectory() as folder:
        failed = {} if made else making.make(cases, folder, report=lambda text: None)
        counts = collections.Counter()
        for case in cases:
            verdict, why = failed_or_compared(case, failed, stored, made or folder)
            counts[verdict] += 1
            if verdict != "the same bits":
                print(f"{case.id}: {verdict}{': ' + why if why else ''}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())) + f", of {len(cases)}.")
    return 1 if counts["DIFFERS"] or counts["NOT MADE"] else 0


def failed_or_compared(case, failed, stored, made):
    folder = os.path.join(made, case.group, case.name)
    if case.id in failed or not os.path.isdir(folder):
        return "NOT MADE", failed.get(case.id, "it is not in the folder")
    try:
        exact = compare(os.path.join(stored, case.group, case.name), folder)
    except Differs as error:
        return "DIFFERS", str(error)
    return ("the same bits", "") if exact else ("within rounding", "")


def files_of(folder):
    return {os.path.relpath(os.path.join(base, name), folder) for base, _, names in os.walk(folder) for name in names}


def compare(stored, made):
    """Whether all numbers are equal to the last bit; raises Differs where a case is another one."""
    names = files_of(stored)
    if names != files_of(made):
        raise Differs(f"files {sorted(names ^ files_of(made))} are on one side only")
    tolerance = ROUNDING
    if "case.json" in names:
        tolerance = read_json(stored, "case.json").get("tolerance", ROUNDING)
        if "reason" in read_json(stored, "case.json"):
            return compare_refused(stored, made, names)
    exact = True
    checkpoint = {name for name in names if name.startswith("saved_model/variables/")}
    if checkpoint:
        exact &= compare_checkpoint(
            *(os.path.join(folder, "saved_model", "variables", "variables") for folder in (stored, made))
        )
    for name in sorted(names - checkpoint):
        pair = [read(os.path.join(folder, name)) for folder in (stored, made)]
        if pair[0] == pair[1]:
            continue
        allowed = tolerance if "output" in name else ROUNDING
        exact &= KINDS.get(name.rsplit(".", 1)[-1], raw)(*pair, name, allowed)
    return exact


def compare_refused(stored, made, names):
    """Files to be refused are broken so that no reader survives them; what case.json says of them counts."""
    compare_json(*(read(os.path.join(folder, "case.json")) for folder in (stored, made)), "case.json", ROUNDING)
    for name in names - {"case.json"}:
        sizes = [os.path.getsize(os.path.join(folder, name)) for folder in (stored, made)]
        # dates and drawn weights may be packed a little better or worse
        if abs(sizes[0] - sizes[1]) > max(64, sizes[0] // 20):
            raise Differs(f"{name} has {sizes[1]} bytes, stored are {sizes[0]}")
    return True


def read(path):
    with open(path, "rb") as file:
        return file.read()


def raw(one, other, name, tolerance):
    if not same_floats(one, other, tolerance):
        raise Differs(f"{name} has other bytes ({len(other)}, stored are {len(one)})")
    return False


def same_floats(one, other, tolerance):
    """Whether bytes differ in floats only, and these by rounding; where a format has its floats need not be known."""
    if len(one) != len(other):
        return False
    left = np.frombuffer(one, "u1") != np.frombuffer(other, "u1")
    for start in range(4):
        count = (len(one) - start) // 4
        a, b = (np.frombuffer(content, "<f4", count, start).astype("float64") for content in (one, other))
        with np.errstate(all="ignore"):
            close = np.abs(a - b) <= tolerance["absolute"] + tolerance["relative"] * np.abs(a)
            # a float of a file's header looks like almost nothing or like a huge number
            close &= (np.abs(a) > 1e-12) & (np.abs(a) < 1e12)
        left[start : start + 4 * count] &= ~np.repeat(close, 4)
    return not left.any()


def nested(text):
    """Whether a text is a table in JSON, as Tokenizer keeps its counts."""
    return isinstance(text, str) and text.startswith("{") and text.endswith("}")


def packed(text):
    """The bytes that an export keeps in base64, or None."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        return None


def near(one, other, name, tolerance):
    if one.dtype != other.dtype or one.shape != other.shape:
        raise Differs(f"{name} is {other.dtype} {other.shape}, stored is {one.dtype} {one.shape}")
    if not within([one], [other], tolerance):
        worst = np.max(np.abs(one.astype("float64") - other)) if one.dtype.kind in "fiub" else "texts"
        raise Differs(f"{name} has other values (largest difference {worst})")
    return one.tobytes() == other.tobytes()


def compare_npy(one, other, name, tolerance):
    return near(*(np.load(io.BytesIO(content)) for content in (one, other)), name, tolerance)


def compare_json(one, other, name, tolerance):
    return same_tree(json.loads(one), json.loads(other), name, tolerance)


def same_tree(one, other, name, tolerance):
    """JSON values: numbers with a fraction may differ by rounding, and what PASSING names in any way."""
    if isinstance(one, dict) and isinstance(other, dict):
        apart = set(one) ^ set(other)
        if apart - PASSING:
            raise Differs(f"{name} has {sorted(apart - PASSING)} on one side only")
        return all([same_tree(one[key], other[key], f"{name} {key}", tolerance) for key in set(one) - apart - PASSING])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return all([same_tree(a, b, f"{name}[{i}]", tolerance) for i, (a, b) in enumerate(zip(one, other))])
    if isinstance(one, float) and isinstance(other, (int, float)):
        if one == other or one != one and other != other:
            return True
        if abs(one - other) <= tolerance["absolute"] + tolerance["relative"] * abs(one):
            return False
    if one != other:
        if all(str(text).startswith("PyTorch ") for text in (one, other)):
            return True
        if nested(one) and nested(other):
            return same_tree(json.loads(one), json.loads(other), name, tolerance)
        if packed(one) and packed(other) and same_floats(packed(one), packed(other), tolerance):
            return False
        raise Differs(f"{name} is {str(other)[:120]}, stored is {str(one)[:120]}")
    return True


def compare_archive(one, other, name, tolerance):
    pair = [zipfile.ZipFile(io.BytesIO(content)) for content in (one, other)]
    names = [set(archive.namelist()) for archive in pair]
    if names[0] != names[1]:
        raise Differs(f"{name} has {sorted(names[0] ^ names[1])} on one side only")
    exact = True
    for member in sorted(names[0]):
        contents = [archive.read(member) for archive in pair]
        if contents[0] != contents[1]:
            exact &= KINDS.get(member.rsplit(".", 1)[-1], raw)(*contents, f"{name}/{member}", tolerance)
    return exact


def compare_hdf5(one, other, name, tolerance):
    with h5py.File(io.BytesIO(one)) as a, h5py.File(io.BytesIO(other)) as b:
        return same_group(a, b, name, tolerance)


def same_group(one, other, name, tolerance):
    if set(one) != set(other) or set(one.attrs) != set(other.attrs):
        raise Differs(f"{name} has other members: {sorted(set(one) ^ set(other) | set(one.attrs) ^ set(other.attrs))}")
    exact = True
    for key in set(one.attrs) - PASSING:
        a, b = (group.attrs[key] for group in (one, other))
        if key in ("model_config", "training_config", "config"):
            try:
                exact &= compare_json(a, b, f"{name} {key}", tolerance)
                continue
            except json.JSONDecodeError:
                pass
        if not np.array_equal(a, b):
            raise Differs(f"{name} has another {key}")
    for key in one:
        a, b = one[key], other[key]
        if hasattr(a, "keys"):
            exact &= same_group(a, b, f"{name}/{key}", tolerance)
        elif a.dtype.kind in "OSV":
            if not np.array_equal(a[()], b[()]):
                raise Differs(f"{name}/{key} has other values")
        else:
            exact &= near(a[()], b[()], f"{name}/{key}", tolerance)
    return exact


def compare_onnx(one, other, name, tolerance):
    import onnx

    pair = [onnx.load_model_from_string(content) for content in (one, other)]
    opsets = [sorted((opset.domain, opset.version) for opset in model.opset_import) for model in pair]
    if opsets[0] != opsets[1]:
        raise Differs(f"{name} has opsets {opsets[1]}, stored are {opsets[0]}")
    seen = [{}, {}]
    sketches = [sketch(model.graph, names) for model, names in zip(pair, seen)]
    if sketches[0] != sketches[1]:
        raise Differs(f"{name} has another graph")
    arrays = [
        {names.get(tensor.name, tensor.name): onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
        for model, names in zip(pair, seen)
    ]
    if set(arrays[0]) != set(arrays[1]):
        raise Differs(f"{name} has other initializers")
    return all([near(array, arrays[1][key], f"{name}/{key}", tolerance) for key, array in arrays[0].items()])


def sketch(graph, seen):
    """A graph without what exporters note beside its nodes, and without its arrays, which are compared alone.

    PyTorch's exporter counts values on from one model to the next, so such names are counted anew, in seen.
    """

    def plain(name):
        return seen.setdefault(name, f"val {len(seen)}") if re.fullmatch(r"val_\d+", name) else name

    nodes = []
    for node in graph.node:
        places = [plain(name) for name in [*node.input, *node.output]]
        attributes = {a.name: sketch(a.g, seen) if a.HasField("g") else a.SerializeToString() for a in node.attribute}
        nodes.append((node.domain, node.op_type, len(node.input), places, attributes))
    return nodes, [(value.name, value.type.SerializeToString()) for value in [*graph.input, *graph.output]]


def compare_tensor(one, other, name, tolerance):
    import onnx

    pair = [onnx.TensorProto.FromString(content) for content in (one, other)]
    return near(*(onnx.numpy_helper.to_array(tensor) for tensor in pair), name, tolerance)


class Contents(pickle.Unpickler):
    """Gives what a pickled tokenizer holds, without its class, whose module may not be here."""

    ALLOWED = {"OrderedDict": dict, "defaultdict": lambda *given: {}, "int": int, "long": int, "object": object}

    def find_class(self, module, name):
        if name == "_reconstructor":
            return lambda kind, *given: kind()
        if name == "Tokenizer":
            return type(name, (), {"__module__": module, "__reduce_ex__": None})
        return self.ALLOWED[name]


def compare_pickle(one, other, name, tolerance):
    contents = []
    for content in (one, other):
        held = Contents(io.BytesIO(content)).load()
        contents.append({"class": f"{type(held).__module__} {type(held).__name__}", **vars(held)})
    if contents[0] != contents[1]:
        raise Differs(f"{name} holds something else")
    # the pickles have the words in the order of a set
    return True


def compare_saved_model(one, other, name):
    """Objects of a model without their numbers.

    TensorFlow counts some of them in the order of a set, which is another in each process.
    """
    from tensorflow.core.protobuf import saved_model_pb2

    sketches = []
    for content in (one, other):
        nodes = saved_model_pb2.SavedModel.FromString(content).meta_graphs[0].object_graph_def.nodes
        sketches.append(
            sorted(
                (
                    node.WhichOneof("kind"),
                    sorted(child.local_name for child in node.children),
                    node.user_object.identifier,
                    node.user_object.metadata,
                )
                for node in nodes
            )
        )
    if sketches[0] != sketches[1]:
        raise Differs(f"{name} has other objects")
    return True


def compare_checkpoint(stored, made):
    """All arrays of a SavedModel; what they are called depends on the order of a set, too."""
    from tensorflow.train import load_checkpoint

    arrays = []
    for reader in (load_checkpoint(stored), load_checkpoint(made)):
        values = [reader.get_tensor(name) for name in reader.get_variable_to_shape_map() if "OBJECT_GRAPH" not in name]
        arrays.append(sorted((value.shape, value.tobytes()) for value in values))
    if arrays[0] != arrays[1]:
        raise Differs("saved_model has other variables")
    return True


def compare_pb(one, other, name, tolerance):
    """Tensors of ONNX's test folders, models of TensorFlow, or other messages."""
    if name.endswith("saved_model.pb"):
        return compare_saved_model(one, other, name)
    if name.startswith("test_data_set"):
        return compare_tensor(one, other, name, tolerance)
    return raw(one, other, name, tolerance)


KINDS = {
    "npy": compare_npy,
    "json": compare_json,
    "keras": compare_archive,
    "h5": compare_hdf5,
    "onnx": compare_onnx,
    "pb": compare_pb,
    "pickle": compare_pickle,
}
