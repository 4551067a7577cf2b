"""Convolutions and pooling."""

from ..catalog import Group
from ..later import keras, np
from ..recipe import L, chain, features, pick, steps, units

cases = Group("conv_pool")
SIGNAL = (steps(7), features(2))
IMAGE = (pick(6, 7, 9), pick(5, 8), pick(1, 2, 3))


def signal(layer):
    return chain(SIGNAL, layer)


def image(layer):
    return chain(IMAGE, layer)


def with_channels_last(model, arrays):
    """Outputs of a layer with channels first, by its twin: on processors TensorFlow has channels last only."""
    layer = model.layers[0]
    twin = type(layer).from_config(layer.get_config() | {"data_format": "channels_last"})
    turned = np.moveaxis(arrays[0], 1, -1)
    twin.build(turned.shape)
    twin.set_weights(layer.get_weights())
    return [np.moveaxis(keras.ops.convert_to_numpy(twin(turned)), -1, 1)]


for padding in ("valid", "same", "causal"):
    cases.models(
        {
            f"conv1d__{padding}": signal(L.Conv1D(units(), pick(2, 3, 4), padding=padding, activation="relu")),
            f"conv1d__{padding}__strides": signal(L.Conv1D(units(), 3, strides=2, padding=padding)),
            f"conv1d__{padding}__dilation": signal(L.Conv1D(units(), 2, dilation_rate=3, padding=padding)),
        }
    )
for padding in ("valid", "same"):
    cases.models(
        {
            f"separable_conv1d__{padding}": signal(L.SeparableConv1D(units(), 3, padding=padding, depth_multiplier=2)),
            f"conv1d_transpose__{padding}": signal(L.Conv1DTranspose(units(), 3, strides=2, padding=padding)),
            f"conv2d__{padding}": image(L.Conv2D(units(3), (3, 2), padding=padding, activation="relu")),
            f"conv2d__{padding}__strides": image(L.Conv2D(units(3), 3, strides=(2, 2), padding=padding)),
            f"conv2d_transpose__{padding}": image(L.Conv2DTranspose(4, 3, strides=2, padding=padding)),
            f"max_pooling1d__{padding}": signal(L.MaxPooling1D(3, strides=2, padding=padding)),
            f"average_pooling1d__{padding}": signal(L.AveragePooling1D(2, padding=padding)),
            f"max_pooling2d__{padding}": image(L.MaxPooling2D((2, 3), padding=padding)),
            f"average_pooling2d__{padding}": image(L.AveragePooling2D(3, strides=2, padding=padding)),
        }
    )
for name, layer in {
    "same_odd_0": L.Conv1DTranspose(3, 3, strides=2, padding="same", output_padding=0),
    "same_odd_1": L.Conv1DTranspose(3, 5, strides=2, padding="same", output_padding=1),
    "same_even": L.Conv1DTranspose(3, 4, strides=3, padding="same", output_padding=2),
    "same_gaps": L.Conv1DTranspose(2, 1, strides=3, padding="same", output_padding=1),
    "valid_0": L.Conv1DTranspose(3, 2, strides=3, output_padding=0),
    "valid_2": L.Conv1DTranspose(3, 4, strides=3, output_padding=2, use_bias=False),
}.items():
    cases.model(f"conv1d_transpose__output_padding_{name}", chain((5, 2), layer))
cases.models(
    {
        "conv2d_transpose__output_padding": chain(
            (4, 3, 2), L.Conv2DTranspose(2, (3, 2), strides=(2, 3), padding="same", output_padding=(0, 2))
        ),
        "conv3d_transpose": chain((3, 2, 4, 1), L.Conv3DTranspose(2, (2, 3, 1), strides=(1, 2, 3), padding="same")),
        "conv3d_transpose__output_padding": chain(
            (2, 3, 2, 2), L.Conv3DTranspose(2, 2, strides=(2, 3, 2), output_padding=(1, 2, 0))
        ),
    }
)
cases.models(
    {
        "conv1d__groups": chain((9, 6), L.Conv1D(9, 3, groups=3)),
        "conv1d__no_bias__kernel_1": signal(L.Conv1D(units(), 1, use_bias=False)),
        "separable_conv1d__dilation": signal(L.SeparableConv1D(units(), 2, dilation_rate=2, activation="tanh")),
        "depthwise_conv1d": signal(L.DepthwiseConv1D(3, padding="same")),
        "depthwise_conv1d__multiplier_strides": signal(
            L.DepthwiseConv1D(2, strides=2, depth_multiplier=3, use_bias=False)
        ),
        "average_pooling1d__same__strides": signal(L.AveragePooling1D(4, strides=3, padding="same")),
        "conv2d__dilation": image(L.Conv2D(3, 2, dilation_rate=2)),
        "conv2d__groups": chain((6, 5, 4), L.Conv2D(6, 3, groups=2)),
        "depthwise_conv2d": image(L.DepthwiseConv2D(3, depth_multiplier=2)),
        "depthwise_conv2d__same__strides": image(L.DepthwiseConv2D(3, strides=2, padding="same")),
        "separable_conv2d": image(L.SeparableConv2D(5, 3, padding="same")),
        "global_average_pooling1d": signal(L.GlobalAveragePooling1D()),
        "global_average_pooling1d__keepdims": signal(L.GlobalAveragePooling1D(keepdims=True)),
        "global_max_pooling1d": signal(L.GlobalMaxPooling1D()),
        "global_max_pooling1d__keepdims": signal(L.GlobalMaxPooling1D(keepdims=True)),
        "global_average_pooling2d": image(L.GlobalAveragePooling2D()),
        "global_max_pooling2d": image(L.GlobalMaxPooling2D()),
        "max_pooling1d__channels_first": chain((4, 9), L.MaxPooling1D(2, data_format="channels_first")),
        "conv1d__batchnorm__relu__pool": chain(
            (12, features()),
            L.Conv1D(units(), 3, use_bias=False),
            L.BatchNormalization(),
            L.ReLU(),
            L.MaxPooling1D(2),
            L.Flatten(),
            L.Dense(3),
        ),
    }
)
cases.models(
    {
        "conv1d__channels_first": chain((4, 9), L.Conv1D(5, 3, data_format="channels_first", padding="same")),
        "conv2d__channels_first": chain((3, 6, 7), L.Conv2D(4, 3, data_format="channels_first")),
    },
    reference=with_channels_last,
)
