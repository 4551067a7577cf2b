"""Test folders of ONNX's backends: a model and numbered inputs and outputs."""

import os

from .files import fresh


def write(folder, model, inputs, outputs):
    """Writes the model, unless it is None because its file is there already, and one set of data."""
    import onnx

    if model is not None:
        onnx.save(model, os.path.join(folder, "model.onnx"))
    data = fresh(folder, "test_data_set_0")
    for kind, arrays in (("input", inputs), ("output", outputs)):
        for i, array in enumerate(arrays):
            with open(os.path.join(data, f"{kind}_{i}.pb"), "wb") as file:
                file.write(onnx.numpy_helper.from_array(array).SerializeToString())


def run(model, inputs):
    """What ONNX Runtime gives."""
    import onnxruntime

    return onnxruntime.InferenceSession(model if isinstance(model, str) else model.SerializeToString()).run(
        None, inputs
    )
