#!/usr/bin/env python3
"""Writes LSTM cells as bodies of Scan and Loop over sequences of any length, and what ONNX Runtime gives for them.

    python generate.py

Needs onnx, onnxruntime, numpy.
"""

import os
import shutil

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
FEATURES, UNITS = 3, 5
random = np.random.default_rng(3)


def floats(*shape):
    return (random.standard_normal(shape) * 0.5).astype("float32")


KNOWN = {"W": floats(FEATURES, 4 * UNITS), "R": floats(UNITS, 4 * UNITS), "b": floats(4 * UNITS), "one": np.array(1), "none": np.array(0),
         "first": np.array([0]), "units": np.array([UNITS]), "true": np.array(True)}
CELL = [("MatMul", "xt W", "xw"), ("MatMul", "h R", "hr"), ("Add", "xw hr", "sum"), ("Add", "sum b", "z"),
        ("Split", "z", "zi zf zg zo", {"axis": 1, "num_outputs": 4}), ("Sigmoid", "zi", "i"), ("Sigmoid", "zf", "f"), ("Tanh", "zg", "g"),
        ("Sigmoid", "zo", "o"), ("Mul", "f c", "fc"), ("Mul", "i g", "ig"), ("Add", "fc ig", "c_new"), ("Tanh", "c_new", "tc"),
        ("Mul", "o tc", "h_new"), ("Identity", "h_new", "yt")]
# zeros for each row of x, (steps, rows, features)
ZEROS = [("Shape", "x", "sizes"), ("Gather", "sizes one", "rows"), ("Unsqueeze", "rows first", "rows_1"),
         ("Concat", "rows_1 units", "state_sizes", {"axis": 0}), ("ConstantOfShape", "state_sizes", "h0"),
         ("ConstantOfShape", "state_sizes", "c0")]


def node(kind, inputs, outputs, options=None):
    return helper.make_node(kind, inputs.split(), outputs.split(), **(options or {}))


def info(name, *shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def body(loop):
    states = [info("h", "B", UNITS), info("c", "B", UNITS)]
    made = [info("h_new", "B", UNITS), info("c_new", "B", UNITS), info("yt", "B", UNITS)]
    cell = [node(*n) for n in CELL]
    if not loop:
        return helper.make_graph(cell, "body", [*states, info("xt", "B", FEATURES)], made)
    steps = [node("Gather", "x t", "xt", {"axis": 0}), *cell, node("Identity", "goes_on", "goes_on_still")]
    flags = [info("t", kind=TensorProto.INT64), info("goes_on", kind=TensorProto.BOOL)]
    return helper.make_graph(steps, "body", flags + states, [info("goes_on_still", kind=TensorProto.BOOL), *made])


def case(name, nodes, inputs, outputs, data):
    graph = helper.make_graph([n if isinstance(n, onnx.NodeProto) else node(*n) for n in nodes], name, inputs, outputs,
                              [numpy_helper.from_array(a, n) for n, a in KNOWN.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    results = onnxruntime.InferenceSession(model.SerializeToString()).run(None, data)
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "test_data_set_0"))
    onnx.save(model, os.path.join(folder, "model.onnx"))
    for kind, arrays in (("input", [data[i.name] for i in inputs]), ("output", results)):
        for i, array in enumerate(arrays):
            with open(os.path.join(folder, "test_data_set_0", f"{kind}_{i}.pb"), "wb") as file:
                file.write(numpy_helper.from_array(array).SerializeToString())


x = floats(7, 2, FEATURES) * 2
sequence, last = info("y", "T", "batch", UNITS), [info("hT", "batch", UNITS), info("cT", "batch", UNITS)]
for name, direction in (("scan", 0), ("scan_backwards", 1)):
    options = {"body": body(False), "num_scan_inputs": 1, "scan_input_directions": [direction], "scan_output_directions": [direction]}
    case(name, [*ZEROS, ("Scan", "h0 c0 x", "hT cT y", options)], [info("x", "T", "batch", FEATURES)], [sequence, *last], {"x": x})
case("scan_batch_first",
     [("Scan", "h0 c0 x", "hT cT y", {"body": body(False), "num_scan_inputs": 1, "scan_input_axes": [1], "scan_output_axes": [1]})],
     [info("x", "batch", "T", FEATURES), info("h0", "batch", UNITS), info("c0", "batch", UNITS)],
     [info("y", "batch", "T", UNITS), last[0]],
     {"x": np.ascontiguousarray(x.transpose(1, 0, 2)), "h0": floats(2, UNITS), "c0": floats(2, UNITS)})
case("loop", [*ZEROS, ("Gather", "sizes none", "steps"), ("Loop", "steps true h0 c0", "hT cT y", {"body": body(True)})],
     [info("x", "T", "batch", FEATURES)], [sequence, last[0]], {"x": x})
