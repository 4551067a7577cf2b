package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.DType;

/** Operators that ONNX defines as functions of others (docs/Operators.md of ONNX). */
final class OnnxComposed {
    private final OnnxNode n;
    private final OnnxFormula f;

    private OnnxComposed(OnnxNode n) {
        this.n = n;
        this.f = new OnnxFormula(n);
    }

    /** The outputs, or null for another operator. */
    static List<? extends OnnxValue> translate(OnnxNode n) {
        OnnxComposed made = new OnnxComposed(n);
        return switch (n.op()) {
            case "Shrink" -> List.of(made.shrunk());
            case "LRN" -> List.of(made.localResponse());
            case "DepthToSpace" -> List.of(made.depthToSpace());
            case "SpaceToDepth" -> List.of(made.spaceToDepth());
            case "NegativeLogLikelihoodLoss" -> List.of(made.loss(n.in(0)));
            case "SoftmaxCrossEntropyLoss" -> {
                OnnxValue logs = made.f.call("LogSoftmax").with("axis", 1L).of(n.in(0));
                yield List.of(made.loss(logs), logs);
            }
            case "EyeLike" -> List.of(made.eye());
            case "Trilu" -> List.of(made.triangle());
            case "HannWindow" -> List.of(made.window(x -> 0.5 - 0.5 * Math.cos(x)));
            case "HammingWindow" -> List.of(made.window(x -> 25 / 46.0 - 21 / 46.0 * Math.cos(x)));
            case "BlackmanWindow" ->
                List.of(made.window(x -> 0.42 - 0.5 * Math.cos(x) + 0.08 * Math.cos(2 * x)));
            case "CenterCropPad" -> List.of(made.centered());
            default -> null;
        };
    }

    private OnnxValue shrunk() {
        OnnxValue x = n.in(0);
        OnnxTensor limit = OnnxFormula.number(n.number("lambd", 0.5f));
        OnnxTensor bias = OnnxFormula.number(n.number("bias", 0));
        OnnxTensor low = OnnxFormula.number(-limit.values()[0]);
        OnnxTensor zero = OnnxFormula.number(0);
        return f.where(f.op("Less", x, low), f.add(x, bias),
                f.where(f.op("Greater", x, limit), f.sub(x, bias), zero));
    }

    /** Each value by the squares of its neighbours among the channels. */
    private OnnxValue localResponse() {
        OnnxValue x = n.in(0);
        int size = n.count("size", 1);
        int channels = x.rank() < 2 ? -1 : x.dims()[1];
        if (channels < 1 || size < 1) {
            throw new Unsupported("its input has the sizes " + OnnxValue.text(x.dims())
                    + ", expected rows and a known number of channels");
        }
        int before = (size - 1) / 2;
        double[] near = new double[OnnxSizes.count(channels, channels)];
        n.graph().spend(near.length);
        for (int i = 0; i < near.length; i++) {
            // from channel i / channels to channel i % channels
            int away = i / channels - i % channels;
            near[i] = away >= -before && away <= size - 1 - before ? 1 : 0;
        }
        OnnxValue squares = f.along(f.mul(x, x), 1,
                new OnnxTensor(OnnxTensor.FLOAT, new int[] {channels, channels}, near));
        OnnxValue scaled = f.mul(squares, OnnxFormula.number(n.number("alpha", 1e-4f) / (double) size));
        OnnxValue divisor = f.op("Pow", f.add(scaled, OnnxFormula.number(n.number("bias", 1))),
                OnnxFormula.number(n.number("beta", 0.75f)));
        return f.div(x, divisor);
    }

    private int[] image(OnnxValue x) {
        if (x.rank() != 4 || x.dims()[1] < 1 || x.dims()[2] < 1 || x.dims()[3] < 1) {
            throw new Unsupported("its input has the sizes " + OnnxValue.text(x.dims())
                    + ", expected rows, channels, height and width, of which only the rows may be open");
        }
        return x.dims();
    }

    private OnnxValue depthToSpace() {
        int b = n.count("blocksize", 1);
        int[] dims = image(n.in(0));
        int c = dims[1] / Math.max(1, b * b);
        if (b < 1 || c * b * b != dims[1]) {
            throw new Unsupported("it cuts " + dims[1] + " channels into blocks of " + b + " by " + b);
        }
        boolean columns = n.text("mode", "DCR").equals("CRD");
        OnnxValue parts = columns ? f.reshaped(n.in(0), 0, c, b, b, dims[2], dims[3])
                : f.reshaped(n.in(0), 0, b, b, c, dims[2], dims[3]);
        OnnxValue turned = columns ? f.transposed(parts, 0, 1, 4, 2, 5, 3) : f.transposed(parts, 0, 3, 4, 1, 5, 2);
        return f.reshaped(turned, 0, c, (long) dims[2] * b, (long) dims[3] * b);
    }

    private OnnxValue spaceToDepth() {
        int b = n.count("blocksize", 1);
        int[] dims = image(n.in(0));
        if (b < 1 || dims[2] % b != 0 || dims[3] % b != 0) {
            throw new Unsupported("it cuts " + OnnxValue.text(dims) + " into blocks of " + b + " by " + b);
        }
        OnnxValue parts = f.reshaped(n.in(0), 0, dims[1], dims[2] / b, b, dims[3] / b, b);
        return f.reshaped(f.transposed(parts, 0, 3, 5, 1, 2, 4), 0, (long) dims[1] * b * b, dims[2] / b, dims[3] / b);
    }

    /** The negative log probability of the right class of each position, weighted, and joined as asked for. */
    private OnnxValue loss(OnnxValue logs) {
        OnnxValue target = n.in(1);
        int classes = logs.rank() < 2 ? -1 : logs.dims()[1];
        if (classes < 1) {
            throw new Unsupported("its input has the sizes " + OnnxValue.text(logs.dims())
                    + ", expected rows and a known number of classes");
        }
        boolean fits = target.rank() == logs.rank() - 1;
        for (int i = 0; fits && i < target.rank(); i++) {
            int size = logs.dims()[i == 0 ? 0 : i + 1];
            fits = size == target.dims()[i] || size < 0 || target.dims()[i] < 0;
        }
        if (!fits) {
            throw new Unsupported("its classes have the sizes " + OnnxValue.text(target.dims()) + " for values of "
                    + OnnxValue.text(logs.dims()));
        }
        int[] dims = new int[logs.rank()];
        Arrays.fill(dims, 1);
        dims[1] = classes;
        OnnxTensor each = new OnnxTensor(OnnxTensor.INT64, dims,
                IntStream.range(0, classes).asDoubleStream().toArray());
        OnnxValue right = f.op("Equal", f.op("Unsqueeze", target, OnnxFormula.list(1)), each);
        if (n.hasAttribute("ignore_index")) {
            OnnxValue counts = f.op("Not", f.op("Equal", target, OnnxFormula.whole(n.integer("ignore_index", 0))));
            right = f.op("And", right, f.op("Unsqueeze", counts, OnnxFormula.list(1)));
        }
        OnnxTensor zero = OnnxFormula.number(0);
        OnnxValue weights = f.where(right, n.has(2) ? f.op("Reshape", n.in(2), list(dims)) : OnnxFormula.number(1),
                zero);
        OnnxTensor axis = OnnxFormula.list(1);
        OnnxValue chosen = f.op("Neg", f.call("ReduceSum").with("keepdims", 0L)
                .of(f.mul(f.where(right, logs, zero), weights), axis));
        return switch (n.text("reduction", "mean")) {
            case "none" -> chosen;
            case "sum" -> f.call("ReduceSum").with("keepdims", 0L).of(chosen);
            case "mean" -> f.div(f.call("ReduceSum").with("keepdims", 0L).of(chosen),
                    f.call("ReduceSum").with("keepdims", 0L).of(weights));
            default -> throw new Unsupported("its reduction is " + n.text("reduction", "mean")
                    + ", expected none, sum or mean");
        };
    }

    private static OnnxTensor list(int... values) {
        return OnnxTensor.sizes(values);
    }

    /** Zeros below or above a diagonal of the last two axes. */
    private OnnxValue triangle() {
        OnnxValue x = n.in(0);
        boolean upper = n.flag("upper", true);
        long k = n.has(1) ? (long) n.single(1) : 0;
        int rows = x.rank() < 2 ? -1 : x.dims()[x.rank() - 2];
        int columns = x.rank() < 2 ? -1 : x.dims()[x.rank() - 1];
        if (rows < 0 || columns < 0) {
            throw new Unsupported("its input has the sizes " + OnnxValue.text(x.dims())
                    + ", expected a known number of rows and columns");
        }
        double[] kept = new double[OnnxSizes.count(rows, columns)];
        n.graph().spend(kept.length);
        for (int i = 0; i < kept.length; i++) {
            long above = i % columns - i / columns - k;
            kept[i] = above == 0 || above > 0 == upper ? 1 : 0;
        }
        OnnxTensor zero = OnnxGraph.kind(x) == DType.FLOAT32 ? OnnxFormula.number(0) : OnnxFormula.whole(0);
        return f.where(new OnnxTensor(OnnxTensor.BOOL, new int[] {rows, columns}, kept), x, zero);
    }

    private OnnxTensor eye() {
        int[] dims = n.in(0).dims();
        long k = n.integer("k", 0);
        int type = n.hasAttribute("dtype") ? n.count("dtype", 1) : n.in(0) instanceof OnnxTensor t ? t.type() : -1;
        if (dims.length != 2 || type < 0 && OnnxGraph.kind(n.in(0)) != DType.FLOAT32) {
            type = type < 0 ? OnnxTensor.INT64 : type;
        }
        OnnxSizes.needRank(n.in(0), 2, "input");
        double[] values = new double[OnnxSizes.count(dims)];
        n.graph().spend(values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = i % dims[1] - i / dims[1] == k ? 1 : 0;
        }
        return OnnxConstants.cast(new OnnxTensor(OnnxTensor.FLOAT, dims, values), type < 0 ? OnnxTensor.FLOAT : type);
    }

    private OnnxTensor window(DoubleUnaryOperator form) {
        int size = OnnxSizes.exact((long) n.single(0), "size");
        int type = n.count("output_datatype", OnnxTensor.FLOAT);
        int divisor = Math.max(1, n.flag("periodic", true) ? size : size - 1);
        n.graph().spend(size);
        double[] values = IntStream.range(0, size)
                .mapToDouble(i -> form.applyAsDouble(2 * Math.PI * i / divisor)).toArray();
        return OnnxConstants.cast(new OnnxTensor(OnnxTensor.FLOAT, new int[] {size}, values), type);
    }

    /** Cuts off or adds zeros at both ends of axes until they have given sizes. */
    private OnnxValue centered() {
        OnnxValue x = n.in(0);
        long[] sizes = n.needList("", 1);
        long[] given = n.integers("axes");
        List<Long> before = new ArrayList<>();
        List<Long> after = new ArrayList<>();
        long[] axes = given == null ? IntStream.range(0, x.rank()).asLongStream().toArray()
                : Arrays.stream(given).map(axis -> OnnxSizes.axis(axis, x.rank())).toArray();
        if (sizes.length != axes.length) {
            throw new Unsupported("it has " + sizes.length + " sizes for " + axes.length + " axes");
        }
        for (int i = 0; i < axes.length; i++) {
            int size = x.dims()[(int) axes[i]];
            if (size < 0) {
                throw new Unsupported("it centers along an axis whose size is known only at run time");
            }
            long missing = sizes[i] - size;
            // an odd one is at the end of what is added, and at the front of what is cut
            long front = missing >= 0 ? missing / 2 : -(-missing / 2);
            before.add(front);
            after.add(missing - front);
        }
        before.addAll(after);
        return f.op("Pad", x, OnnxFormula.list(before.stream().mapToLong(Long::longValue).toArray()), null,
                OnnxFormula.list(axes));
    }
}
