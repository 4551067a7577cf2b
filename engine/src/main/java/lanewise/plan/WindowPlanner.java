package lanewise.plan;

import lanewise.kernel.Panels;
import lanewise.spec.DType;
import lanewise.spec.WindowLayer;

/** Plans layers that look at windows of steps. */
final class WindowPlanner {
    private final LayerPlanner layer;

    WindowPlanner(LayerPlanner layer) {
        this.layer = layer;
    }

    Value plan(WindowLayer spec, Value x, Value mask) {
        layer.needRank(x, 3);
        return switch (spec) {
            case WindowLayer.Conv1D l -> conv(l, layer.floats(x));
            case WindowLayer.Pooling1D l -> {
                Value out = layer.planner.value(layer.path, DType.FLOAT32, 3);
                layer.add(new PoolStep(layer.path, layer.floats(x).id(), out.id(), l.op(), l.poolSize(), l.strides(), l.padding()));
                yield out;
            }
            case WindowLayer.GlobalPooling1D l -> globalPool(l, layer.floats(x), mask);
        };
    }

    private Value conv(WindowLayer.Conv1D l, Value x) {
        int features = layer.needKnown(x, -1);
        int inputs = l.kernelSize() * features;
        Panels kernel = layer.planner.packOnce(layer.path,
                () -> layer.matrix("kernel", inputs, l.filters(), l.useBias(), l.kernelSize(), features, l.filters()));
        Value out = layer.planner.value(layer.path, DType.FLOAT32, 3);
        boolean inPlace = l.padding() == WindowLayer.Padding.VALID && l.dilationRate() == 1;
        int gathered = inPlace ? -1 : layer.planner.scratch(layer.path);
        layer.add(new ConvStep(layer.path, x.id(), out.id(), gathered, kernel, l.kernelSize(), l.strides(), l.dilationRate(), l.padding()));
        return layer.activate(l.activation(), out, true);
    }

    private Value globalPool(WindowLayer.GlobalPooling1D l, Value x, Value explicitMask) {
        boolean average = l.op() == WindowLayer.PoolOp.AVERAGE;
        Value mask = !average ? null : explicitMask != null ? explicitMask : x.maskOrNull();
        if (mask != null) {
            layer.needRank(layer.needType(mask, DType.BOOL), 2);
        }
        Value out = layer.planner.value(layer.path, DType.FLOAT32, l.keepDims() ? 3 : 2);
        layer.add(new GlobalPoolStep(layer.path, x.id(), mask == null ? -1 : mask.id(), out.id(), l.op()));
        return out;
    }
}
