package lanewise.format;

import java.util.List;
import lanewise.spec.Activation;
import lanewise.spec.AttentionLayer;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.MergingLayer;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.Operation;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;
import lanewise.spec.WindowLayer;
import lanewise.text.TextVectorizer;

/**
 * One layer of every kind that format 1 had when its files were stored. The numbers of one kind differ from each
 * other, so that two that change places are noticed. Later kinds belong into a new file, not here.
 */
final class StoredLayers {
    private StoredLayers() {}

    static List<LayerSpec> core() {
        return List.of(new CoreLayer.Embedding("embedding", 9, 4, true), new CoreLayer.Masking("masking", -1.5f),
                new CoreLayer.Dense("dense", 3, Activation.RELU, true),
                new CoreLayer.Activate("activation", Activation.TANH), new CoreLayer.ReLU("re_lu", 6, 0.1f, 0.2f),
                new CoreLayer.ELU("elu", 0.7f), new CoreLayer.PReLU("p_re_lu", List.of(1, 2)),
                new CoreLayer.Softmax("softmax", List.of(-1, 1)),
                new CoreLayer.EinsumDense("einsum", "abc,cd->abd", "d", Activation.SELU),
                new NormalizationLayer.BatchNormalization("batch", -1, 1e-3f, true, false),
                new NormalizationLayer.LayerNormalization("layer", List.of(1, -1), 1e-6f, false, true),
                new NormalizationLayer.GroupNormalization("group", 4, -2, 1e-4f, true, false),
                new NormalizationLayer.RMSNormalization("rms", -1, 1e-7f),
                new NormalizationLayer.UnitNormalization("unit", List.of(2)),
                new NormalizationLayer.Normalization("normalization", List.of(1), true),
                new NormalizationLayer.Rescaling("rescaling", List.of(0.5f, 0.25f), List.of(-1f)),
                new MergingLayer.Concatenate("join", -1),
                new MergingLayer.Merge("multiply", MergingLayer.MergeOp.MULTIPLY, true),
                new MergingLayer.Dot("dot", 1, 2, true), new AttentionLayer.Attention("attention", true, false),
                new AttentionLayer.AdditiveAttention("additive", true),
                new AttentionLayer.MultiHeadAttention("heads", true, 8, 2, 16, 32, false, false, 0,
                        AttentionLayer.Blind.MEAN, true),
                new LayerSpec.Identity("dropout", "Dropout"),
                new LayerSpec.SpectralNormalization("spectral",
                        new CoreLayer.Dense("wrapped", 5, Activation.LINEAR, false)),
                new LayerSpec.Custom("custom", "Scale", "my>Scale", "{\"by\": 2}", List.of("factor", "shift")),
                new LayerSpec.Custom("custom_plain", "Plain", "", "{}", List.of()));
    }

    static List<LayerSpec> recurrent() {
        RecurrentLayer.Cell gru = new RecurrentLayer.GruCell("gru_cell", 3, Activation.TANH,
                Activation.HARD_SIGMOID_KERAS_2, true, false);
        RecurrentLayer.Rnn forward = new RecurrentLayer.Rnn("forward", List.of(gru), true, false, false, false, true);
        RecurrentLayer.Rnn backward = new RecurrentLayer.Rnn("backward", List.of(gru), true, false, true, true, false);
        Graph body = chain(new LayerSpec.InputLayer("state", Shape.of(-1, 3), DType.FLOAT32),
                new CoreLayer.Dense("inside", 3, Activation.SIGMOID, true));
        return List.of(
                new RecurrentLayer.Rnn("stack", List.of(
                        new RecurrentLayer.SimpleRnnCell("simple_cell", 2, Activation.RELU, true),
                        new RecurrentLayer.LstmCell("lstm_cell", 4, Activation.TANH, Activation.SIGMOID, false),
                        new RecurrentLayer.PeepholeLstmCell("peephole_cell", 5, Activation.SIGMOID, Activation.TANH,
                                Activation.SOFTSIGN, Float.POSITIVE_INFINITY, true, false)),
                        false, true, false, true, false),
                new RecurrentLayer.Rnn("clipped", List.of(new RecurrentLayer.ClippedCell(gru, 2.5f)), true, false,
                        false, false, false),
                new RecurrentLayer.Bidirectional("both", forward, backward, RecurrentLayer.MergeMode.AVE),
                new RecurrentLayer.TimeDistributed("each", new CoreLayer.Dense("step", 2, Activation.ELU, true)),
                new RecurrentLayer.Scan("scan", body, 1),
                new RecurrentLayer.ConvLstm("conv_lstm", 3,
                        windows(List.of(3, 2), List.of(2, 1), List.of(1, 4), WindowLayer.Padding.SAME),
                        Activation.TANH, Activation.HARD_SIGMOID, true, false, true, false, true, false, false),
                new LayerSpec.Nested("nested", body), new CoreLayer.Dense("last", 1, Activation.LINEAR, true));
    }

    /** ConvLSTM layers in both directions, and a transposed convolution that says how large its result is. */
    static List<LayerSpec> windowsOfSteps() {
        WindowLayer.Windows windows = windows(List.of(3), List.of(2), List.of(1), WindowLayer.Padding.SAME);
        RecurrentLayer.ConvLstm forward = new RecurrentLayer.ConvLstm("forward", 3, windows, Activation.TANH,
                Activation.SIGMOID, false, true, false, false, false, true, false);
        return List.of(
                new RecurrentLayer.Bidirectional("both", forward, forward.mirrored("backward"),
                        RecurrentLayer.MergeMode.MUL),
                new RecurrentLayer.ConvLstm("zeros", 2, windows, Activation.TANH, Activation.SIGMOID, true, true, true,
                        true, true, false, true),
                new WindowLayer.ConvTranspose("transpose", 4, windows, Activation.RELU, true, false, List.of(1)));
    }

    static List<LayerSpec> shapes() {
        WindowLayer.Windows windows = windows(List.of(3), List.of(2), List.of(1), WindowLayer.Padding.CAUSAL);
        return List.of(new WindowLayer.Conv("conv", 6, windows, 2, Activation.RELU, false, true),
                new WindowLayer.DepthwiseConv("depthwise", 2, windows, Activation.GELU, true, false),
                new WindowLayer.SeparableConv("separable", 6, 3, windows, Activation.SILU, false, true),
                new WindowLayer.ConvTranspose("transpose", 4, windows, Activation.MISH, true, false, List.of()),
                new WindowLayer.Pooling("pool", WindowLayer.PoolOp.MAX, windows, true),
                new WindowLayer.GlobalPooling("global", WindowLayer.PoolOp.AVERAGE, 2, true, false),
                new ReshapingLayer.Flatten("flatten", true),
                new ReshapingLayer.Reshape("reshape", Shape.of(-1, 5)),
                new ReshapingLayer.Reshape("to_scalar", Shape.SCALAR),
                new ReshapingLayer.Permute("permute", List.of(2, 1)), new ReshapingLayer.RepeatVector("repeat", 7),
                new ReshapingLayer.ZeroPadding("zeros", List.of(1, 2), true),
                new ReshapingLayer.Cropping("cropping", List.of(1, 0, 2, 3), false),
                new ReshapingLayer.UpSampling("up", List.of(2, 3), true, false),
                new ShapeOperation.Slice("slice", List.of(0, ShapeOperation.Slice.OPEN), List.of(4, -1), List.of(1, -2),
                        List.of(2), List.of(1)),
                new ShapeOperation.Split("split", 1, 0, List.of(2, 5)), new ShapeOperation.Flip("flip", List.of(-1)),
                new ShapeOperation.ExpandDims("expand", 2), new ShapeOperation.Squeeze("squeeze", List.of()),
                new ShapeOperation.Transpose("turn", List.of(0, 2, 1)), new ShapeOperation.Stack("stack", -2),
                new ShapeOperation.Repeat("again", 3, 1), new ShapeOperation.Tile("tile", List.of(1, 2)),
                new ShapeOperation.Pad("pad", List.of(0, 0, 1, 2)), new ShapeOperation.Take("take", List.of(3, -1), 2),
                new ShapeOperation.Roll("roll", -1, 2));
    }

    static List<LayerSpec> operations() {
        return List.of(new Operation.Map("map", MapOp.SQRT),
                new Operation.Pair("pair", Operation.PairOp.POWER, 2.5f, true),
                new Operation.Reduce("reduce", Operation.ReduceOp.LOGSUMEXP, List.of(1, -1), true),
                new Operation.TanhGelu("gelu"), new Operation.Matmul("matmul"),
                new Operation.Einsum("einsum", "btf,bsf->bts"), new Operation.Where("where", true, 1.5f, false, -2),
                new Operation.Clip("clip", -0.5f, 0.75f), new Operation.Normalize("normalize", -1, 1e-12f),
                new Operation.FilledLike("filled", 1, true), new Operation.MaskOf("mask"),
                new Operation.TopK("top", 5, -1, true), new Operation.Constant("constant"),
                new Operation.WithinLength("within"),
                new Operation.AsLayer("as_layer", new CoreLayer.Softmax("inner", List.of(-1))));
    }

    static List<LayerSpec> preprocessing() {
        return List.of(
                new PreprocessingLayer.Hashing("hashing", 11, true, "none", true, Long.MIN_VALUE, 7,
                        PreprocessingLayer.OutputMode.INT),
                new PreprocessingLayer.Lookup("lookup", true, false, 2, "[UNK]", true, "-1", false, true, 3,
                        Long.MAX_VALUE, PreprocessingLayer.OutputMode.TF_IDF, 20),
                new PreprocessingLayer.TextVectorization("texts",
                        TextVectorizer.Standardize.LOWER_AND_STRIP_PUNCTUATION, TextVectorizer.Split.WHITESPACE,
                        List.of(1, 2), PreprocessingLayer.OutputMode.COUNT, 12, 30),
                new PreprocessingLayer.CategoryEncoding("encoding", 4, PreprocessingLayer.OutputMode.MULTI_HOT),
                new PreprocessingLayer.Discretization("bins", List.of(-0.5f, 0f, 2f),
                        PreprocessingLayer.OutputMode.ONE_HOT));
    }

    static WindowLayer.Windows windows(List<Integer> size, List<Integer> strides, List<Integer> dilation,
            WindowLayer.Padding padding) {
        return new WindowLayer.Windows(size, strides, dilation, padding);
    }

    /** A graph of an input and one layer that reads it. */
    private static Graph chain(LayerSpec input, LayerSpec layer) {
        return new Graph(List.of(new Graph.Node(input, List.of(), null),
                new Graph.Node(layer, List.of(new Graph.Ref(0, 0)), null)), List.of(0),
                List.of(new Graph.Output("out", new Graph.Ref(1, 0))));
    }
}
