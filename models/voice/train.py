"""Train a small voice detector with the interface of Silero VAD on sounds made here.

Writes model.onnx (input, state, sr -> output, stateN), speech.wav and expected.json: some chunks of speech.wav, the states before them,
and the answers of ONNX Runtime. Voice is harmonics under formants that come and go like syllables; the rest is noise, hum and clicks.
Needs: pip install torch onnx onnxruntime numpy.
"""

import json
import os
import wave

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
RATE, CHUNK, CONTEXT = 16000, 512, 64
WINDOW, HOP, BINS, CHANNELS, UNITS = 256, 128, 32, 12, 12
STEPS, ROWS, CHUNKS = 500, 16, 60
random = np.random.default_rng(9)
torch.manual_seed(9)
torch.set_num_threads(1)


def basis(window, rate):
    """Cosines and sines under a Hann window, one for each 125 Hz up to 4 kHz: (2 * BINS, 1, window)."""
    t = np.arange(window)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * t / window)
    angles = 2 * np.pi * 125 * np.arange(1, BINS + 1)[:, None] * t / rate
    return (np.concatenate([np.cos(angles), np.sin(angles)]) * hann * 2 / window)[:, None].astype("float32")


def smooth(values, width):
    return np.convolve(values, np.ones(width) / width, "same")


def voice(count):
    """Harmonics of a gliding pitch under three formants, louder and softer 3 to 7 times a second."""
    t = np.arange(count) / RATE
    pitch = random.uniform(85, 280) * (1 + 0.15 * np.sin(2 * np.pi * random.uniform(0.4, 2) * t + random.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    formants = [random.uniform(300, 800), random.uniform(900, 2200), random.uniform(2300, 3400)]
    moving = [f * (1 + 0.2 * np.sin(2 * np.pi * random.uniform(1, 4) * t + random.uniform(0, 6))) for f in formants]
    sound = np.zeros(count)
    for k in range(1, 25):
        loud = sum(np.exp(-(((k * pitch - f) / 180) ** 2)) / (i + 1) for i, f in enumerate(moving)) + 0.15 / k
        sound += np.where(k * pitch < 3900, loud, 0) * np.sin(k * phase)
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * random.uniform(3, 7) * t + random.uniform(0, 6))
    ends = np.minimum(1, np.minimum(t, t[::-1]) / 0.02)
    return sound / np.abs(sound).max() * syllables * ends


def rest(count):
    """Noise of some colour, sometimes with hum or clicks."""
    noise = random.standard_normal(count + 64)
    noise = smooth(noise, random.integers(1, 30))[:count]
    noise /= np.abs(noise).max()
    if random.random() < 0.4:
        noise += random.uniform(0, 1) * np.sin(2 * np.pi * random.uniform(50, 2500) * np.arange(count) / RATE)
    if random.random() < 0.4:
        for at in random.integers(0, count - 200, 1 + count // 8000):
            noise[at : at + 200] += random.uniform(1, 5) * random.standard_normal(200) * np.exp(-np.arange(200) / 30)
    return noise * 10 ** random.uniform(-3.5, -1.2)


def scene(chunks, parts=None):
    """Sound of whole chunks, and for each whether there is voice in most of it."""
    count = chunks * CHUNK
    sound, truth = rest(count), np.zeros(count)
    at, talks, level = 0, False, 10 ** random.uniform(-1.3, -0.1)
    while at < count:
        length = parts.pop(0) if parts else random.uniform(0.2, 1.5)
        end = min(count, at + int(length * RATE))
        if talks and end - at > 800:
            sound[at:end] += level * voice(end - at)
            truth[at:end] = 1
        at, talks = end, not talks
    return np.clip(sound, -1, 1).astype("float32"), (truth.reshape(chunks, CHUNK).mean(1) > 0.5).astype("float32")


def windows(sound):
    """Chunks, each with the end of the one before it: (chunks, CONTEXT + CHUNK)."""
    padded = np.concatenate([np.zeros(CONTEXT, "float32"), sound])
    return np.stack([padded[i : i + CONTEXT + CHUNK] for i in range(0, len(sound) - CHUNK + 1, CHUNK)])


class Detector(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("basis", torch.from_numpy(basis(WINDOW, RATE)))
        self.encoder = torch.nn.ModuleList(
            torch.nn.Conv1d(width, CHANNELS, 3, stride, 1) for width, stride in ((BINS, 1), (CHANNELS, 2), (CHANNELS, 2))
        )
        self.lstm = torch.nn.LSTM(CHANNELS, UNITS)
        self.head = torch.nn.Linear(UNITS, 1)

    def forward(self, chunks):
        """Logits (rows, chunks) of (rows, chunks, CONTEXT + CHUNK)."""
        rows, count, size = chunks.shape
        padded = torch.nn.functional.pad(chunks.reshape(-1, size), (0, CONTEXT), mode="reflect")
        waves = torch.nn.functional.conv1d(padded[:, None], self.basis, stride=HOP)
        x = torch.log(waves[:, :BINS] ** 2 + waves[:, BINS:] ** 2 + 1e-7) * 0.2 + 2
        for conv in self.encoder:
            x = torch.relu(conv(x))
        y, _ = self.lstm(x[:, :, 0].reshape(rows, count, CHANNELS).transpose(0, 1))
        return self.head(torch.relu(y)).transpose(0, 1)[:, :, 0]


def train():
    model = Detector()
    optimizer = torch.optim.Adam(model.parameters(), 4e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, STEPS)
    for step in range(STEPS):
        scenes = [scene(CHUNKS) for _ in range(ROWS)]
        x = torch.from_numpy(np.stack([windows(sound) for sound, _ in scenes]))
        y = torch.from_numpy(np.stack([truth for _, truth in scenes]))
        logits = model(x)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rate.step()
        if step % 50 == 49:
            print(step + 1, "loss", round(loss.item(), 4), "right", round(((logits > 0) == (y > 0)).float().mean().item(), 4), flush=True)
    return model


def gates(weight):
    """PyTorch's gates i, f, g, o in ONNX's order i, o, f, c."""
    i, f, g, o = weight.detach().numpy().reshape(4, UNITS, -1)
    return np.concatenate([i, o, f, g])


def export(model):
    """The graph as Silero's files have it: a branch for each rate, in which all is done; weights of the outer graph."""
    arrays = {
        "basis_16k": basis(WINDOW, RATE),
        "basis_8k": basis(WINDOW // 2, RATE // 2),
        "W": gates(model.lstm.weight_ih_l0)[None],
        "R": gates(model.lstm.weight_hh_l0)[None],
        "B": np.concatenate([gates(model.lstm.bias_ih_l0), gates(model.lstm.bias_hh_l0)])[None, :, 0],
        "head": model.head.weight.detach().numpy().T,
        "head_bias": model.head.bias.detach().numpy(),
        "rate": np.array(RATE),
        "pads_16k": np.array([0, 0, 0, CONTEXT]),
        "pads_8k": np.array([0, 0, 0, CONTEXT // 2]),
        "floor": np.array(1e-7, "float32"),
        "scale": np.array(0.2, "float32"),
        "shift": np.array(2, "float32"),
        "first": np.array(0),
        "second": np.array(1),
        "axis_0": np.array([0]),
        "axis_1": np.array([1]),
        "axis_last": np.array([-1]),
    }
    for i, conv in enumerate(model.encoder):
        arrays |= {f"kernel_{i}": conv.weight.detach().numpy(), f"bias_{i}": conv.bias.detach().numpy()}
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.FLOAT, [None, None]),
        helper.make_tensor_value_info("state", TensorProto.FLOAT, [2, None, UNITS]),
        helper.make_tensor_value_info("sr", TensorProto.INT64, []),
    ]
    choice = helper.make_node(
        "If", ["is_16k"], ["output", "stateN"], then_branch=branch("16k", HOP), else_branch=branch("8k", HOP // 2)
    )
    graph = helper.make_graph(
        [helper.make_node("Equal", ["sr", "rate"], ["is_16k"]), choice],
        "voice",
        inputs,
        outputs(""),
        [numpy_helper.from_array(np.asarray(array, order="C"), name) for name, array in arrays.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)], ir_version=8, producer_name="train.py")
    onnx.checker.check_model(made, full_check=True)
    onnx.save(made, f"{HERE}/model.onnx")


def outputs(suffix):
    return [
        helper.make_tensor_value_info("output" + suffix, TensorProto.FLOAT, [None, 1]),
        helper.make_tensor_value_info("stateN" + suffix, TensorProto.FLOAT, [2, None, UNITS]),
    ]


def branch(rate, hop):
    nodes = []

    def add(kind, inputs, output, **options):
        own = [output + "_" + rate for output in output.split()]
        nodes.append(helper.make_node(kind, inputs, own, name=f"{rate}/{output.split()[0]}", **options))
        return own[0] if len(own) == 1 else own

    padded = add("Pad", ["input", f"pads_{rate}"], "padded", mode="reflect")
    waves = add("Conv", [add("Unsqueeze", [padded, "axis_1"], "channel"), f"basis_{rate}"], "waves", strides=[hop])
    real, imaginary = add("Split", [waves], "real imaginary", axis=1)
    power = add("Add", [add("Mul", [real, real], "real_2"), add("Mul", [imaginary, imaginary], "imaginary_2")], "power")
    x = add("Log", [add("Add", [power, "floor"], "raised")], "log")
    x = add("Add", [add("Mul", [x, "scale"], "scaled"), "shift"], "features")
    for i in range(3):
        x = add("Conv", [x, f"kernel_{i}", f"bias_{i}"], f"conv_{i}", pads=[1, 1], strides=[1 if i == 0 else 2])
        x = add("Relu", [x], f"relu_{i}")
    x = add("Unsqueeze", [add("Squeeze", [x, "axis_last"], "chunk"), "axis_0"], "step")
    h = add("Unsqueeze", [add("Gather", ["state", "first"], "h"), "axis_0"], "h0")
    c = add("Unsqueeze", [add("Gather", ["state", "second"], "c"), "axis_0"], "c0")
    _, h, c = add("LSTM", [x, "W", "R", "B", "", h, c], "y hT cT", hidden_size=UNITS)
    add("Concat", [h, c], "stateN", axis=0)
    y = add("Relu", [add("Squeeze", [h, "axis_0"], "last")], "active")
    y = add("Add", [add("MatMul", [y, "head"], "product"), "head_bias"], "logit")
    add("Sigmoid", [y], "output")
    return helper.make_graph(nodes, rate, [], outputs("_" + rate))


def save_sound():
    """Three seconds with voice twice, and the answers of ONNX Runtime to its chunks."""
    global random
    random = np.random.default_rng(4)
    sound, _ = scene(94, [0.6, 0.7, 0.5, 0.8, 9])
    samples = np.round(sound * 32767).astype("<i2")
    with wave.open(f"{HERE}/speech.wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    session = onnxruntime.InferenceSession(f"{HERE}/model.onnx")
    state, answers, rows = np.zeros((2, 1, UNITS), "float32"), [], []
    for chunk in windows(samples.astype("float32") / 32768):
        y, after = session.run(None, {"input": chunk[None], "state": state, "sr": np.array(RATE)})
        rows.append({"inputs": [listed(chunk), listed(state[:, 0])], "outputs": [listed(y[0]), listed(after[:, 0])]})
        answers.append(float(y[0, 0]))
        state = after
    with open(f"{HERE}/expected.json", "w") as file:
        kept = ",\n".join(json.dumps(row) for row in rows[18:26])
        file.write('{"absolute": 1e-05, "relative": 1e-05, "rows": [\n' + kept + "\n]}\n")
    print("answers", "".join("#" if answer >= 0.5 else "." for answer in answers))


def listed(array):
    """The shortest numbers that give the same floats."""
    return [listed(part) for part in array] if array.ndim else float(str(array))


if __name__ == "__main__":
    export(train().eval())
    save_sound()
    print(os.path.getsize(f"{HERE}/model.onnx"), "bytes")
