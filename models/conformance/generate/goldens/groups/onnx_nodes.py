"""Tests of ONNX's own backends (https://github.com/onnx/onnx, Apache 2.0), written by the package that brings them."""

import argparse
import functools
import os
import shutil
import tempfile

from ..catalog import Group

RECURRENT = (
    "gru_batchwise gru_bidirectional gru_defaults gru_reverse gru_seq_length gru_with_initial_bias"
    " lstm_batchwise lstm_bidirectional lstm_defaults lstm_reverse lstm_with_initial_bias lstm_with_peepholes"
    " rnn_seq_length simple_rnn_batchwise simple_rnn_bidirectional simple_rnn_defaults simple_rnn_reverse"
    " simple_rnn_with_initial_bias"
)
OPERATORS = (
    "argmax_negative_axis_keepdims_example_select_last_index attention_3d_gqa"
    " attention_3d_with_past_and_present_qk_matmul_softcap attention_4d_attn_mask_bool_4d attention_4d_causal"
    " attention_4d_diff_heads_mask4d_padded_kv attention_4d_gqa_with_past_and_present"
    " averagepool_2d_ceil_last_window_starts_on_pad averagepool_2d_pads_count_include_pad"
    " averagepool_2d_same_lower basic_conv_with_padding batchnorm_example cast_FLOAT_to_DOUBLE"
    " concat_3d_axis_1 constant_pad_axes conv_with_strides_and_asymmetric_padding dropout_default_mask"
    " edge_pad einsum_batch_matmul expand_dim_changed gather_2d_indices gather_negative_indices"
    " gemm_all_attributes group_normalization_example hardmax_axis_1 if instancenorm_example isinf"
    " l1normalization_axis_1 layer_normalization_3d_axis1_epsilon logsoftmax_axis_1 loop11 lppool_2d_pads"
    " matmul_1d_3d matmul_bcast maxpool_2d_ceil maxpool_2d_dilations mod_float_edge_cases_fmod_0_float32"
    " mod_mixed_sign_int32 mvn pow_bcast_array prelu_broadcast range_int32_type_negative_delta"
    " reduce_log_sum_exp_keepdims_random reflect_pad reshape_negative_extended_dims"
    " rms_normalization_3d_axis1_epsilon scan9_multi_state scan9_sum shape_start_1_end_negative_1"
    " slice_neg_steps softmax_axis_0 split_variable_parts_2d_opset18 squeeze_negative_axes tile top_k"
    " top_k_same_values_2d top_k_smallest transpose_all_permutations_4 tril_neg triu_pos"
    " unsqueeze_unsorted_axes where_example wrap_pad convtranspose_pads convtranspose_dilations"
    " maxpool_with_argmax_2d_precomputed_strides scatter_elements_with_axis onehot_negative_indices"
    " cumsum_1d_reverse_exclusive reversesequence_batch resize_upsample_scales_cubic qlinearconv"
    " dynamicquantizelinear gather_elements_1 gathernd_example_float32 sce_mean_weight_ii lrn"
    " depthtospace_crd_mode_example shrink_soft"
)


@functools.cache
def tests():
    from onnx.backend.test import loader

    return {test.name: test for test in loader.load_node_model_tests()}


def make(case, folder, seed):
    """The package writes its tests of whole models only, unless it is told of the others."""
    import onnx.backend.test.case.model as models
    from onnx.backend.test import cmd_tools

    test = tests()[case.name]
    usual = models.collect_testcases
    models.collect_testcases = lambda: [test]
    try:
        with tempfile.TemporaryDirectory() as out:
            cmd_tools.generate_data(argparse.Namespace(output=out))
            shutil.copytree(os.path.join(out, test.kind, test.name), folder, dirs_exist_ok=True)
    finally:
        models.collect_testcases = usual


recurrent, cases = (Group(name, needs=("onnx",)) for name in ("onnx", "onnx_operators"))
for group, names in ((recurrent, RECURRENT), (cases, OPERATORS)):
    for name in names.split():
        group.add("test_" + name, make)
cases.cases += recurrent.cases
