package lanewise.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.DType;

/**
 * Operators on integers that stand for floats, {@code (x - zeroPoint) * scale}. Known ones, as weights are, become
 * these floats exactly. What a model rounds to 8 bits only to multiply it with such weights stays as it is, which is
 * nearer to the model before it was quantized; all other rounding is done.
 */
final class OnnxQuantized {
    private static final Set<String> PRODUCTS = Set.of("MatMulInteger", "ConvInteger", "MatMulIntegerToFloat");
    private static final String NOTE = "its 8-bit weights are used as the floats that they stand for, and values of "
            + "the call are not rounded to 8 bits";

    private final OnnxNode n;
    private final OnnxFormula f;

    OnnxQuantized(OnnxNode n) {
        this.n = n;
        this.f = new OnnxFormula(n);
    }

    /** The outputs, or null for another operator. */
    static List<? extends OnnxValue> translate(OnnxNode n) {
        OnnxQuantized made = new OnnxQuantized(n);
        return switch (n.op()) {
            case "QuantizeLinear" -> List.of(made.quantize());
            case "DequantizeLinear" -> List.of(made.dequantize());
            case "DynamicQuantizeLinear" -> made.dynamic();
            case "MatMulInteger" -> List.of(made.matmul());
            case "ConvInteger" -> List.of(made.convolution());
            case "QLinearMatMul" -> List.of(made.linearMatmul());
            case "QLinearConv" -> List.of(made.linearConvolution());
            default -> null;
        };
    }

    /** The lowest and the highest integer of a type. */
    private static double[] range(int type) {
        return switch (type) {
            case OnnxTensor.UINT8 -> new double[] {0, 255};
            case OnnxTensor.INT8 -> new double[] {-128, 127};
            case OnnxTensor.UINT16 -> new double[] {0, 65535};
            case OnnxTensor.INT16 -> new double[] {-32768, 32767};
            default -> throw new Unsupported("it rounds to " + OnnxTensor.typeName(type)
                    + ", supported are integers of 8 and 16 bits");
        };
    }

    private OnnxValue rounded(OnnxValue x, OnnxValue scale, OnnxValue zeroPoint, int type) {
        double[] range = range(type);
        OnnxValue steps = f.op("Round", f.div(x, scale));
        OnnxValue shifted = zeroPoint == null ? steps : f.add(steps, f.floats(zeroPoint));
        return f.integers(f.op("Min", f.op("Max", shifted, OnnxFormula.number(range[0])),
                OnnxFormula.number(range[1])));
    }

    private int type(int zeroPoint) {
        int given = n.count("output_dtype", 0);
        return n.has(zeroPoint) ? n.known(zeroPoint).type() : given == 0 ? OnnxTensor.UINT8 : given;
    }

    /** A scale or zero point for each position of an axis, or one for all. */
    private OnnxValue perAxis(OnnxValue given, int rank, int axis) {
        if (given == null || given.rank() != 1 || given.dims()[0] == 1) {
            return given == null || given.rank() == 0 || given.rank() == rank ? given : f.reshaped(given);
        }
        long[] dims = new long[rank];
        Arrays.fill(dims, 1);
        dims[axis] = given.dims()[0];
        return f.reshaped(given, dims);
    }

    private int axis(OnnxValue x) {
        n.ignore("saturate", "precision");
        if (n.integer("block_size", 0) != 0) {
            throw new Unsupported("it has a scale for each block; quantize with a scale for each tensor or channel");
        }
        long axis = n.integer("axis", 1);
        return x.rank() < 2 ? 0 : OnnxSizes.axis(axis, x.rank());
    }

    private OnnxValue quantize() {
        OnnxValue x = n.in(0);
        int axis = axis(x);
        return rounded(f.floats(x), perAxis(n.in(1), x.rank(), axis), perAxis(f.in(2), x.rank(), axis), type(2));
    }

    private OnnxValue dequantize() {
        n.count("output_dtype", 0);
        return dequantized(n.in(0), n.in(1), f.in(2), axis(n.in(0)));
    }

    /** The floats that integers stand for; an axis of -1 is the last. */
    OnnxValue dequantized(OnnxValue x, OnnxValue scale, OnnxValue zeroPoint, int axis) {
        int at = axis < 0 ? x.rank() - 1 : axis;
        OnnxValue shifted = f.floats(x);
        if (zeroPoint != null) {
            shifted = f.sub(shifted, f.floats(perAxis(zeroPoint, x.rank(), at)));
        }
        if (x instanceof OnnxTensor) {
            n.graph().notes().add(NOTE);
        }
        return f.mul(shifted, perAxis(scale, x.rank(), at));
    }

    /** Weights [directions, rows, columns] with a scale and a zero point for each direction, or for each column. */
    OnnxTensor columns(int weights, int scale) {
        OnnxTensor w = n.constant(weights);
        OnnxSizes.needRank(w, 3, "weights");
        OnnxValue scales = shaped(n.constant(scale), w);
        OnnxValue zeros = n.has(scale + 1) ? shaped(n.constant(scale + 1), w) : OnnxFormula.number(0);
        n.graph().notes().add(NOTE);
        return (OnnxTensor) f.mul(f.sub(f.floats(w), f.floats(zeros)), scales);
    }

    private static OnnxTensor shaped(OnnxTensor given, OnnxTensor w) {
        return given.isSingle() ? given.reshaped()
                : given.reshaped(w.dims()[0], 1, given.values().length / w.dims()[0]);
    }

    private List<OnnxValue> dynamic() {
        if (n.graph().isReadOnlyBy(n.output(0), PRODUCTS) && n.graph().isReadOnlyBy(n.output(2), PRODUCTS)
                && n.graph().isReadOnlyBy(n.output(1), Set.of("Mul", "MatMulIntegerToFloat"))) {
            return List.of(n.in(0), OnnxFormula.number(1), OnnxTensor.of(OnnxTensor.UINT8, 0));
        }
        OnnxValue x = n.in(0);
        OnnxTensor zero = OnnxFormula.number(0);
        OnnxValue low = f.op("Min", f.call("ReduceMin").with("keepdims", 0L).of(x), zero);
        OnnxValue high = f.op("Max", f.call("ReduceMax").with("keepdims", 0L).of(x), zero);
        OnnxValue scale = f.div(f.sub(high, low), OnnxFormula.number(255));
        OnnxValue safe = f.where(f.op("Equal", scale, zero), OnnxFormula.number(1), scale);
        OnnxValue zeroPoint = rounded(f.sub(zero, low), safe, null, OnnxTensor.UINT8);
        return List.of(rounded(x, safe, zeroPoint, OnnxTensor.UINT8), scale, zeroPoint);
    }

    private OnnxValue shifted(OnnxValue x, int zeroPoint, boolean perRow) {
        OnnxValue floats = x instanceof Live l && l.kind() == DType.FLOAT32 ? x : f.floats(x);
        if (!n.has(zeroPoint)) {
            return floats;
        }
        OnnxValue zeros = f.floats(n.in(zeroPoint));
        boolean column = perRow && zeros.rank() == 1 && zeros.dims()[0] != 1;
        return f.sub(floats, column ? f.op("Unsqueeze", zeros, OnnxFormula.list(1)) : zeros);
    }

    /** Integers stay such; what was not rounded stays a float. */
    private OnnxValue product(OnnxValue made, OnnxValue x) {
        boolean floats = x instanceof Live l && l.kind() == DType.FLOAT32;
        if (floats) {
            n.graph().notes().add(NOTE);
        }
        return floats ? made : f.call("Cast").with("to", (long) OnnxTensor.INT32).of(made);
    }

    private OnnxValue matmul() {
        OnnxValue product = f.op("MatMul", shifted(n.in(0), 2, true), shifted(n.in(1), 3, false));
        return product(product, n.in(0));
    }

    private OnnxValue convolution() {
        OnnxValue made = f.as("Conv", shifted(n.in(0), 2, false), perFilter(n.in(1), 3)).getFirst();
        return product(made, n.in(0));
    }

    /** A kernel without its zero points, one for all or one for each filter. */
    private OnnxValue perFilter(OnnxValue w, int zeroPoint) {
        if (!n.has(zeroPoint)) {
            return f.floats(w);
        }
        return f.sub(f.floats(w), f.floats(perAxis(n.in(zeroPoint), w.rank(), 0)));
    }

    private OnnxValue linearMatmul() {
        OnnxValue a = n.in(0);
        OnnxValue left = dequantized(a, n.in(1), n.in(2), Math.max(0, a.rank() - 2));
        OnnxValue right = dequantized(n.in(3), n.in(4), n.in(5), -1);
        return rounded(f.op("MatMul", left, right), n.in(6), n.in(7), n.known(7).type());
    }

    private OnnxValue linearConvolution() {
        OnnxValue x = dequantized(n.in(0), n.in(1), n.in(2), 1);
        OnnxValue scale = n.in(4);
        OnnxValue w = f.mul(perFilter(n.in(3), 5), perAxis(scale, n.in(3).rank(), 0));
        OnnxValue bias = n.has(8) ? f.mul(f.floats(n.in(8)), f.mul(n.in(1), scale)) : null;
        OnnxValue made = f.as("Conv", x, w, bias).getFirst();
        return rounded(made, n.in(6), n.in(7), n.known(7).type());
    }
}
