"""PyTorch modules of the kinds that people export. Imported only where one is made, since it needs torch.

What the attributes are called stands in the exported files.
"""

import torch
from torch import nn


class Classifier(nn.Module):
    def __init__(self, kind="LSTM", bidirectional=False, layers=1, batch_first=True, embedding=True, last="state"):
        super().__init__()
        self.emb = nn.Embedding(100, 16) if embedding else None
        self.rnn = getattr(nn, kind)(16, 12, num_layers=layers, bidirectional=bidirectional, batch_first=batch_first)
        self.fc = nn.Linear(24 if bidirectional else 12, 3)
        self.last = last

    def forward(self, x):
        y, state = self.rnn(x if self.emb is None else self.emb(x))
        hidden = state[0] if isinstance(state, tuple) else state
        time = 1 if self.rnn.batch_first else 0
        if self.last == "state":
            y = torch.cat([hidden[-2], hidden[-1]], 1) if self.rnn.bidirectional else hidden[-1]
        elif self.last == "step":
            y = y[:, -1] if time else y[-1]
        elif self.last == "mean":
            y = y.mean(time)
        elif self.last == "max":
            y = y.max(time)[0]
        return torch.softmax(self.fc(y), -1)


class Convolution(nn.Module):
    def __init__(self):
        super().__init__()
        self.c, self.n, self.p = nn.Conv1d(8, 16, 5, padding=2), nn.BatchNorm1d(16), nn.MaxPool1d(2)
        self.g, self.ln, self.f = nn.GRU(16, 8, batch_first=True), nn.LayerNorm(8), nn.Linear(8, 2)

    def forward(self, x):
        y, _ = self.g(self.p(torch.relu(self.n(self.c(x)))).transpose(1, 2))
        return torch.sigmoid(self.f(self.ln(y[:, -1])))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.e, self.r = nn.Embedding(50, 16), nn.LSTM(16, 8, bidirectional=True, batch_first=True)
        self.a, self.f = nn.Linear(16, 1), nn.Linear(16, 2)

    def forward(self, x):
        y, _ = self.r(self.e(x))
        return self.f((torch.softmax(self.a(torch.tanh(y)), 1) * y).sum(1))


class Einsum(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.fc = nn.LSTM(4, 6, batch_first=True, bidirectional=True), nn.Linear(12, 1)

    def forward(self, x):
        y, _ = self.rnn(x)
        weights = torch.softmax(torch.einsum("bth,bsh->bts", y, y) / 3.4, -1)
        return self.fc(torch.einsum("bts,bsh->bth", weights, y)).mean(1)


class OpenEnd(nn.Module):
    """Positions that are counted from the number of steps."""

    def __init__(self, last):
        super().__init__()
        self.rnn, self.last = nn.LSTM(4, 6, batch_first=True), last

    def forward(self, x):
        y, _ = self.rnn(x)
        return y[:, x.size(1) - 1] if self.last else y[:, : x.size(1) - 2].mean(1)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.t, self.f = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True), nn.Linear(16, 2)

    def forward(self, x):
        return self.f(self.t(x).mean(1))


class Stateful(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.LSTM(4, 6, batch_first=True)

    def forward(self, x, h, c):
        y, (h, c) = self.l(x, (h, c))
        return y, h, c


ROWS = {"x": {0: "batch", 1: "time"}}


def classifiers():
    """Name, options, rows of the call, and its open axes."""
    for kind in ("LSTM", "GRU", "RNN"):
        for both in (False, True):
            for layers in (1, 2):
                yield (
                    f"{kind}_bi{int(both)}_l{layers}",
                    {"kind": kind, "bidirectional": both, "layers": layers},
                    3,
                    ROWS,
                )
    for last in ("step", "mean", "max", "seq"):
        yield f"lstm_{last}", {"last": last}, 3, ROWS


def models(seed):
    """All models with inputs and open axes, by name."""
    return first(seed) | later(seed)


def first(seed):
    """Most of them: each model's weights are drawn, then its inputs."""
    torch.manual_seed(seed)
    found = {}

    def classifier(name, options, rows, axes):
        # written in this order, since the inputs are drawn behind the weights
        model = Classifier(**options)
        found[name] = model, (torch.randint(0, 100, (rows, 7)),), axes

    for line in classifiers():
        classifier(*line)
    found["time_major"] = (
        Classifier(batch_first=False, embedding=False, last="step"),
        (torch.randn(7, 3, 16),),
        {"x": {0: "time", 1: "batch"}},
    )
    classifier("static", {}, 1, {})
    classifier("static3", {"bidirectional": True, "last": "step"}, 3, {})
    found["cnn"] = Convolution(), (torch.randn(3, 8, 20),), {"x": {0: "batch"}}
    found["attn"] = Attention(), (torch.randint(0, 50, (3, 7)),), ROWS
    found["enc"] = Encoder(), (torch.randn(3, 7, 16),), {"x": {0: "batch"}}
    states = Stateful(), (torch.randn(3, 7, 4), torch.randn(1, 3, 6), torch.randn(1, 3, 6))
    found["stateful"] = *states, {**ROWS, "h": {1: "batch"}, "c": {1: "batch"}}
    return found


def later(seed):
    """Those that were added when the ids had come to be drawn once, before all models; their numbers depend on that."""
    torch.manual_seed(seed)
    torch.randint(0, 100, (3, 7))
    for _, options, _, _ in classifiers():
        Classifier(**options)
    Classifier(batch_first=False, embedding=False, last="step"), torch.randn(7, 3, 16)
    Classifier(), Classifier(bidirectional=True, last="step")
    Convolution(), torch.randn(3, 8, 20)
    Attention(), torch.randint(0, 50, (3, 7))
    found = {"einsum": (Einsum(), (torch.randn(3, 5, 4),), ROWS)}
    for last in (True, False):
        found[f"open_end_{'last' if last else 'but_two'}"] = OpenEnd(last), (torch.randn(3, 5, 4),), ROWS
    return found
