"""Makes model.keras: an LSTM with the attention layer that Keras tutorials write by hand, and what Keras answers.

    python train.py
"""

import json

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="tutorial")
class Attention(keras.layers.Layer):
    """Weights the steps of a sequence: softmax(tanh(x W + b) u) over time, masked steps left out."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), name="W")
        self.b = self.add_weight(shape=(self.units,), name="b")
        self.u = self.add_weight(shape=(self.units,), name="u")

    def call(self, x, mask=None):
        score = ops.sum(ops.tanh(ops.matmul(x, self.w) + self.b) * self.u, axis=-1)
        if mask is not None:
            score = score - 1e9 * (1 - ops.cast(mask, "float32"))
        weight = ops.softmax(score, axis=-1)
        return ops.sum(x * ops.expand_dims(weight, -1), axis=1)

    def compute_output_shape(self, shape):
        return shape[0], shape[-1]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def main():
    rng = np.random.default_rng(5)
    keras.utils.set_random_seed(5)
    model = keras.Sequential([
        keras.Input((None,), dtype="int32"), keras.layers.Embedding(50, 12, mask_zero=True),
        keras.layers.LSTM(20, return_sequences=True), Attention(8), keras.layers.Dense(3, activation="softmax")])
    for weight in model.weights:
        weight.assign(rng.normal(0, 0.4, weight.shape))
    model.save("model.keras")
    rows = []
    for steps in (1, 4, 9):
        ids = rng.integers(1, 50, (1, steps)).astype("int32")
        ids[:, steps // 2 + 1:] = 0
        rows.append({"inputs": [ids[0].tolist()], "outputs": [model.predict(ids, verbose=0)[0].tolist()]})
    with open("expected.json", "w") as file:
        json.dump({"absolute": 1e-5, "relative": 1e-5, "rows": rows}, file, indent=1)


if __name__ == "__main__":
    main()
