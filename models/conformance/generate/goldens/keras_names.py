"""Every class of keras.layers and every function of keras.ops, and why some can't be run.

``models/keras-names.json`` holds them; ``models/SUPPORT.md`` is made of it and of the cases. A name that no case shows
needs a reason here. A function stands with the classes of operations that it leaves in a saved graph.
"""

import inspect
import json
import re

ROWS = "joins rows: a row's result would depend on its neighbours"
VALUES = "the size of its result depends on values"
COMPLEX = "complex numbers"
CODE = "takes a Python function, which a saved graph does not hold"
CONSTANT = "takes no tensor: its result is a constant when the graph is saved"
IMAGES = "images"
LINEAR = "decomposes matrices"
LOSS = "a loss, for training"
SIGNAL = "spectra of signals"
RANDOM = "changes images at random while training"

REASONS = {
    "ops": {
        ROWS: """allclose corrcoef correlate diag diagflat flipud histogram inner kron meshgrid outer psnr ravel
            segment_max segment_min segment_prod segment_sum vander vdot vsplit vstack scatter scatter_update
            tensordot dot""",
        VALUES: "bincount nonzero unique",
        COMPLEX: "fft fft2 ifft2 polar view_as_complex view_as_real",
        CODE: """associative_scan cond custom_gradient fori_loop jvp map scan switch vectorize vectorized_map
            while_loop""",
        CONSTANT: """arange array bartlett blackman empty eye full geomspace hamming hanning identity kaiser linspace
            logspace ones tri zeros broadcast_to""",
        IMAGES: "depth_to_space space_to_depth fold unfold",
        "its kernel would be an array in the graph; use the layer": """conv conv_transpose depthwise_conv
            separable_conv""",
        "windows whose size depends on the input": "adaptive_average_pool adaptive_max_pool",
        LINEAR: """cholesky cholesky_inverse det eig eigh inv logdet lstsq lu_factor matrix_rank pinv qr slogdet solve
            solve_triangular svd""",
        LOSS: "binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy ctc_loss",
        SIGNAL: "irfft istft rfft stft",
        "gives a number of the shape, not of the values": "dtype is_tensor ndim shape size",
        "leaves the graph": "convert_to_numpy",
        "searches for the most likely labels of steps": "ctc_decode",
        "the order of its result is not defined": "argpartition",
        "fails in Keras on TensorFlow for more than two axes; use the sum of ops.diagonal": "trace",
        "takes the bits of values for another type": "view",
        "leaves NaN out of a row, so that each has another size": "nanmedian nanpercentile nanquantile",
        "takes a pattern of another library (einops)": "rearrange",
        "use the layer of the same name": """batch_normalization layer_normalization rms_normalization
            dot_product_attention""",
    },
    "layers": {
        IMAGES: "CenterCrop Equalization MaxNumBoundingBoxes Resizing ContrastLimitedAdaptiveHistogramEqualization",
        RANDOM: """AugMix AutoContrast CutMix MixUp Pipeline RandAugment RandomBrightness RandomColorDegeneration
            RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip
            RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization
            RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom Solarization""",
        SIGNAL: "MelSpectrogram STFTSpectrogram",
        "code of another library": "FlaxLayer JaxLayer TFSMLayer TorchModuleWrapper",
        "holds Python code; put its formula into layers or operations": "Lambda",
        "a base class, not a layer of a model": "InputSpec Layer Wrapper",
        "hashes pairs of features; the layer is experimental": "HashedCrossing",
        "shares the weights of an embedding with its output": "ReversibleEmbedding",
        "windows whose size depends on the input": """AdaptiveAveragePooling1D AdaptiveAveragePooling2D
            AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D""",
    },
}


# functions that call their operation otherwise
CALLED = {
    "abs": ["Absolute"],
    "cast": ["Cast"],
    "conj": ["Conjugate"],
    "convert_to_tensor": ["ConvertToTensor"],
    "diff": ["Diff"],
    "pad": ["Pad"],
    "saturate_cast": ["SaturateCast"],
}


def classes_of(name, function):
    """The operations that a function leaves in a graph: those that its code calls symbolically."""
    if name in CALLED:
        return CALLED[name]
    try:
        code = inspect.getsource(function)
    except (OSError, TypeError):
        return []
    return sorted(set(re.findall(r"(\w+)\(\s*(?:[^()]|\([^()]*\))*\)\s*\.symbolic_call\(", code)))


def names():
    import keras

    functions = {
        name: classes_of(name, getattr(keras.ops, name))
        for name in dir(keras.ops)
        if not name.startswith("_") and callable(getattr(keras.ops, name))
    }
    layers = {
        name: sorted({name, getattr(keras.layers, name).__name__})
        for name in dir(keras.layers)
        if inspect.isclass(getattr(keras.layers, name))
    }
    return keras.__version__, {"layers": layers, "ops": functions}


def main(path):
    version, found = names()
    content = {"keras": version}
    for kind, known in found.items():
        reasons = {name: reason for reason, names in REASONS[kind].items() for name in names.split()}
        for name in sorted(set(reasons) - set(known)):
            print(f"{kind}.{name} has a reason, but Keras {version} does not have it")
        content[kind] = {
            name: {"classes": classes} | ({"reason": reasons[name]} if name in reasons else {})
            for name, classes in sorted(known.items())
        }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.write("\n")
    print(f"{path}: {', '.join(f'{len(content[kind])} {kind}' for kind in found)}")
    return 0
