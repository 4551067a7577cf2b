#!/usr/bin/env python3
"""Exports the model of every conformance case that Keras loads, in both forms, as case folders for `lanewise verify OUT`.

    python export_cases.py CASES OUT [--only REGEX] [--probe]

CASES holds folders with case.json, as models/conformance does; OUT gets the same tree with model.pb and model.json in place of the
model files. Importing either replays its samples; verify then replays the case's own calls too.
"""

import argparse
import json
import os
import re
import shutil
import sys

import keras

from lanewise_export import export


def load(folder, files):
    if "keras" in files:
        return keras.models.load_model(os.path.join(folder, files["keras"]), compile=False)
    if "h5" in files:
        return keras.models.load_model(os.path.join(folder, files["h5"]), compile=False)
    with open(os.path.join(folder, files["config"]), encoding="utf-8") as file:
        model = keras.models.model_from_json(file.read())
    model.load_weights(os.path.join(folder, files["weights"]))
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases")
    parser.add_argument("out")
    parser.add_argument("--only", default="", help="cases whose path matches")
    parser.add_argument("--probe", action="store_true", help="record what each layer gives")
    options = parser.parse_args()
    done, left_out = 0, []
    for folder, _, names in sorted(os.walk(options.cases)):
        name = os.path.relpath(folder, options.cases)
        if "case.json" not in names or not re.search(options.only, name):
            continue
        with open(os.path.join(folder, "case.json"), encoding="utf-8") as file:
            case = json.load(file)
        if case["kind"] != "predict":
            continue
        keras.backend.clear_session()
        try:
            model = load(folder, case["files"])
        except Exception as error:
            left_out.append(f"{name}: {str(error).strip().splitlines()[0]}")
            continue
        target = os.path.join(options.out, name)
        shutil.rmtree(target, ignore_errors=True)
        os.makedirs(target)
        try:
            for file in ("model.pb", "model.json"):
                export(model, os.path.join(target, file), tolerance=case["tolerance"]["absolute"], probe=options.probe)
        except Exception as error:
            shutil.rmtree(target)
            left_out.append(f"{name}: NOT EXPORTED: {type(error).__name__}: {str(error).strip().splitlines()[0]}")
            continue
        for file in names:
            if file.endswith(".npy") or re.match(r"(call_\d+_)?(input|output)_\d+\.json", file):
                shutil.copy(os.path.join(folder, file), target)
        case["files"] = {"protobuf": "model.pb", "json": "model.json"}
        with open(os.path.join(target, "case.json"), "w", encoding="utf-8") as file:
            json.dump(case, file, ensure_ascii=False)
        done += 1
    print(f"{done} exported, {len(left_out)} left out")
    for line in left_out:
        print("  " + line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
