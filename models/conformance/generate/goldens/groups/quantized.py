"""Models that Keras has quantized."""

from ..catalog import Group
from ..later import keras, layers

cases = Group("quantized", formats=("keras",))


def einsum(equation, shape, **options):
    return lambda draws: layers.EinsumDense(equation, output_shape=shape, **options)


def int8(*parts, tokens=False, config=None):
    """A model of series, or of ids, after model.quantize("int8")."""

    def build(draws):
        first = keras.Input((6,), dtype="int32") if tokens else keras.Input(draws.series(3, 2))
        model = keras.Sequential([first, *(part(draws) for part in parts)])
        if config:
            model.quantize(config=config())
        else:
            model.quantize("int8")
        return (model, [draws.padded((3, 6), 20)]) if tokens else model

    return build


cases.models(
    {
        "dense": int8(lambda d: layers.Dense(d.units(), "tanh")),
        "dense__no_bias": int8(lambda d: layers.Dense(d.units(), use_bias=False), lambda d: layers.LSTM(3)),
        "sequence": int8(
            lambda d: layers.LSTM(4, return_sequences=True), lambda d: layers.Dense(3, "softmax")
        ),
        "text": int8(
            lambda d: layers.Embedding(20, 8, mask_zero=True),
            lambda d: layers.Bidirectional(layers.GRU(5)),
            lambda d: layers.Dense(16, "relu"),
            lambda d: layers.Dense(3),
            tokens=True,
        ),
        "einsum_dense": int8(einsum("abc,cd->abd", (None, 6), bias_axes="d", activation="tanh")),
        "einsum_dense__axes": int8(einsum("abc,cde->aebd", (3, None, 2), bias_axes="ed")),
        "einsum_dense__two_summed": int8(einsum("abc,bcd->ad", (5,))),
        "weights_only": int8(
            einsum("abc,cd->abd", (None, 4), bias_axes="d"),
            lambda d: layers.Dense(3, "tanh"),
            config=lambda: keras.quantizers.Int8QuantizationConfig(activation_quantizer=None),
        ),
    }
)
