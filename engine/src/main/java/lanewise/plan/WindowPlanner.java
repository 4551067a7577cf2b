package lanewise.plan;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.kernel.Matrix;
import lanewise.kernel.Panels;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.plan.op.WindowGrid;
import lanewise.plan.op.shape.SpreadOp;
import lanewise.plan.op.window.ConvOp;
import lanewise.plan.op.window.DepthwiseConvOp;
import lanewise.plan.op.window.GlobalPoolOp;
import lanewise.plan.op.window.PoolWindowsOp;
import lanewise.spec.Activation;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WindowLayer;

/** Plans layers that look at windows. */
final class WindowPlanner {
    private final LayerContext layer;

    WindowPlanner(LayerContext layer) {
        this.layer = layer;
    }

    Value plan(WindowLayer spec, Value given, Value mask) {
        Value floats = layer.floats(given);
        return switch (spec) {
            case WindowLayer.Conv l -> {
                Value x = lastFeatures(floats, l.windows().rank(), l.channelsFirst());
                yield done(conv(l, x), l.activation(), l.channelsFirst());
            }
            case WindowLayer.DepthwiseConv l -> {
                Value x = lastFeatures(floats, l.windows().rank(), l.channelsFirst());
                yield done(depthwise("kernel", l.windows(), l.depthMultiplier(), l.useBias(), x), l.activation(),
                        l.channelsFirst());
            }
            case WindowLayer.SeparableConv l -> {
                Value x = lastFeatures(floats, l.windows().rank(), l.channelsFirst());
                yield done(separable(l, x), l.activation(), l.channelsFirst());
            }
            case WindowLayer.ConvTranspose l -> {
                Value x = lastFeatures(floats, l.windows().rank(), l.channelsFirst());
                yield done(transposed(l, x), l.activation(), l.channelsFirst());
            }
            case WindowLayer.Pooling l -> {
                Value x = lastFeatures(floats, l.windows().rank(), l.channelsFirst());
                Value out = layer.value(DType.FLOAT32, x.rank());
                layer.add(new PoolWindowsOp(layer.path, x.id(), out.id(), l.op(), new WindowGrid(l.windows())));
                yield done(out, Activation.LINEAR, l.channelsFirst());
            }
            case WindowLayer.GlobalPooling l -> globalPool(l, floats, mask);
        };
    }

    /** Kernels want the features of a position side by side. */
    private Value lastFeatures(Value x, int rank, boolean channelsFirst) {
        layer.needRank(x, rank + 2);
        return channelsFirst ? layer.channelsLast(x) : x;
    }

    private Value done(Value x, Activation activation, boolean channelsFirst) {
        Value active = layer.activate(activation, x, true);
        return channelsFirst ? layer.channelsFirst(active) : active;
    }

    private Value conv(WindowLayer.Conv l, Value x) {
        int features = layer.needKnown(x, -1);
        int groups = l.groups();
        if (groups < 1 || features % groups != 0 || l.filters() % groups != 0) {
            throw new Problem(
                    "has " + groups + " groups, but " + features + " features and " + l.filters() + " filters");
        }
        WindowGrid grid = new WindowGrid(l.windows());
        Panels[] kernels = layer.packOnce(() -> pack(l, features));
        boolean inPlace = grid.isContiguous() && groups == 1;
        Value out = layer.value(DType.FLOAT32, x.rank());
        layer.add(new ConvOp(layer.path, x.id(), out.id(), inPlace ? -1 : layer.scratch(),
                groups == 1 ? -1 : layer.scratch(), kernels, grid));
        return out;
    }

    /** The kernel of each group, which holds neighbouring filters. */
    private Panels[] pack(WindowLayer.Conv l, int features) {
        int inputs = l.windows().taps() * (features / l.groups());
        int units = l.filters() / l.groups();
        Matrix all = layer.matrix("kernel", inputs, kernelShape(l.windows(), features / l.groups(), l.filters()));
        float[] bias = l.useBias() ? layer.weight("bias", l.filters()).toFloats() : null;
        Panels[] kernels = new Panels[l.groups()];
        for (int g = 0; g < kernels.length; g++) {
            kernels[g] = layer.pack(all, units, new int[] {g}, bias);
        }
        return kernels;
    }

    static int[] kernelShape(WindowLayer.Windows windows, int... more) {
        return IntStream.concat(windows.size().stream().mapToInt(n -> n), IntStream.of(more)).toArray();
    }

    private Value depthwise(String role, WindowLayer.Windows windows, int multiplier, boolean useBias, Value x) {
        int features = layer.needKnown(x, -1);
        int width = Math.multiplyExact(features, multiplier);
        MemorySegment[] both = layer.packOnce(role, () -> new MemorySegment[] {
            layer.packConstant(layer.weight(role, kernelShape(windows, features, multiplier))),
            layer.packConstant(useBias ? layer.weight("bias", width)
                    : TensorData.of(Shape.of(width), new float[width]))});
        // feature f of the kernel meets values f * multiplier and the following of the result
        Value repeated = multiplier == 1 ? x : layer.repeatEach(x, x.rank() - 1, multiplier);
        Value out = layer.value(DType.FLOAT32, x.rank());
        layer.add(
                new DepthwiseConvOp(layer.path, repeated.id(), out.id(), both[0], both[1], new WindowGrid(windows)));
        return out;
    }

    private Value separable(WindowLayer.SeparableConv l, Value x) {
        Value between = depthwise("depthwise_kernel", l.windows(), l.depthMultiplier(), false, x);
        int width = layer.needKnown(x, -1) * l.depthMultiplier();
        int[] shape = IntStream
                .concat(IntStream.generate(() -> 1).limit(l.windows().rank()), IntStream.of(width, l.filters()))
                .toArray();
        Panels pointwise = layer
                .packOnce(() -> layer.matrix("pointwise_kernel", width, l.filters(), l.useBias(), shape));
        return layer.dense(between, pointwise);
    }

    private Value transposed(WindowLayer.ConvTranspose l, Value x) {
        checkOutputPadding(l);
        int features = layer.needKnown(x, -1);
        int products = l.windows().taps() * l.filters();
        TensorData kernel = layer.weight("kernel", kernelShape(l.windows(), l.filters(), features));
        Panels turned = layer.packOnce(() -> {
            float[] from = kernel.toFloats();
            float[] to = new float[from.length];
            for (int p = 0; p < products; p++) {
                for (int c = 0; c < features; c++) {
                    to[c * products + p] = from[p * features + c];
                }
            }
            return layer.pack(Matrix.of(to, features), products, LayerContext.ONE_GATE, null);
        });
        MemorySegment bias = layer.packOnce("bias", () -> layer.packConstant(l.useBias()
                ? layer.weight("bias", l.filters())
                : TensorData.of(Shape.of(l.filters()), new float[l.filters()])));
        Value product = layer.dense(x, turned);
        Value out = layer.value(DType.FLOAT32, x.rank());
        layer.add(new SpreadOp(layer.path, product.id(), out.id(), bias,
                new WindowGrid(l.windows()).withOutputPadding(l.outputPadding())));
        return out;
    }

    private static void checkOutputPadding(WindowLayer.ConvTranspose l) {
        List<Integer> paddings = l.outputPadding();
        if (!paddings.isEmpty() && paddings.size() != l.windows().rank()) {
            throw new Problem("has output_padding " + paddings + ", expected one for each of its " + l.windows().rank()
                    + " axes of space");
        }
        for (int axis = 0; axis < paddings.size(); axis++) {
            int least = l.windows().padding() == WindowLayer.Padding.SAME ? 1 - l.windows().reach(axis) % 2 : 0;
            int stride = l.windows().strides().get(axis);
            if (paddings.get(axis) < least || paddings.get(axis) >= stride) {
                throw new Problem("has output_padding " + paddings + " with strides " + l.windows().strides()
                        + ", expected at least " + least + " and less than the stride along axis " + (axis + 1));
            }
        }
    }

    private Value globalPool(WindowLayer.GlobalPooling l, Value given, Value explicitMask) {
        Value last = lastFeatures(given, l.rank(), l.channelsFirst());
        Value x = layer.view(last, 3, (from, to, dims) -> {
            to[0] = from[0];
            to[1] = Dims.count(from, 1, from.length - 1);
            to[2] = Dims.last(from);
        });
        boolean masks = l.op() == WindowLayer.PoolOp.AVERAGE && l.rank() == 1;
        Value mask = !masks ? null : explicitMask != null ? explicitMask : given.maskOrNull();
        if (mask != null) {
            layer.needRank(layer.needType(mask, DType.BOOL), 2);
        }
        Value out = layer.value(DType.FLOAT32, 2);
        layer.add(new GlobalPoolOp(layer.path, x.id(), mask == null ? -1 : mask.id(), out.id(), l.op()));
        if (!l.keepDims()) {
            return out;
        }
        return layer.view(out, l.rank() + 2, (from, to, dims) -> {
            Arrays.fill(to, 1);
            to[0] = from[0];
            to[l.channelsFirst() ? 1 : to.length - 1] = from[1];
        });
    }
}
