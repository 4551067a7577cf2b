"""Graphs that have to know the value or the sizes of an input when they are read; ONNX Runtime computes them as they are."""

import functools
import os

from .. import backend_case
from ..catalog import Group
from ..files import write_calls, write_json
from ..later import np
from .onnx_scan import info, node

cases = Group("onnx_fixed", seed=5, needs=("onnx", "onnxruntime"))
STEPS, FILTERS = 6, 3
X = ("x", "batch", "T")


@functools.cache
def values(seed):
    """Constants of all graphs."""
    random = np.random.default_rng(seed)
    return {
        "W": random.standard_normal((FILTERS, 1, 3)).astype("float32"),
        "two": np.array(2, "float32"),
        "sixteen": np.array(16),
        "zero": np.array(0),
        "one": np.array(1),
        "halves": np.array([2]),
        "first": np.array([0]),
        "second": np.array([1]),
        "ends": np.array([0, 2]),
        "two_more": np.array([2]),
        "pairs": np.array([-1, 2]),
        "lowest": np.array([-(2**63) + 1]),
        "last": np.array([-1]),
        "all": np.array([-1]),
        "widths": np.array([0, 2, 0, 1]),
    }


def branch(name, nodes, known=None):
    from onnx import helper, numpy_helper

    weights = [numpy_helper.from_array(array, key) for key, array in (known or {}).items()]
    return helper.make_graph([node(*n) for n in nodes], name, [], [info(nodes[-1][2], "batch", "T")], weights)


def branches():
    """A value of the outer graph in both inner branches, an initializer of its own in one, and a branch in a branch."""
    inner = {
        "then_branch": branch("loud", [("Mul", "x two", "loud_x")]),
        "else_branch": branch("quiet", [("Div", "x two", "half"), ("Add", "half own", "quiet_x")], {"own": np.array([0.25], "float32")}),
    }
    outer = {
        "then_branch": branch("known_rate", [("If", "loud", "inner", inner)]),
        "else_branch": branch("other_rate", [("Identity", "x", "same")]),
    }
    return (
        [("Equal", "rate sixteen", "is_known"), ("If", "is_known", "y", outer)],
        [X, ("rate", "INT64"), ("loud", "BOOL")],
        [("y", "batch", "T")],
    )


def padded(mode):
    """Widths for Pad as PyTorch computes them: pairs in reverse order."""
    nodes = [
        ("ConstantOfShape", "two_more", "no_widths", {"value": integers(0)}),
        ("Concat", "ends no_widths", "reverse", {"axis": 0}),
        ("Reshape", "reverse pairs", "reverse_pairs"),
        ("Slice", "reverse_pairs last lowest first last", "in_order"),
        ("Transpose", "in_order", "by_end", {"perm": [1, 0]}),
        ("Reshape", "by_end all", "computed"),
        ("Cast", "computed", "pads", {"to": 7}),
        ("Pad", "x pads", "padded", {"mode": mode}),
        ("Unsqueeze", "padded second", "channel"),
        ("Conv", "channel W", "y", {"kernel_shape": [3]}),
    ]
    return nodes, [X], [("y", "batch", FILTERS, "out")]


def integers(*numbers):
    from onnx import numpy_helper

    return numpy_helper.from_array(np.array(numbers))


def sizes():
    """A ramp as long as the sequence, and one half of it, taken by computed positions."""
    nodes = [
        ("Shape", "x", "sizes"),
        ("Gather", "sizes one", "steps"),
        ("Range", "zero steps one", "count"),
        ("Cast", "count", "ramp", {"to": 1}),
        ("Mul", "x ramp", "weighted"),
        ("Slice", "sizes second two_more first", "steps_1"),
        ("Div", "steps_1 halves", "middle"),
        ("Slice", "weighted middle steps_1 second", "y"),
    ]
    return nodes, [X], [("y", "batch", "half")]


def make(case, folder, seed):
    import onnx
    from onnx import helper, numpy_helper

    nodes, inputs, outputs = case.options["graph"]()
    fixed = case.options.get("set", {})
    x = np.random.default_rng(seed).standard_normal((2, STEPS)).astype("float32")
    data = {"x": x} | {name: np.array(fixed[name]) for name, *_ in inputs if name != "x"}
    read = {name for n in nodes for name in n[1].split()} | set(branch_reads(nodes))
    graph = helper.make_graph(
        [node(*n) for n in nodes],
        case.name,
        [info(name, *axes) if name == "x" else info(name, kind=axes[0]) for name, *axes in inputs],
        [info(*o) for o in outputs],
        [numpy_helper.from_array(array, name) for name, array in values(seed).items() if name in read],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(folder, "model.onnx"))
    call = {"reset": True, "inputs": list(data.values()), "outputs": backend_case.run(model, data)}
    write_json(
        {
            "format": 1,
            "name": case.name,
            "group": case.group,
            "kind": "predict",
            "files": {"onnx": "model.onnx"},
            "tolerance": {"absolute": 1e-6, "relative": 1e-5},
            "calls": write_calls(folder, [call], list(data), [o[0] for o in outputs]),
        }
        | {key: case.options[key] for key in ("set", "shape") if key in case.options},
        folder,
        "case.json",
    )


def branch_reads(nodes):
    for n in nodes:
        for graph in n[3].values() if len(n) > 3 else ():
            if hasattr(graph, "node"):
                yield from graph_reads(graph)


def graph_reads(graph):
    for part in graph.node:
        yield from part.input
        for attribute in part.attribute:
            yield from graph_reads(attribute.g)


for name, rate, loud in (("inner_then", 16, True), ("inner_else", 16, False), ("outer_else", 8, True)):
    cases.add(f"branch__{name}", make, graph=branches, set={"rate": rate, "loud": loud})
for mode in ("constant", "edge", "reflect"):
    cases.add(f"pad__{mode}", make, graph=functools.partial(padded, mode), shape={"x": [None, STEPS]})
cases.add("sizes", make, graph=sizes, shape={"x": [None, STEPS]})
