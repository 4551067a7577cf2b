package lanewise.format;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lanewise.spec.AttentionLayer;
import lanewise.spec.AxisOperation;
import lanewise.spec.CoreLayer;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.Operation;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.ShapeOperation;
import lanewise.spec.WideOperation;
import lanewise.spec.WindowLayer;

/**
 * What the layers of {@link lanewise.spec} are called in files: for each record its name and those of its components,
 * in the order of the components. These names stay for ever. Java's names may change at any time, and so may the order
 * of components, with the line here.
 *
 * <p>A new record takes a line in {@link #layer} and a place in {@link All#LAYERS}. A new component of a record that
 * has been released takes {@link Wire#later}. {@code docs/model-file.md} lists what stands here; tests compare the two,
 * and both with the records.
 *
 * <p>A switch, because only the records that a file names are loaded then: loading all of them takes longer than
 * reading a small model. Annotations on the records would read well too, but reading the first one takes longer than
 * all the rest of an open.
 */
final class WireNames {
    /** Not a layer: its fields stand below the key of the field that holds it. */
    static final String WINDOWS = "Windows";

    private WireNames() {}

    /**
     * How a layer is written.
     *
     * @param name its name in files
     * @return null if there is no such layer
     */
    static Wire layer(String name) {
        return switch (name) {
            case "InputLayer" -> wire(name, LayerSpec.InputLayer.class, "name", "shape", "dtype", "rowAxis")
                    .later("rowAxis", "0.2.0", 0, true);
            case "Identity" -> wire(name, LayerSpec.Identity.class, "name", "kerasClass");
            case "Nested" -> wire(name, LayerSpec.Nested.class, "name", "graph");
            case "SpectralNormalization" -> wire(name, LayerSpec.SpectralNormalization.class, "name", "layer");
            case "Custom" -> wire(name, LayerSpec.Custom.class, "name", "kerasClass", "registeredName", "config",
                    "weightRoles");

            case "Embedding" -> wire(name, CoreLayer.Embedding.class, "name", "inputDim", "outputDim", "maskZero");
            case "Masking" -> wire(name, CoreLayer.Masking.class, "name", "maskValue");
            case "Dense" -> wire(name, CoreLayer.Dense.class, "name", "units", "activation", "useBias");
            case "Int8Dense" -> wire(name, CoreLayer.Int8Dense.class, "name", "units", "activation", "useBias", "limit",
                    "epsilon");
            case "Int8Embedding" ->
                wire(name, CoreLayer.Int8Embedding.class, "name", "inputDim", "outputDim", "maskZero");
            case "Activate" -> wire(name, CoreLayer.Activate.class, "name", "function");
            case "ReLU" -> wire(name, CoreLayer.ReLU.class, "name", "maxValue", "negativeSlope", "threshold");
            case "ELU" -> wire(name, CoreLayer.ELU.class, "name", "alpha");
            case "PReLU" -> wire(name, CoreLayer.PReLU.class, "name", "sharedAxes");
            case "Softmax" -> wire(name, CoreLayer.Softmax.class, "name", "axes");
            case "EinsumDense" -> wire(name, CoreLayer.EinsumDense.class, "name", "equation", "biasAxes", "activation");
            case "Int8EinsumDense" -> wire(name, CoreLayer.Int8EinsumDense.class, "name", "equation", "biasAxes",
                    "activation", "limit", "epsilon");

            case "BatchNormalization" -> wire(name, NormalizationLayer.BatchNormalization.class, "name", "axis",
                    "epsilon", "center", "scale");
            case "LayerNormalization" -> wire(name, NormalizationLayer.LayerNormalization.class, "name", "axes",
                    "epsilon", "center", "scale");
            case "GroupNormalization" -> wire(name, NormalizationLayer.GroupNormalization.class, "name", "groups",
                    "axis", "epsilon", "center", "scale");
            case "RMSNormalization" -> wire(name, NormalizationLayer.RMSNormalization.class, "name", "axis", "epsilon");
            case "UnitNormalization" -> wire(name, NormalizationLayer.UnitNormalization.class, "name", "axes");
            case "Normalization" -> wire(name, NormalizationLayer.Normalization.class, "name", "axes", "invert");
            case "Rescaling" -> wire(name, NormalizationLayer.Rescaling.class, "name", "scale", "offset");

            case "Concatenate" -> wire(name, MergingLayer.Concatenate.class, "name", "axis");
            case "Merge" -> wire(name, MergingLayer.Merge.class, "name", "op", "leaveOutMasked");
            case "Dot" -> wire(name, MergingLayer.Dot.class, "name", "axis1", "axis2", "normalize");

            case "Attention" -> wire(name, AttentionLayer.Attention.class, "name", "concatScore", "useScale");
            case "AdditiveAttention" -> wire(name, AttentionLayer.AdditiveAttention.class, "name", "useScale");
            case "MultiHeadAttention" -> wire(name, AttentionLayer.MultiHeadAttention.class, "name", "grouped", "heads",
                    "keyValueHeads", "keyDim", "valueDim", "useBias", "useGate", "slidingWindow", "blind", "takesMasks")
                    .later("useGate", "0.2.0", false, true).later("slidingWindow", "0.2.0", 0, true)
                    .later("blind", "0.2.0", AttentionLayer.Blind.MEAN, true);

            case "SimpleRnnCell" -> wire(name, RecurrentLayer.SimpleRnnCell.class, "name", "units", "activation",
                    "useBias");
            case "LstmCell" -> wire(name, RecurrentLayer.LstmCell.class, "name", "units", "activation",
                    "recurrentActivation", "useBias");
            case "PeepholeLstmCell" -> wire(name, RecurrentLayer.PeepholeLstmCell.class, "name", "units", "gates",
                    "candidate", "output", "clip", "coupled", "useBias");
            case "GruCell" -> wire(name, RecurrentLayer.GruCell.class, "name", "units", "activation",
                    "recurrentActivation", "useBias", "resetAfter");
            case "ClippedCell" -> wire(name, RecurrentLayer.ClippedCell.class, "cell", "limit");
            case "Rnn" -> wire(name, RecurrentLayer.Rnn.class, "name", "cells", "returnSequences", "returnState",
                    "goBackwards", "stateful", "zeroOutputForMask");
            case "Bidirectional" -> wire(name, RecurrentLayer.Bidirectional.class, "name", "forward", "backward",
                    "mergeMode");
            case "TimeDistributed" -> wire(name, RecurrentLayer.TimeDistributed.class, "name", "layer");
            case "Scan" -> wire(name, RecurrentLayer.Scan.class, "name", "body", "states");
            case "ConvLstm" -> wire(name, RecurrentLayer.ConvLstm.class, "name", "filters", "windows", "activation",
                    "recurrentActivation", "useBias", "returnSequences", "returnState", "goBackwards",
                    "channelsFirst", "stateful", "zeroOutputForMask").later("stateful", "0.2.0", false, true)
                    .later("zeroOutputForMask", "0.2.0", false, true);

            case "Conv" -> wire(name, WindowLayer.Conv.class, "name", "filters", "windows", "groups", "activation",
                    "useBias", "channelsFirst");
            case "DepthwiseConv" -> wire(name, WindowLayer.DepthwiseConv.class, "name", "depthMultiplier", "windows",
                    "activation", "useBias", "channelsFirst");
            case "SeparableConv" -> wire(name, WindowLayer.SeparableConv.class, "name", "filters", "depthMultiplier",
                    "windows", "activation", "useBias", "channelsFirst");
            case "ConvTranspose" -> wire(name, WindowLayer.ConvTranspose.class, "name", "filters", "windows",
                    "activation", "useBias", "channelsFirst", "outputPadding")
                    .later("outputPadding", "0.2.0", List.of(), true);
            case "Pooling" -> wire(name, WindowLayer.Pooling.class, "name", "op", "windows", "channelsFirst");
            case "GlobalPooling" -> wire(name, WindowLayer.GlobalPooling.class, "name", "op", "rank", "keepDims",
                    "channelsFirst");

            case "Flatten" -> wire(name, ReshapingLayer.Flatten.class, "name", "channelsFirst");
            case "Reshape" -> wire(name, ReshapingLayer.Reshape.class, "name", "targetShape");
            case "Permute" -> wire(name, ReshapingLayer.Permute.class, "name", "dims");
            case "RepeatVector" -> wire(name, ReshapingLayer.RepeatVector.class, "name", "n");
            case "ZeroPadding" -> wire(name, ReshapingLayer.ZeroPadding.class, "name", "padding", "channelsFirst");
            case "Cropping" -> wire(name, ReshapingLayer.Cropping.class, "name", "cropping", "channelsFirst");
            case "UpSampling" -> wire(name, ReshapingLayer.UpSampling.class, "name", "size", "bilinear",
                    "channelsFirst");

            case "Hashing" -> wire(name, PreprocessingLayer.Hashing.class, "name", "bins", "hasMask", "maskValue",
                    "salted", "salt0", "salt1", "mode");
            case "Lookup" -> wire(name, PreprocessingLayer.Lookup.class, "name", "integers", "invert", "oovIndices",
                    "oovToken", "hasMask", "maskToken", "hashed", "salted", "salt0", "salt1", "mode", "padTo");
            case "TextVectorization" -> wire(name, PreprocessingLayer.TextVectorization.class, "name", "standardize",
                    "split", "ngrams", "mode", "sequenceLength", "padTo");
            case "CategoryEncoding" -> wire(name, PreprocessingLayer.CategoryEncoding.class, "name", "numTokens",
                    "mode");
            case "Discretization" -> wire(name, PreprocessingLayer.Discretization.class, "name", "boundaries", "mode");

            default -> operation(name);
        };
    }

    /** As {@link #layer}, for what stands in a graph beside its layers. */
    private static Wire operation(String name) {
        return switch (name) {
            case "Map" -> wire(name, Operation.Map.class, "name", "op");
            case "Pair" -> wire(name, Operation.Pair.class, "name", "op", "constant", "swapped");
            case "Reduce" -> wire(name, Operation.Reduce.class, "name", "op", "axes", "keepDims");
            case "TanhGelu" -> wire(name, Operation.TanhGelu.class, "name");
            case "Matmul" -> wire(name, Operation.Matmul.class, "name");
            case "Einsum" -> wire(name, Operation.Einsum.class, "name", "equation");
            case "Where" -> wire(name, Operation.Where.class, "name", "hasSecond", "second", "hasThird", "third");
            case "Clip" -> wire(name, Operation.Clip.class, "name", "min", "max");
            case "Normalize" -> wire(name, Operation.Normalize.class, "name", "axis", "epsilon");
            case "FilledLike" -> wire(name, Operation.FilledLike.class, "name", "value", "truth");
            case "MaskOf" -> wire(name, Operation.MaskOf.class, "name");
            case "TopK" -> wire(name, Operation.TopK.class, "name", "count", "axis", "largest");
            case "Constant" -> wire(name, Operation.Constant.class, "name");
            case "WithinLength" -> wire(name, Operation.WithinLength.class, "name");
            case "AsLayer" -> wire(name, Operation.AsLayer.class, "name", "layer");
            case "Wide" -> wire(name, WideOperation.class, "name", "operation");

            case "Slice" -> wire(name, ShapeOperation.Slice.class, "name", "begin", "end", "step", "dropped", "added");
            case "Split" -> wire(name, ShapeOperation.Split.class, "name", "axis", "sections", "at");
            case "Flip" -> wire(name, ShapeOperation.Flip.class, "name", "axes");
            case "ExpandDims" -> wire(name, ShapeOperation.ExpandDims.class, "name", "axis");
            case "Squeeze" -> wire(name, ShapeOperation.Squeeze.class, "name", "axes");
            case "Transpose" -> wire(name, ShapeOperation.Transpose.class, "name", "axes");
            case "Stack" -> wire(name, ShapeOperation.Stack.class, "name", "axis");
            case "Repeat" -> wire(name, ShapeOperation.Repeat.class, "name", "repeats", "axis");
            case "Tile" -> wire(name, ShapeOperation.Tile.class, "name", "repeats");
            case "Pad" -> wire(name, ShapeOperation.Pad.class, "name", "padding");
            case "Take" -> wire(name, ShapeOperation.Take.class, "name", "indices", "axis");
            case "Roll" -> wire(name, ShapeOperation.Roll.class, "name", "shift", "axis");
            default -> axisOperation(name);
        };
    }

    /** As {@link #layer}, for operations along an axis. */
    private static Wire axisOperation(String name) {
        return switch (name) {
            case "TakeAlongAxis" -> wire(name, AxisOperation.TakeAlongAxis.class, "name", "axis");
            case "Gather" -> wire(name, AxisOperation.Gather.class, "name", "axis");
            case "OneHot" -> wire(name, AxisOperation.OneHot.class, "name", "depth", "axis");
            case "Cumulate" -> wire(name, AxisOperation.Cumulate.class, "name", "op", "axis", "exclusive", "reverse");
            case "Sort" -> wire(name, AxisOperation.Sort.class, "name", "axis", "descending", "positions");
            case "Triangle" -> wire(name, AxisOperation.Triangle.class, "name", "diagonal", "upper");
            case "Positions" -> wire(name, AxisOperation.Positions.class, "name", "axis");
            default -> null;
        };
    }

    /** How windows are written, as a part of a layer. */
    static Wire windows() {
        return wire(WINDOWS, WindowLayer.Windows.class, "size", "strides", "dilation", "padding");
    }

    /** How a layer is written. Loads all kinds of layers. */
    static Wire of(LayerSpec layer) {
        return All.BY_TYPE.get(layer.getClass());
    }

    private static Wire wire(String name, Class<? extends Record> type, String... fields) {
        return new Wire(type, name, List.of(fields), List.of());
    }

    /** For the writer, which needs the names of a record. */
    static final class All {
        /** The names of all layers. */
        static final List<String> LAYERS = List.of("InputLayer", "Identity", "Nested", "SpectralNormalization",
                "Custom", "Embedding", "Masking", "Dense", "Int8Dense", "Int8Embedding", "Activate", "ReLU", "ELU",
                "PReLU", "Softmax", "EinsumDense", "Int8EinsumDense",
                "BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization",
                "UnitNormalization", "Normalization", "Rescaling", "Concatenate", "Merge", "Dot", "Attention",
                "AdditiveAttention", "MultiHeadAttention", "SimpleRnnCell", "LstmCell", "PeepholeLstmCell", "GruCell",
                "ClippedCell", "Rnn", "Bidirectional", "TimeDistributed", "Scan", "ConvLstm", "Conv", "DepthwiseConv",
                "SeparableConv", "ConvTranspose", "Pooling", "GlobalPooling", "Flatten", "Reshape", "Permute",
                "RepeatVector", "ZeroPadding", "Cropping", "UpSampling", "Hashing", "Lookup", "TextVectorization",
                "CategoryEncoding", "Discretization", "Map", "Pair", "Reduce", "TanhGelu", "Matmul", "Einsum", "Where",
                "Clip", "Normalize", "FilledLike", "MaskOf", "TopK", "Constant", "WithinLength", "AsLayer", "Wide",
                "Slice", "Split", "Flip", "ExpandDims", "Squeeze", "Transpose", "Stack", "Repeat", "Tile", "Pad",
                "Take",
                "Roll", "TakeAlongAxis", "Gather", "OneHot", "Cumulate", "Sort", "Triangle", "Positions");
        private static final Map<Class<?>, Wire> BY_TYPE = new HashMap<>();

        static {
            for (String name : LAYERS) {
                Wire wire = layer(name);
                BY_TYPE.put(wire.type(), wire);
            }
        }

        private All() {}
    }
}
