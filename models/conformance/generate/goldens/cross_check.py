"""Runs made cases on PyTorch too and notes in case.json whether it gives the same.

Where it does not, Keras itself depends on its backend; what TensorFlow gave is what is expected.
"""

import collections
import os
import subprocess
import sys

from . import catalog
from .files import read_json, write_json
from .later import keras, np
from .play import gap, play, within

BACKEND = "torch"


def main(folder, only):
    if os.environ.get("KERAS_BACKEND") != BACKEND:
        # Keras takes its backend from the environment when it is first imported
        return subprocess.run([sys.executable, *sys.argv], env=os.environ | {"KERAS_BACKEND": BACKEND}).returncode
    known, counts = catalog.everything(), collections.Counter()
    wanted = {case.id for case in catalog.chosen(known, only)}
    for name in catalog.stored(folder):
        place = os.path.join(folder, *name.split("/"))
        if name not in wanted or not os.path.exists(os.path.join(place, "case.json")):
            continue
        content = read_json(place, "case.json")
        if content["kind"] != "predict" or "keras" not in content["files"]:
            continue
        content["cross_check"] = {BACKEND: checked(place, content)}
        write_json(content, place, "case.json")
        status = content["cross_check"][BACKEND]["status"]
        counts[status] += 1
        if status != "match":
            print(f"{name}: {content['cross_check'][BACKEND]}")
    print(", ".join(f"{count} {status}" for status, count in counts.items()))
    return 0


def checked(place, content):
    try:
        calls = [
            {
                "reset": call["reset"],
                **{kind: [array(place, item["file"]) for item in call[kind]] for kind in ("inputs", "outputs")},
            }
            for call in content["calls"]
        ]
        model = keras.models.load_model(os.path.join(place, content["files"]["keras"]), compile=False, safe_mode=False)
        answers = [value for pairs in play(model, calls) for _, value in pairs]
    except Exception as error:
        return {"status": "not run", "reason": f"{type(error).__name__}: {str(error)[:160]}"}
    expected = [value for call in calls for value in call["outputs"]]
    apart = gap(expected, answers)
    return {
        "status": "match" if apart == 0 or within(expected, answers, content["tolerance"]) else "differs",
        "max_abs": None if np.isinf(apart) else apart,
    }


def array(place, file):
    if file.endswith(".json"):
        raise TypeError("string input")
    return np.load(os.path.join(place, file))
