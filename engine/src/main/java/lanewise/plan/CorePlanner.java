package lanewise.plan;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Supplier;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Matrix;
import lanewise.kernel.Panels;
import lanewise.kernel.RowTable;
import lanewise.plan.op.BroadcastOp;
import lanewise.plan.op.Dims;
import lanewise.plan.op.EluOp;
import lanewise.plan.op.EmbeddingOp;
import lanewise.plan.op.MaskingOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.ReluOp;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;

/** Plans layers that work on single values or on the last axis. */
final class CorePlanner {
    private final LayerContext layer;

    CorePlanner(LayerContext layer) {
        this.layer = layer;
    }

    Value plan(CoreLayer spec, Value x, Value mask) {
        return switch (spec) {
            case CoreLayer.Embedding l ->
                embedding(l, x, () -> layer.matrix("embeddings", l.inputDim(), l.inputDim(), l.outputDim()));
            case CoreLayer.Int8Embedding l -> embedding(
                    new CoreLayer.Embedding(l.name(), l.inputDim(), l.outputDim(), l.maskZero()), x, () -> rows(l));
            case CoreLayer.Int8Dense l -> int8(l, layer.floats(x));
            case CoreLayer.Masking l -> masking(l, layer.floats(x));
            case CoreLayer.Dense l -> dense(l, layer.floats(x));
            case CoreLayer.EinsumDense l -> new EinsumPlanner(layer).dense(l, layer.floats(x), null);
            case CoreLayer.Int8EinsumDense l -> new EinsumPlanner(layer).dense(
                    new CoreLayer.EinsumDense(l.name(), l.equation(), l.biasAxes(), l.activation()), layer.floats(x),
                    new Int8Product(l.limit(), l.epsilon()));
            case CoreLayer.Activate l -> layer.activate(l.function(), layer.floats(x), false);
            case CoreLayer.ReLU l -> {
                Value out = layer.like(x);
                layer.add(new ReluOp(layer.floats(x).id(), out.id(), l.maxValue(), l.negativeSlope(), l.threshold()));
                yield out;
            }
            case CoreLayer.ELU l -> {
                Value out = layer.like(x);
                layer.add(new EluOp(layer.floats(x).id(), out.id(), l.alpha()));
                yield out;
            }
            case CoreLayer.PReLU l -> prelu(l, layer.floats(x));
            case CoreLayer.Softmax l -> new ReductionPlanner(layer).softmax(l, layer.floats(x), mask);
        };
    }

    private Value embedding(CoreLayer.Embedding l, Value x, Supplier<Matrix> rows) {
        Value ids = x.dtype() == DType.FLOAT32 ? layer.cast(x, DType.INT32) : x;
        Value out = layer.value(DType.FLOAT32, x.rank() + 1);
        RowTable table = layer.packOnce(() -> layer.packRows(rows.get()));
        EmbeddingOp embedding = new EmbeddingOp(layer.path, ids.id(), out.id(), table);
        layer.add(embedding);
        layer.shortcuts().madeBy(embedding);
        return l.maskZero() ? out.withMask(Value.once(() -> layer.notEqual(x, 0f))) : out;
    }

    private Matrix rows(CoreLayer.Int8Embedding l) {
        float[] values = layer.weight("embeddings", l.inputDim(), l.outputDim()).toFloats();
        float[] scale = layer.weight("embeddings_scale", l.inputDim()).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] /= scale[i / l.outputDim()];
        }
        return Matrix.of(values, l.inputDim());
    }

    private Value int8(CoreLayer.Int8Dense l, Value x) {
        int features = layer.needKnown(x, -1);
        MemorySegment scales = layer.packOnce("scale",
                () -> layer.packConstant(layer.weight("kernel_scale", l.units())));
        Panels kernel = layer.packOnce(() -> layer.matrix("kernel", features, l.units(), false, features, l.units()));
        Value out = new Int8Product(l.limit(), l.epsilon()).plan(layer, x, kernel, scales);
        if (l.useBias()) {
            int[] last = new int[x.rank()];
            Arrays.fill(last, 1);
            last[last.length - 1] = l.units();
            MemorySegment bias = layer.packOnce("bias", () -> layer.packConstant(layer.weight("bias", l.units())));
            out = layer.binary(BinaryOp.ADD, out, layer.constant(bias, last));
        }
        return layer.activate(l.activation(), out, true).withMask(x.mask());
    }

    private Value masking(CoreLayer.Masking l, Value x) {
        if (x.rank() < 2) {
            throw new Problem("its input has shape " + Dims.text(x.dims()) + ", expected at least 2 axes");
        }
        Value out = layer.value(DType.FLOAT32, x.rank());
        Value mask = layer.value(DType.BOOL, x.rank() - 1);
        layer.add(new MaskingOp(x.id(), out.id(), mask.id(), l.maskValue()));
        return out.withMask(() -> mask);
    }

    private Value dense(CoreLayer.Dense l, Value x) {
        int features = layer.needKnown(x, -1);
        Panels kernel = layer
                .packOnce(() -> layer.matrix("kernel", features, l.units(), l.useBias(), features, l.units()));
        return layer.activate(l.activation(), layer.dense(x, kernel), true);
    }

    private Value prelu(CoreLayer.PReLU l, Value x) {
        int[] shape = new int[x.rank() - 1];
        int[] sizes = new int[x.rank()];
        sizes[0] = 1;
        for (int axis = 1; axis < x.rank(); axis++) {
            sizes[axis] = l.sharedAxes().contains(axis) ? 1 : layer.needKnown(x, axis);
            shape[axis - 1] = sizes[axis];
        }
        MemorySegment alpha = layer.packOnce(() -> layer.packConstant(layer.weight("alpha", shape)));
        Value constant = layer.constant(alpha, sizes);
        Value out = layer.like(x);
        layer.add(new BroadcastOp(layer.path, BinaryOp.LEAKY, x.id(), constant.id(), out.id()));
        return out;
    }
}
