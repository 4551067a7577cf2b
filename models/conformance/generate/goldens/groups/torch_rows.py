"""PyTorch models whose rows lie along several axes, or along none, exported by both exporters.

States as inputs have layers first, also where the sequence has rows first; learned states are repeated for each row;
a model that compares the rows of its call has no axis of rows.
"""

import os
import warnings

from .. import backend_case
from ..catalog import Group
from .torch_exports import EXPORTERS, without_traces

cases = Group("torch", seed=0, needs=("torch", "onnx", "onnxscript", "onnxruntime"))
# name: kind, batch_first, bidirectional, layers, (rows, steps), what is dynamic, what it does with states
MODELS = {
    "rows_gru_states": ("GRU", True, False, 2, (3, 4), "", "given"),
    "rows_lstm_states": ("LSTM", True, True, 1, (2, 5), "", "given"),
    "rows_lstm_states_open": ("LSTM", True, False, 1, (2, 3), "b", "given"),
    "rows_states_square": ("GRU", False, False, 1, (4, 4), "", "given"),
    "rows_time_major_bi": ("LSTM", False, True, 1, (3, 5), "bt", "none"),
    "rows_learned": ("GRU", True, False, 2, (3, 4), "bt", "learned"),
    "rows_learned_bi": ("LSTM", False, True, 1, (3, 4), "b", "learned"),
    "rows_compared": ("GRU", True, False, 1, (3, 4), "", "compared"),
}


def module(kind, batch_first, both, layers, use):
    import torch
    from torch import nn

    class Rows(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = getattr(nn, kind)(3, 4, num_layers=layers, batch_first=batch_first, bidirectional=both)
            count = layers * (2 if both else 1)
            self.h0, self.c0 = (nn.Parameter(torch.randn(count, 1, 4)) for _ in range(2))

        def forward(self, x, *states):
            if use == "learned":
                rows = x.shape[0 if batch_first else 1]
                states = tuple(s.repeat(1, rows, 1) for s in (self.h0, self.c0))
            if use == "compared":
                x = x - x.mean(0, keepdim=True)
            if use in ("none", "compared"):
                return self.rnn(x)[0]
            y, last = self.rnn(x, states if kind == "LSTM" else states[0])
            return (y, *last) if kind == "LSTM" else (y, last)

    return Rows()


def make(case, folder, seed):
    import onnx
    import torch

    name, exporter = case.name.rsplit("_", 1)
    kind, batch_first, both, layers, (rows, steps), dynamic, use = MODELS[name]
    torch.manual_seed(seed)
    x = torch.randn(*((rows, steps) if batch_first else (steps, rows)), 3)
    count = (2 if kind == "LSTM" else 1) if use == "given" else 0
    inputs = (x, *(torch.randn(layers * (2 if both else 1), rows, 4) for _ in range(count)))
    names = ["x", "h", "c"][: len(inputs)]
    axis = 0 if batch_first else 1
    axes = {"x": {**({axis: "b"} if "b" in dynamic else {}), **({1 - axis: "t"} if "t" in dynamic else {})}}
    if "b" in dynamic:
        axes.update({state: {1: "b"} for state in names[1:]})
    path = os.path.join(folder, "model.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        export(EXPORTERS[exporter], module(kind, batch_first, both, layers, use), inputs, axes, dynamic, path, names)
    given = [known.name for known in onnx.load(path).graph.input]
    arrays = [value.numpy() for value in inputs]
    backend_case.write(folder, None, arrays, backend_case.run(path, dict(zip(given, arrays))))


def export(exporter, model, inputs, axes, dynamic, path, names):
    import torch

    if exporter is EXPORTERS["old"]:
        exporter(model, inputs, axes if dynamic else None, path, names)
        return
    shapes = {"x": {a: torch.export.Dim.DYNAMIC for a in axes["x"]} or None}
    shapes["states"] = tuple({a: torch.export.Dim.DYNAMIC for a in axes.get(n, {})} or None for n in names[1:])
    torch.onnx.export(
        model.eval(),
        inputs,
        path,
        input_names=names,
        dynamo=True,
        dynamic_shapes=shapes if dynamic else None,
        verbose=False,
        external_data=False,
    )
    without_traces(path)


for name, (*_, dynamic, use) in MODELS.items():
    cases.add(f"{name}_old", make)
    # the new exporter takes no open sizes where the states are no inputs
    if use == "given" or not dynamic:
        cases.add(f"{name}_new", make)
