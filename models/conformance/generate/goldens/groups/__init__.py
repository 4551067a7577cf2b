"""The definitions, a module a group or a part of one."""

import importlib

MODULES = (
    "architectures",
    "arguments",
    "attention",
    "cells",
    "conv_pool",
    "core",
    "formats",
    "formats_torch",
    "legacy",
    "legacy_by_hand",
    "masking",
    "more_combinations",
    "more_operations",
    "more_options",
    "onnx_fixed",
    "onnx_nodes",
    "onnx_recurrent",
    "onnx_scan",
    "onnx_values",
    "operations",
    "preprocessing",
    "quantized",
    "recurrent",
    "reject",
    "tokenizer",
    "topology",
    "values",
    "torch_exports",
    "torch_rows",
)


def cases():
    return [case for name in MODULES for case in importlib.import_module("." + name, __name__).cases.cases]
