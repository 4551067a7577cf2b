"""The files of a case: arrays, texts and case.json."""

import json
import os
import shutil

from .later import np
from .play import is_text


def fresh(*path):
    """An empty folder."""
    folder = os.path.join(*path)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def write_json(value, *path, **options):
    with open(os.path.join(*path), "w", encoding="utf-8") as file:
        json.dump(value, file, **{"ensure_ascii": False, "indent": 1, **options})


def read_json(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def write_array(array, folder, stem, name):
    """Writes one input or output and gives its line of case.json."""
    shape = list(array.shape)
    if is_text(array):
        texts = [text.decode() if isinstance(text, bytes) else str(text) for text in array.flat]
        write_json({"shape": shape, "data": texts}, folder, stem + ".json", indent=None)
        return {"name": name, "file": stem + ".json", "dtype": "string", "shape": shape}
    if array.dtype == np.float64:
        array = array.astype("float32")
    np.save(os.path.join(folder, stem + ".npy"), np.ascontiguousarray(array))
    return {"name": name, "file": stem + ".npy", "dtype": str(array.dtype), "shape": shape}


def write_calls(folder, calls, input_names, output_names):
    """Writes the arrays of all calls and gives the calls of case.json."""
    written = []
    for number, call in enumerate(calls):
        before = f"call_{number}_" if len(calls) > 1 else ""
        entry = {"reset": bool(call.get("reset"))}
        for kind, names in (("input", input_names), ("output", output_names)):
            entry[kind + "s"] = [
                write_array(array, folder, f"{before}{kind}_{i}", name)
                for i, (array, name) in enumerate(zip(call[kind + "s"], names))
            ]
        written.append(entry)
    return written
