"""Selection by values of the call, sizes as numbers, and constants that many operators make, by ONNX Runtime."""

from .. import backend_case
from ..catalog import Group
from ..later import np

cases = Group("onnx_values", seed=5, needs=("onnx", "onnxruntime"))
ROWS, STEPS, FEATURES = 3, 5, 2
X, LENGTHS = ("x", "FLOAT", ("B", "T", FEATURES)), ("lengths", "INT64", ("B",))
Y = ("y", "FLOAT", None)
CONSTANTS = {
    "zero": 0,
    "one": 1,
    "first": [0],
    "second": [1],
    "last": [-1],
}

# x[arange(rows), lengths - 1]
OWN_STEP = [
    ("Shape", "x", "sizes"),
    ("Gather", "sizes zero", "rows"),
    ("Range", "zero rows one", "row"),
    ("Sub", "lengths one", "step"),
    ("Unsqueeze", "row last", "row_1"),
    ("Unsqueeze", "step last", "step_1"),
    ("Concat", "row_1 step_1", "points", {"axis": -1}),
    ("GatherND", "x points", "y"),
]
# the mean of the steps that are within the lengths
MASKED_MEAN = [
    ("Shape", "x", "sizes"),
    ("Gather", "sizes one", "steps"),
    ("Range", "zero steps one", "step"),
    ("Unsqueeze", "lengths last", "lengths_1"),
    ("Less", "step lengths_1", "within"),
    ("Cast", "within", "weight", {"to": 1}),
    ("Unsqueeze", "weight last", "weight_1"),
    ("Mul", "x weight_1", "kept"),
    ("ReduceSum", "kept second", "sums", {"keepdims": 0}),
    ("Cast", "lengths_1", "counts", {"to": 1}),
    ("Div", "sums counts", "y"),
]
# the number of steps is a number of the call
SIZE_AS_NUMBER = [
    ("Shape", "x", "sizes"),
    ("Gather", "sizes one", "steps"),
    ("Cast", "steps", "count", {"to": 1}),
    ("ReduceSum", "x second", "sums", {"keepdims": 0}),
    ("Div", "sums count", "y"),
]
REVERSED = [("ReverseSequence", "x lengths", "y", {"batch_axis": 0, "time_axis": 1})]
ACCUMULATED = [("CumSum", "x one", "y", {"exclusive": 1, "reverse": 1})]
# float16 in the graph rounds there, and is computed with in float32 between
HALF = [("Cast", "x", "half", {"to": 10}), ("Cast", "half", "y", {"to": 1})]
# int64 that no float holds, moved by operators that run on floats in a call
WHOLE = [
    ("Tile", "large second", "many"),
    ("Pad", "many second_second", "padded", {"mode": "reflect"}),
    ("Sub", "padded large", "none"),
    ("Cast", "none", "zeros", {"to": 1}),
    ("Add", "x zeros", "y"),
]
# 5 * 100 is 244 in uint8; the product then has more than 24 bits
WRAPPED = [
    ("Cast", "lengths", "narrow", {"to": 2}),
    ("Mul", "narrow hundred", "wrapped"),
    ("Cast", "wrapped", "wide", {"to": 7}),
    ("Mul", "wide millions", "exact"),
    ("Mod", "exact thousand", "rest"),
    ("Cast", "rest", "y", {"to": 1}),
]
# what quantize_static writes: activations in uint8, weights in int8 with a scale for each column
QUANTIZED = [
    ("QuantizeLinear", "x scale middle", "x_8"),
    ("DequantizeLinear", "x_8 scale middle", "x_back"),
    ("DequantizeLinear", "weights scales zero_points", "weights_back", {"axis": 1}),
    ("MatMul", "x_back weights_back", "product"),
    ("QuantizeLinear", "product coarse low", "product_8"),
    ("DequantizeLinear", "product_8 coarse low", "y"),
]
OWN = {"domain": "com.microsoft"}
# what ONNX Runtime's optimizer writes
FUSED = [
    ("FusedMatMul", "x columns", "product", OWN | {"alpha": 0.5, "transB": 1}),
    ("BiasGelu", "product bias", "bent", OWN),
    ("SkipLayerNormalization", "bent product gamma beta", "normal", OWN | {"epsilon": 1e-3}),
    ("SkipSimplifiedLayerNormalization", "normal bent gamma", "again", OWN | {"epsilon": 1e-3}),
    ("QuickGelu", "again", "quick", OWN | {"alpha": 1.5}),
    ("FastGelu", "quick bias", "y", OWN),
]
NARROW = {
    "columns": ("float32", [[1.5, -0.5], [0.25, 2.0], [-1.0, 1.0]]),
    "bias": ("float32", [0.5, -0.25, 0.125]),
    "gamma": ("float32", [1.5, 0.75, -1.0]),
    "beta": ("float32", [0.25, 0.0, -0.5]),
    "hundred": ("uint8", 100),
    "millions": ("int64", 8388607),
    "thousand": ("int64", 1000),
    "scale": ("float32", 0.02),
    "middle": ("uint8", 119),
    "weights": ("int8", [[100, -7, 55], [-128, 127, 3]]),
    "scales": ("float32", [0.01, 0.02, 0.005]),
    "zero_points": ("int8", [0, 0, 0]),
    "coarse": ("float32", 0.0317),
    "low": ("int8", -5),
}


def info(name, kind, shape):
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, getattr(TensorProto, kind), shape)


def make(case, folder, seed):
    from onnx import helper, numpy_helper

    rng = np.random.default_rng(seed)
    data = {
        "x": rng.normal(size=(ROWS, STEPS, FEATURES)).astype(np.float32),
        "lengths": np.array([5, 1, 3], dtype=np.int64),
    }
    known = {name: np.array(value, dtype=np.int64) for name, value in CONSTANTS.items()}
    known |= {"large": np.array([2**62 + 2**12], dtype=np.int64), "second_second": np.array([0, 0], dtype=np.int64)}
    known |= {name: np.array(value, dtype=kind) for name, (kind, value) in NARROW.items()}
    nodes, inputs = case.options["nodes"], case.options["inputs"]
    read = {name for _, names, *_ in nodes for name in names.split()}
    graph = helper.make_graph(
        [helper.make_node(n[0], n[1].split(), n[2].split(), **(n[3] if len(n) > 3 else {})) for n in nodes],
        case.name,
        [info(*i) for i in inputs],
        [info(*Y)],
        [numpy_helper.from_array(a, n) for n, a in known.items() if n in read],
    )
    own = any(OWN.items() <= n[3].items() for n in nodes if len(n) > 3)
    versions = [helper.make_opsetid("", 18)] + ([helper.make_opsetid(OWN["domain"], 1)] if own else [])
    model = helper.make_model(graph, opset_imports=versions, ir_version=9)
    given = {name: data[name] for name, *_ in inputs}
    backend_case.write(folder, model, list(given.values()), backend_case.run(model, given))


for name, nodes, inputs in (
    ("own_step", OWN_STEP, [X, LENGTHS]),
    ("masked_mean", MASKED_MEAN, [X, LENGTHS]),
    ("size_as_number", SIZE_AS_NUMBER, [X]),
    ("reversed", REVERSED, [X, LENGTHS]),
    ("accumulated", ACCUMULATED, [X]),
    ("half", HALF, [X]),
    ("whole", WHOLE, [X]),
    ("wrapped", WRAPPED, [LENGTHS]),
    ("quantized", QUANTIZED, [X]),
    ("fused", FUSED, [X]),
):
    cases.add(name, make, nodes=nodes, inputs=inputs)
