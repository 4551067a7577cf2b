"""Small PyTorch classifiers, exported to ONNX by the old exporter and the new one; ONNX Runtime gives the outputs."""

import functools
import os
import tempfile
import warnings

from .. import backend_case
from ..catalog import Group

cases = Group("torch", seed=0, needs=("torch", "onnx", "onnxscript", "onnxruntime"))
KEPT = (
    "GRU_bi1_l2_new LSTM_bi1_l2_new LSTM_bi1_l2_old RNN_bi0_l1_old attn_new cnn_new einsum_old enc_old"
    " lstm_max_new open_end_but_two_old open_end_last_old stateful_old static3_new time_major_new"
    " time_major_old"
).split()
NAMES = [
    *(f"{kind}_bi{both}_l{count}" for kind in ("LSTM", "GRU", "RNN") for both in (0, 1) for count in (1, 2)),
    *(f"lstm_{last}" for last in ("step", "mean", "max", "seq")),
    "time_major",
    "static",
    "static3",
    "cnn",
    "attn",
    "einsum",
    "open_end_last",
    "open_end_but_two",
    "enc",
    "stateful",
]


@functools.cache
def drawn(seed):
    """All models by name, since the weights of each are drawn where those of the one before it ended."""
    from .. import torch_models

    return torch_models.models(seed)


def make(case, folder, seed):
    import onnx

    name, exporter = case.name.rsplit("_", 1)
    model, inputs, axes = drawn(seed)[name]
    path = os.path.join(folder, "model.onnx")
    names = ["x", "h", "c"][: len(inputs)]
    with warnings.catch_warnings():
        # both exporters warn of what they always do
        warnings.simplefilter("ignore")
        export(EXPORTERS[exporter], seed, name, path, names)
    given = [known.name for known in onnx.load(path).graph.input]
    arrays = [value.numpy() for value in inputs]
    backend_case.write(folder, None, arrays, backend_case.run(path, dict(zip(given, arrays))))


def export(exporter, seed, name, path, names):
    import torch

    if exporter is new and name in AFTER:
        torch._dynamo.reset()
        with tempfile.TemporaryDirectory() as folder:
            new(*drawn(seed)[AFTER[name]], os.path.join(folder, "model.onnx"), names)
    exporter(*drawn(seed)[name], path, names)


def old(model, inputs, axes, path, names):
    import torch

    torch.onnx.export(model.eval(), inputs, path, input_names=names, dynamo=False, dynamic_axes=axes)


def new(model, inputs, axes, path, names):
    import torch

    shapes = [{axis: torch.export.Dim(text) for axis, text in axes.get(name, {}).items()} or None for name in names]
    torch.onnx.export(
        model.eval(),
        inputs,
        path,
        input_names=names,
        dynamo=True,
        dynamic_shapes=tuple(shapes) if axes else None,
        verbose=False,
        external_data=False,
    )
    without_traces(path)


def without_traces(path):
    """Takes out where the code of the exporting program lies, which the exporter writes beside each node."""
    import onnx

    model = onnx.load(path)
    for node in [*model.graph.node, *(node for function in model.functions for node in function.node)]:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    onnx.save(model, path)


EXPORTERS = {"old": old, "new": new}
# after the first of a kind the exporter fixes the number of steps of the next; these are stored so
AFTER = {"GRU_bi1_l2": "GRU_bi1_l1", "LSTM_bi1_l2": "LSTM_bi1_l1", "lstm_max": "lstm_step"}
for name in NAMES:
    for exporter in ("old", "new"):
        cases.add(f"{name}_{exporter}", make, kept=f"{name}_{exporter}" in KEPT)
