"""Random LSTM, GRU and RNN nodes with all their options, and what ONNX Runtime gives for them."""

import functools

from .. import backend_case
from ..catalog import Group
from ..later import np

cases = Group("onnx_recurrent", seed=1, needs=("onnx", "onnxruntime"))
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
FUNCTIONS = {"LSTM": 3, "GRU": 2, "RNN": 1}
# ONNX Runtime wants their parameters written out
PARAMETERS = {"HardSigmoid": ([0.2], [0.5]), "Affine": ([1.0], [0.0]), "Elu": ([1.0], [])}
KEPT, MOST = 30, 300


def functions(random, op):
    gate = ["Sigmoid", "HardSigmoid"] if op != "RNN" else ["Tanh", "Relu", "Sigmoid"]
    other = ["Tanh", "Relu", "Softsign", "Sigmoid", "Affine", "Elu", "Softplus"]
    return [str(random.choice(gate))] + [str(random.choice(other)) for _ in range(FUNCTIONS[op] - 1)]


def node_options(random, op, directions, units, direction):
    options = {"hidden_size": units, "direction": direction}
    if random.random() < 0.4:
        names = [name for _ in range(directions) for name in functions(random, op)]
        options["activations"] = names
        for i, key in enumerate(("activation_alpha", "activation_beta")):
            values = [value for name in names for value in PARAMETERS.get(name, ([], []))[i]]
            options |= {key: values} if values else {}
    if random.random() < 0.3:
        options["clip"] = float(random.uniform(0.2, 1.5))
    if op == "GRU":
        options["linear_before_reset"] = int(random.integers(2))
    if op == "LSTM" and random.random() < 0.3:
        options["input_forget"] = 1
    return options


def node(random, op):
    """A model, its inputs in order, and what they are called."""
    from onnx import TensorProto, helper, numpy_helper

    direction = str(random.choice(["forward", "reverse", "bidirectional"]))
    directions = 2 if direction == "bidirectional" else 1
    steps, rows, features, units = (int(random.integers(1, most)) for most in (8, 5, 9, 20))
    options = node_options(random, op, directions, units, direction)

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
        [helper.make_node(op, names, list(shapes), **options)],
        op,
        [
            helper.make_tensor_value_info(n, TensorProto.INT32 if a.dtype == np.int32 else TensorProto.FLOAT, a.shape)
            for n, a in inputs.items()
        ],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n, shape in shapes.items()],
        [numpy_helper.from_array(a, n) for n, a in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8), inputs


@functools.cache
def drawn(seed):
    """All nodes, since each is drawn where the one before it ended."""
    random = np.random.default_rng(seed)
    return [node(random, list(GATES)[i % 3]) for i in range(MOST)]


def make(case, folder, seed):
    model, inputs = drawn(seed)[case.options["place"]]
    backend_case.write(folder, model, list(inputs.values()), backend_case.run(model, inputs))


for i in range(MOST):
    cases.add(f"{list(GATES)[i % 3].lower()}_{i:03d}", make, kept=i < KEPT, place=i)
