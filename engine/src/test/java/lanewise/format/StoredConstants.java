package lanewise.format;

import java.util.ArrayList;
import java.util.List;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.MergingLayer.Merge;
import lanewise.spec.MergingLayer.MergeOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.PreprocessingLayer.CategoryEncoding;
import lanewise.spec.PreprocessingLayer.OutputMode;
import lanewise.spec.PreprocessingLayer.TextVectorization;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.RecurrentLayer.MergeMode;
import lanewise.spec.Shape;
import lanewise.spec.WindowLayer.Padding;
import lanewise.spec.WindowLayer.PoolOp;
import lanewise.spec.WindowLayer.Pooling;
import lanewise.text.TextVectorizer.Split;
import lanewise.text.TextVectorizer.Standardize;

/**
 * Layers with every value of every option that format 1 had when its files were stored. They are listed one by one,
 * since a later value must not change what the stored file is expected to hold.
 */
final class StoredConstants {
    private final List<LayerSpec> layers = new ArrayList<>();

    private StoredConstants() {}

    static List<LayerSpec> layers() {
        StoredConstants all = new StoredConstants();
        all.inputs(DType.INT32, DType.INT64, DType.BOOL, DType.STRING);
        all.activations(Activation.LINEAR, Activation.RELU, Activation.RELU6, Activation.LEAKY_RELU, Activation.ELU,
                Activation.SELU, Activation.CELU, Activation.GELU, Activation.SILU, Activation.HARD_SILU,
                Activation.MISH, Activation.SIGMOID, Activation.HARD_SIGMOID, Activation.HARD_SIGMOID_KERAS_2,
                Activation.LOG_SIGMOID, Activation.SPARSE_SIGMOID, Activation.TANH, Activation.HARD_TANH,
                Activation.TANH_SHRINK, Activation.SOFT_SHRINK, Activation.HARD_SHRINK, Activation.SOFTPLUS,
                Activation.SOFTSIGN, Activation.SQUAREPLUS, Activation.SPARSE_PLUS, Activation.EXPONENTIAL,
                Activation.SOFTMAX, Activation.LOG_SOFTMAX, Activation.SPARSEMAX, Activation.GLU);
        all.maps(MapOp.ABSOLUTE, MapOp.NEGATIVE, MapOp.SQUARE, MapOp.SQRT, MapOp.RSQRT, MapOp.RECIPROCAL, MapOp.LOG,
                MapOp.LOG1P, MapOp.EXPM1, MapOp.LOG2, MapOp.LOG10, MapOp.SIN, MapOp.COS, MapOp.ERF, MapOp.FLOOR,
                MapOp.CEIL, MapOp.ROUND, MapOp.SIGN, MapOp.LOGICAL_NOT, MapOp.ISNAN, MapOp.TO_INT, MapOp.TO_FLOAT,
                MapOp.TO_BOOL);
        all.pairs(PairOp.ADD, PairOp.SUBTRACT, PairOp.MULTIPLY, PairOp.DIVIDE, PairOp.FLOOR_DIVIDE, PairOp.MOD,
                PairOp.POWER, PairOp.MAXIMUM, PairOp.MINIMUM, PairOp.EQUAL, PairOp.NOT_EQUAL, PairOp.GREATER,
                PairOp.GREATER_EQUAL, PairOp.LESS, PairOp.LESS_EQUAL, PairOp.LOGICAL_AND, PairOp.LOGICAL_OR,
                PairOp.LOGICAL_XOR);
        all.reductions(ReduceOp.SUM, ReduceOp.MEAN, ReduceOp.PROD, ReduceOp.MAX, ReduceOp.MIN, ReduceOp.ANY,
                ReduceOp.ALL, ReduceOp.ARGMAX, ReduceOp.ARGMIN, ReduceOp.VAR, ReduceOp.STD, ReduceOp.NORM,
                ReduceOp.LOGSUMEXP);
        all.merges(MergeOp.ADD, MergeOp.SUBTRACT, MergeOp.MULTIPLY, MergeOp.AVERAGE, MergeOp.MAXIMUM,
                MergeOp.MINIMUM);
        all.modes(MergeMode.CONCAT, MergeMode.SUM, MergeMode.MUL, MergeMode.AVE, MergeMode.NONE);
        all.pools(PoolOp.MAX, Padding.VALID);
        all.pools(PoolOp.AVERAGE, Padding.SAME, Padding.CAUSAL);
        all.encodings(OutputMode.INT, OutputMode.ONE_HOT, OutputMode.MULTI_HOT, OutputMode.COUNT, OutputMode.TF_IDF);
        all.texts(Split.NONE, Standardize.NONE, Standardize.LOWER);
        all.texts(Split.WHITESPACE, Standardize.STRIP_PUNCTUATION);
        all.texts(Split.CHARACTER, Standardize.LOWER_AND_STRIP_PUNCTUATION);
        return all.layers;
    }

    private String name() {
        return "layer_" + layers.size();
    }

    private void inputs(DType... types) {
        for (DType type : types) {
            layers.add(new LayerSpec.InputLayer(name(), Shape.of(-1, 2), type));
        }
    }

    private void activations(Activation... activations) {
        for (Activation activation : activations) {
            layers.add(new CoreLayer.Activate(name(), activation));
        }
    }

    private void maps(MapOp... ops) {
        for (MapOp op : ops) {
            layers.add(new Operation.Map(name(), op));
        }
    }

    private void pairs(PairOp... ops) {
        for (PairOp op : ops) {
            layers.add(new Operation.Pair(name(), op, 0, false));
        }
    }

    private void reductions(ReduceOp... ops) {
        for (ReduceOp op : ops) {
            layers.add(new Operation.Reduce(name(), op, List.of(-1), false));
        }
    }

    private void merges(MergeOp... ops) {
        for (MergeOp op : ops) {
            layers.add(new Merge(name(), op, false));
        }
    }

    private void modes(MergeMode... modes) {
        RecurrentLayer.Rnn rnn = new RecurrentLayer.Rnn("rnn",
                List.of(new RecurrentLayer.SimpleRnnCell("cell", 1, Activation.TANH, false)), true, false, false, false,
                false);
        for (MergeMode mode : modes) {
            layers.add(new RecurrentLayer.Bidirectional(name(), rnn, rnn, mode));
        }
    }

    private void pools(PoolOp op, Padding... paddings) {
        for (Padding padding : paddings) {
            layers.add(new Pooling(name(), op,
                    StoredLayers.windows(List.of(2), List.of(1), List.of(1), padding), false));
        }
    }

    private void encodings(OutputMode... modes) {
        for (OutputMode mode : modes) {
            layers.add(new CategoryEncoding(name(), 2, mode));
        }
    }

    private void texts(Split split, Standardize... standardizes) {
        for (Standardize standardize : standardizes) {
            layers.add(new TextVectorization(name(), standardize, split, List.of(), OutputMode.INT, 0, 0));
        }
    }
}
