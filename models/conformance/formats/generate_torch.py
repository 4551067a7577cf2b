#!/usr/bin/env python3
"""Makes the cases torch__* here: PyTorch modules as .safetensors with a list of modules. Needs torch, safetensors, numpy."""

import json
import os
import shutil

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(0)


class Stack(nn.Module):
    """Modules in a row; recurrent ones give their sequence, the last step, or the hidden state."""

    def __init__(self, modules):
        super().__init__()
        self.listed = modules
        for module in modules:
            if module[1] is not None:
                self.add_module(module[0], module[1])

    def forward(self, x):
        for name, module, output in self.listed:
            if isinstance(module, nn.RNNBase):
                sequence, state = module(x)
                state = state[0] if isinstance(state, tuple) else state
                directions = 2 if module.bidirectional else 1
                x = {"sequence": sequence, "last": sequence[:, -1], "hidden": torch.cat(list(state[-directions:]), 1)}[output]
            else:
                x = module(x)
        return x


def case(name, modules, x, listed, dtype="float32"):
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    model = Stack(modules).eval()
    with torch.no_grad():
        y = model(x)
    save_file(model.state_dict(), os.path.join(folder, "model.safetensors"))
    spec = {"pytorch": 1, "input": {"name": "x", "shape": [None, None, *x.shape[2:]], "dtype": dtype}, "modules": listed}
    with open(os.path.join(folder, "model.json"), "w", encoding="utf-8") as file:
        json.dump(spec, file, indent=1)
    np.save(os.path.join(folder, "input_0.npy"), x.numpy().astype("int32" if dtype == "int64" else "float32"))
    np.save(os.path.join(folder, "output_0.npy"), y.numpy())
    call = {"reset": False, "inputs": [{"name": "x", "file": "input_0.npy"}], "outputs": [{"name": "y", "file": "output_0.npy"}]}
    with open(os.path.join(folder, "case.json"), "w", encoding="utf-8") as file:
        json.dump({"format": 1, "name": name, "group": "formats", "kind": "predict", "files": {"spec": "model.json", "weights_alone": "model.safetensors"},
                   "tolerance": {"absolute": 1e-5, "relative": 1e-5}, "notes": f"PyTorch {torch.__version__}", "calls": [call]}, file, indent=1)


ids = torch.randint(0, 50, (3, 9))
case("torch__lstm", [("emb", nn.Embedding(50, 8), None), ("rnn", nn.LSTM(8, 6, 2, batch_first=True, bidirectional=True), "hidden"),
                     ("fc", nn.Linear(12, 3), None), ("softmax", nn.Softmax(-1), None)], ids,
     [{"module": "Embedding", "name": "emb"}, {"module": "LSTM", "name": "rnn", "output": "hidden"}, {"module": "Dropout"},
      {"module": "Linear", "name": "fc"}, {"module": "Softmax"}], "int64")
series = torch.randn(2, 7, 4)
case("torch__gru", [("rnn", nn.GRU(4, 5, 2, batch_first=True), "last"), ("norm", nn.LayerNorm(5), None), ("act", nn.LeakyReLU(), None),
                    ("out", nn.Linear(5, 2, bias=False), None)], series,
     [{"module": "GRU", "name": "rnn", "output": "last"}, {"module": "LayerNorm", "name": "norm"}, {"module": "LeakyReLU"},
      {"module": "Linear", "name": "out"}])
case("torch__rnn", [("first", nn.RNN(4, 5, batch_first=True, nonlinearity="relu", bias=False), "sequence"),
                    ("second", nn.LSTM(5, 3, batch_first=True, bidirectional=True), "last")], series,
     [{"module": "RNN", "name": "first", "nonlinearity": "relu"}, {"module": "LSTM", "name": "second", "output": "last"}])
