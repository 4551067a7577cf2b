"""Modules that are imported when they are first used.

Cases must be listed on a machine that has Python alone, so nothing is imported to learn a case's name.
"""

import importlib
import os

# TensorFlow's own kernels, whose sums do not depend on the processor as much as those of oneDNN do
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


class Later:
    def __init__(self, module):
        self._module = module

    def __getattr__(self, name):
        return getattr(importlib.import_module(self._module), name)


keras = Later("keras")
layers = Later("keras.layers")
ops = Later("keras.ops")
np = Later("numpy")
h5py = Later("h5py")
