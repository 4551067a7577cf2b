#!/usr/bin/env python3
"""Writes random LSTM, GRU and RNN nodes with all their options, and what ONNX Runtime gives for them, as test folders of ONNX's backends.

    python generate.py OUT [COUNT [SEED]]

The folders here are those of `generate.py . 30`. Needs onnx, onnxruntime, numpy.
"""

import os
import shutil
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
FUNCTIONS = {"LSTM": 3, "GRU": 2, "RNN": 1}
# ONNX Runtime wants their parameters written out
PARAMETERS = {"HardSigmoid": ([0.2], [0.5]), "Affine": ([1.0], [0.0]), "Elu": ([1.0], [])}


def functions(random, op):
    gate = ["Sigmoid", "HardSigmoid"] if op != "RNN" else ["Tanh", "Relu", "Sigmoid"]
    other = ["Tanh", "Relu", "Softsign", "Sigmoid", "Affine", "Elu", "Softplus"]
    return [str(random.choice(gate))] + [str(random.choice(other)) for _ in range(FUNCTIONS[op] - 1)]


def node(random, op):
    """A model, its inputs in order, and what they are called."""
    direction = str(random.choice(["forward", "reverse", "bidirectional"]))
    directions = 2 if direction == "bidirectional" else 1
    steps, rows, features, units = (int(random.integers(1, most)) for most in (8, 5, 9, 20))
    options = {"hidden_size": units, "direction": direction}
    if random.random() < 0.4:
        names = [name for _ in range(directions) for name in functions(random, op)]
        alphas = [a for name in names for a in PARAMETERS.get(name, ([], []))[0]]
        betas = [b for name in names for b in PARAMETERS.get(name, ([], []))[1]]
        options["activations"] = names
        options |= ({"activation_alpha": alphas} if alphas else {}) | ({"activation_beta": betas} if betas else {})
    if random.random() < 0.3:
        options["clip"] = float(random.uniform(0.2, 1.5))
    if op == "GRU":
        options["linear_before_reset"] = int(random.integers(2))
    if op == "LSTM" and random.random() < 0.3:
        options["input_forget"] = 1

    def floats(*shape):
        return (random.standard_normal(shape) * 0.5).astype("float32")

    gates = GATES[op]
    weights = {"W": floats(directions, gates * units, features), "R": floats(directions, gates * units, units)}
    inputs = {"X": floats(steps, rows, features) * 4}
    names = ["X", "W", "R"]

    def maybe(chance, name, where, value):
        take = random.random() < chance
        names.append(name if take else "")
        if take:
            where[name] = value

    maybe(0.7, "B", weights, floats(directions, 2 * gates * units))
    maybe(0.5, "sequence_lens", inputs, random.integers(1, steps + 1, rows).astype("int32"))
    maybe(0.5, "initial_h", inputs, floats(directions, rows, units))
    if op == "LSTM":
        maybe(0.5, "initial_c", inputs, floats(directions, rows, units))
        maybe(0.4, "P", weights, floats(directions, 3 * units))
    shapes = {"Y": [steps, directions, rows, units], "Y_h": [directions, rows, units]}
    if op == "LSTM":
        shapes["Y_c"] = shapes["Y_h"]
    graph = helper.make_graph(
        [helper.make_node(op, names, list(shapes), **options)], op,
        [helper.make_tensor_value_info(n, TensorProto.INT32 if a.dtype == np.int32 else TensorProto.FLOAT, a.shape)
         for n, a in inputs.items()],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n, shape in shapes.items()],
        [numpy_helper.from_array(a, n) for n, a in weights.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8), inputs


def main():
    out = sys.argv[1]
    random = np.random.default_rng(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    for i in range(int(sys.argv[2]) if len(sys.argv) > 2 else 300):
        op = list(GATES)[i % 3]
        model, inputs = node(random, op)
        outputs = onnxruntime.InferenceSession(model.SerializeToString()).run(None, inputs)
        folder = os.path.join(out, f"{op.lower()}_{i:03d}")
        data = os.path.join(folder, "test_data_set_0")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(data)
        onnx.save(model, os.path.join(folder, "model.onnx"))
        for kind, arrays in (("input", list(inputs.values())), ("output", outputs)):
            for k, array in enumerate(arrays):
                with open(os.path.join(data, f"{kind}_{k}.pb"), "wb") as file:
                    file.write(numpy_helper.from_array(array).SerializeToString())


if __name__ == "__main__":
    main()
