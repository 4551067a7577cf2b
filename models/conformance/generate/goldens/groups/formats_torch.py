"""PyTorch modules as .safetensors with a list of modules."""

import functools
import os

from ..catalog import Group
from ..files import write_json
from ..later import np

cases = Group("formats", seed=0, needs=("torch", "safetensors"))


def listed(kind, name=None, **more):
    """A line of the list of modules."""
    return {"module": kind, **({"name": name} if name else {}), **more}


@functools.cache
def drawn(seed):
    """Modules, input and list of each case, drawn one after the other."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    ids = torch.randint(0, 50, (3, 9))
    found = {
        "torch__lstm": (
            {
                "emb": nn.Embedding(50, 8),
                "rnn": nn.LSTM(8, 6, 2, batch_first=True, bidirectional=True),
                "fc": nn.Linear(12, 3),
                "softmax": nn.Softmax(-1),
            },
            ids,
            [
                listed("Embedding", "emb"),
                listed("LSTM", "rnn", output="hidden"),
                listed("Dropout"),
                listed("Linear", "fc"),
                listed("Softmax"),
            ],
        )
    }
    series = torch.randn(2, 7, 4)
    found["torch__gru"] = (
        {
            "rnn": nn.GRU(4, 5, 2, batch_first=True),
            "norm": nn.LayerNorm(5),
            "act": nn.LeakyReLU(),
            "out": nn.Linear(5, 2, bias=False),
        },
        series,
        [
            listed("GRU", "rnn", output="last"),
            listed("LayerNorm", "norm"),
            listed("LeakyReLU"),
            listed("Linear", "out"),
        ],
    )
    found["torch__rnn"] = (
        {
            "first": nn.RNN(4, 5, batch_first=True, nonlinearity="relu", bias=False),
            "second": nn.LSTM(5, 3, batch_first=True, bidirectional=True),
        },
        series,
        [listed("RNN", "first", nonlinearity="relu"), listed("LSTM", "second", output="last")],
    )
    return found


def answer(modules, x, outputs):
    """Recurrent modules give their sequence, its last step, or the hidden state of the last layer."""
    import torch

    for name, module in modules.items():
        if not isinstance(module, torch.nn.RNNBase):
            x = module(x)
            continue
        sequence, state = module(x)
        state = state[0] if isinstance(state, tuple) else state
        last_layer = list(state[-2 if module.bidirectional else -1 :])
        x = {"sequence": sequence, "last": sequence[:, -1], "hidden": torch.cat(last_layer, 1)}[outputs[name]]
    return x


def make(case, folder, seed):
    import torch
    from safetensors.torch import save_file

    modules, x, lines = drawn(seed)[case.name]
    model = torch.nn.ModuleDict(modules).eval()
    outputs = {line.get("name"): line.get("output", "sequence") for line in lines}
    with torch.no_grad():
        y = answer(modules, x, outputs)
    save_file(model.state_dict(), os.path.join(folder, "model.safetensors"))
    kind = str(x.dtype).removeprefix("torch.")
    write_json(
        {"pytorch": 1, "input": {"name": "x", "shape": [None, None, *x.shape[2:]], "dtype": kind}, "modules": lines},
        folder,
        "model.json",
    )
    np.save(os.path.join(folder, "input_0.npy"), x.numpy().astype("int32" if kind == "int64" else "float32"))
    np.save(os.path.join(folder, "output_0.npy"), y.numpy())
    call = {
        "reset": False,
        "inputs": [{"name": "x", "file": "input_0.npy"}],
        "outputs": [{"name": "y", "file": "output_0.npy"}],
    }
    write_json(
        {
            "format": 1,
            "name": case.name,
            "group": case.group,
            "kind": "predict",
            "files": {"spec": "model.json", "weights_alone": "model.safetensors"},
            "tolerance": {"absolute": 1e-5, "relative": 1e-5},
            "notes": f"PyTorch {torch.__version__}",
            "calls": [call],
        },
        folder,
        "case.json",
    )


for name in ("torch__lstm", "torch__gru", "torch__rnn"):
    cases.add(name, make)
