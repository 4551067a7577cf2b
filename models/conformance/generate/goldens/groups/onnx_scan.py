"""LSTM cells as bodies of Scan and Loop over sequences of any length, and what ONNX Runtime gives for them."""

import functools

from .. import backend_case
from ..catalog import Group
from ..later import np

cases = Group("onnx_scan", seed=3, needs=("onnx", "onnxruntime"))
FEATURES, UNITS = 3, 5
CELL = [
    ("MatMul", "xt W", "xw"),
    ("MatMul", "h R", "hr"),
    ("Add", "xw hr", "sum"),
    ("Add", "sum b", "z"),
    ("Split", "z", "zi zf zg zo", {"axis": 1, "num_outputs": 4}),
    ("Sigmoid", "zi", "i"),
    ("Sigmoid", "zf", "f"),
    ("Tanh", "zg", "g"),
    ("Sigmoid", "zo", "o"),
    ("Mul", "f c", "fc"),
    ("Mul", "i g", "ig"),
    ("Add", "fc ig", "c_new"),
    ("Tanh", "c_new", "tc"),
    ("Mul", "o tc", "h_new"),
    ("Identity", "h_new", "yt"),
]
# zeros for each row of x, (steps, rows, features)
ZEROS = [
    ("Shape", "x", "sizes"),
    ("Gather", "sizes one", "rows"),
    ("Unsqueeze", "rows first", "rows_1"),
    ("Concat", "rows_1 units", "state_sizes", {"axis": 0}),
    ("ConstantOfShape", "state_sizes", "h0"),
    ("ConstantOfShape", "state_sizes", "c0"),
]


def node(kind, inputs, outputs, options=None):
    from onnx import helper

    return helper.make_node(kind, inputs.split(), outputs.split(), **(options or {}))


def info(name, *shape, kind="FLOAT"):
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, getattr(TensorProto, kind), shape)


def body(loop):
    from onnx import helper

    states = [info("h", "B", UNITS), info("c", "B", UNITS)]
    made = [info("h_new", "B", UNITS), info("c_new", "B", UNITS), info("yt", "B", UNITS)]
    cell = [node(*n) for n in CELL]
    if not loop:
        return helper.make_graph(cell, "body", [*states, info("xt", "B", FEATURES)], made)
    steps = [node("Gather", "x t", "xt", {"axis": 0}), *cell, node("Identity", "goes_on", "goes_on_still")]
    flags = [info("t", kind="INT64"), info("goes_on", kind="BOOL")]
    return helper.make_graph(steps, "body", flags + states, [info("goes_on_still", kind="BOOL"), *made])


@functools.cache
def values(seed):
    """Constants of all graphs, and the inputs of all calls."""
    random = np.random.default_rng(seed)

    def floats(*shape):
        return (random.standard_normal(shape) * 0.5).astype("float32")

    known = {
        "W": floats(FEATURES, 4 * UNITS),
        "R": floats(UNITS, 4 * UNITS),
        "b": floats(4 * UNITS),
        "one": np.array(1),
        "none": np.array(0),
        "first": np.array([0]),
        "units": np.array([UNITS]),
        "true": np.array(True),
    }
    return known, {"x": floats(7, 2, FEATURES) * 2, "h0": floats(2, UNITS), "c0": floats(2, UNITS)}


def over_steps(direction):
    options = {
        "body": body(False),
        "num_scan_inputs": 1,
        "scan_input_directions": [direction],
        "scan_output_directions": [direction],
    }
    return [*ZEROS, ("Scan", "h0 c0 x", "hT cT y", options)], [X], [Y, *LAST]


def rows_first():
    options = {"body": body(False), "num_scan_inputs": 1, "scan_input_axes": [1], "scan_output_axes": [1]}
    return (
        [("Scan", "h0 c0 x", "hT cT y", options)],
        [("x", "batch", "T", FEATURES), ("h0", "batch", UNITS), ("c0", "batch", UNITS)],
        [("y", "batch", "T", UNITS), LAST[0]],
    )


def loop():
    counted = [("Gather", "sizes none", "steps"), ("Loop", "steps true h0 c0", "hT cT y", {"body": body(True)})]
    return [*ZEROS, *counted], [X], [Y, LAST[0]]


X, Y, LAST = ("x", "T", "batch", FEATURES), ("y", "T", "batch", UNITS), [("hT", "batch", UNITS), ("cT", "batch", UNITS)]


def make(case, folder, seed):
    from onnx import helper, numpy_helper

    known, data = values(seed)
    nodes, inputs, outputs = case.options["graph"]()
    if inputs[0] != X:
        data = data | {"x": np.ascontiguousarray(data["x"].transpose(1, 0, 2))}
    data = {name: data[name] for name, *_ in inputs}
    graph = helper.make_graph(
        [node(*n) for n in nodes],
        case.name,
        [info(*i) for i in inputs],
        [info(*o) for o in outputs],
        [numpy_helper.from_array(a, n) for n, a in known.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    backend_case.write(folder, model, list(data.values()), backend_case.run(model, data))


for name, graph in {
    "scan": lambda: over_steps(0),
    "scan_backwards": lambda: over_steps(1),
    "scan_batch_first": rows_first,
    "loop": loop,
}.items():
    cases.add(name, make, graph=graph)
