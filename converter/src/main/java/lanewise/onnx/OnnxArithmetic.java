package lanewise.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.DType;
import lanewise.spec.Operation.PairOp;

/**
 * Arithmetic of known integers and truth values, with broadcasting: what exporters compute with sizes. It is exact in
 * 64 bits and wraps around in narrower types, as ONNX defines it, where a call would compute with floats. Where a size
 * is one that only the call knows ({@link OnnxValue#ROWS} and below), it is passed on; arithmetic with it makes another
 * such size.
 *
 * <p>And how integers of a call, which have 32 bits, wrap around in narrower types.
 */
final class OnnxArithmetic {
    /** What may leave the range of its type. */
    private static final Set<String> ARITHMETIC = Set.of("Add", "Sub", "Mul", "Div", "Sum", "Pow", "Neg", "Abs",
            "BitwiseNot", "BitShift", "CumSum", "CumProd", "ReduceSum", "ReduceProd", "ReduceL1", "ReduceSumSquare",
            "MatMul", "PRelu");

    /** What stays a float although its type is an integer's: a call's values are not rounded to 8 bits on their way. */
    private static final Set<String> UNROUNDED = Set.of("DynamicQuantizeLinear", "MatMulInteger", "ConvInteger");

    private final OnnxNode n;

    private OnnxArithmetic(OnnxNode n) {
        this.n = n;
    }

    /** The outputs, or null for an operator that is not computed here. */
    static List<OnnxTensor> fold(OnnxNode n) {
        OnnxTensor value = new OnnxArithmetic(n).fold();
        return value == null ? null : List.of(value);
    }

    /**
     * An output as its type holds it: a call computes with integers of 32 bits, while narrower ones wrap around.
     *
     * @param type ONNX's number of its type
     */
    static OnnxValue held(OnnxNode n, OnnxValue value, int type) {
        DType kind = OnnxTensor.kind(type);
        if (!(value instanceof Live x) || UNROUNDED.contains(n.op())) {
            return value;
        } else if (kind != null && kind != x.kind()) {
            return n.graph().as(n, x, kind);
        } else if (kind != DType.INT32 || !ARITHMETIC.contains(n.op())) {
            return value;
        }
        return switch (type) {
            case OnnxTensor.INT8, OnnxTensor.UINT8, OnnxTensor.INT16, OnnxTensor.UINT16 -> OnnxShapes.cast(n, x, type);
            case OnnxTensor.UINT32, OnnxTensor.UINT64 -> {
                if (!n.op().equals("Div")) {
                    throw new Unsupported("it computes with " + OnnxTensor.typeName(type)
                            + ", which holds values that a call can't; cast its inputs to int64");
                }
                yield value;
            }
            default -> value;
        };
    }

    /**
     * Whether results beyond 32 bits are refused when they come up: those of 64 bits, and those of 32 that ONNX Runtime
     * computes with floats, so that they don't wrap around.
     */
    static boolean isWide(String op, int type) {
        return type == OnnxTensor.INT64 || type == OnnxTensor.INT32 && (op.startsWith("Reduce") || op.equals("Pow"));
    }

    /** An integer as a narrower type holds it: its lowest bits, and whether the highest of them is the sign. */
    static Live wrapped(OnnxNode n, Live x, int bits, boolean signed) {
        OnnxGraph graph = n.graph();
        Live whole = graph.as(n, x, DType.INT32);
        if (x.kind() == DType.BOOL) {
            return whole;
        }
        int rest = Integer.SIZE - bits;
        return !signed ? graph.pair(n, PairOp.BITWISE_AND, whole, (1 << bits) - 1)
                : graph.pair(n, PairOp.RIGHT_SHIFT, graph.pair(n, PairOp.LEFT_SHIFT, whole, rest), rest);
    }

    private OnnxTensor fold() {
        return switch (n.op()) {
            case "MatMul" -> product();
            case "ReduceProd" -> single((a, b) -> a * b, 1);
            case "ReduceSum" -> single(Long::sum, 0);
            case "ReduceMax" -> single(Math::max, Long.MIN_VALUE);
            case "ReduceMin" -> single(Math::min, Long.MAX_VALUE);
            case "Neg" -> each(v -> -v);
            case "Abs" -> each(Math::abs);
            case "Relu" -> each(v -> Math.max(v, 0));
            case "BitwiseNot" -> each(v -> ~v);
            case "Sign" -> each(Long::signum);
            case "Not" -> each(v -> v == 0 ? 1 : 0);
            default -> n.inputs() == 2 ? pair() : null;
        };
    }

    private OnnxTensor pair() {
        boolean remainder = n.op().equals("Mod") && n.flag("fmod", false);
        return switch (n.op()) {
            case "BitwiseAnd" -> pair((a, b) -> a & b, true);
            case "BitwiseOr" -> pair((a, b) -> a | b, true);
            case "BitwiseXor" -> pair((a, b) -> a ^ b, true);
            case "BitShift" -> {
                boolean left = n.text("direction", "").equals("LEFT");
                boolean unsigned = t(0).type() == OnnxTensor.UINT64;
                // further than the width is as far as it goes
                yield pair((a, b) -> left || unsigned ? b < 0 || b >= Long.SIZE ? 0 : left ? a << b : a >>> b
                        : a >> (b < 0 ? Long.SIZE - 1 : Math.min(b, Long.SIZE - 1)), true);
            }
            case "Add" -> pair(Long::sum, true);
            case "Sub" -> pair((a, b) -> a - b, true);
            case "Mul" -> pair((a, b) -> a * b, true);
            case "Div" -> pair((a, b) -> a / divisor(a, b), true);
            case "Mod" ->
                pair(remainder ? (a, b) -> a % divisor(a, b) : (a, b) -> Math.floorMod(a, divisor(a, b)), true);
            case "Pow" -> pair(OnnxArithmetic::power, true);
            case "Max" -> pair(Math::max, true);
            case "Min" -> pair(Math::min, true);
            case "Equal" -> pair((a, b) -> a == b ? 1 : 0, false);
            case "Greater" -> pair((a, b) -> a > b ? 1 : 0, false);
            case "GreaterOrEqual" -> pair((a, b) -> a >= b ? 1 : 0, false);
            case "Less" -> pair((a, b) -> a < b ? 1 : 0, false);
            case "LessOrEqual" -> pair((a, b) -> a <= b ? 1 : 0, false);
            case "And" -> pair((a, b) -> a != 0 && b != 0 ? 1 : 0, false);
            case "Or" -> pair((a, b) -> a != 0 || b != 0 ? 1 : 0, false);
            case "Xor" -> pair((a, b) -> a != 0 ^ b != 0 ? 1 : 0, false);
            default -> null;
        };
    }

    private static long divisor(long a, long b) {
        if (b == 0) {
            throw new Unsupported("it divides the integer " + a + " by 0");
        }
        return b;
    }

    private int count(int... dims) {
        int count = OnnxConstants.size(dims);
        n.graph().spend(count);
        return count;
    }

    private OnnxTensor t(int input) {
        return (OnnxTensor) n.in(input);
    }

    private OnnxTensor pair(LongBinaryOperator f, boolean numbers) {
        OnnxTensor a = t(0);
        OnnxTensor b = t(1);
        int[] dims = OnnxSizes.broadcast(a.dims(), b.dims());
        double[] values = new double[count(dims)];
        int type = numbers ? a.type() : OnnxTensor.BOOL;
        for (int i = 0; i < values.length; i++) {
            double x = OnnxConstants.at(a, i, dims);
            double y = OnnxConstants.at(b, i, dims);
            if (!isSize(x) && !isSize(y)) {
                values[i] = exact(type, f.applyAsLong(OnnxTensor.whole(x), OnnxTensor.whole(y)));
            } else if (numbers) {
                values[i] = size(x, y);
            } else {
                values[i] = same(x, y);
            }
        }
        return new OnnxTensor(type, dims, values);
    }

    /** Whether a value is a size that only the call knows. */
    private boolean isSize(double value) {
        return t(0).kind() == DType.INT32 && OnnxValue.isSymbol(value);
    }

    /** What follows from two sizes of which the call knows one at least. */
    private double size(double x, double y) {
        double known = OnnxValue.isSymbol(x) ? y : x;
        boolean unchanged = switch (n.op()) {
            case "Mul" -> known == 1;
            case "Add" -> known == 0;
            case "Div" -> y == 1;
            case "Sub" -> y == 0;
            default -> false;
        };
        return !unchanged ? symbol(x, y) : OnnxValue.isSymbol(x) ? x : y;
    }

    /** A name for what follows from a size that only the call knows. */
    private double symbol(double x, double y) {
        boolean first = OnnxValue.isSymbol(x);
        boolean plain = first != OnnxValue.isSymbol(y) && Math.abs(first ? y : x) < OnnxValue.MOST_SYMBOLS;
        if (plain && n.op().equals("Add")) {
            return n.graph().symbols().offset((int) (first ? x : y), (int) (first ? y : x));
        } else if (plain && first && n.op().equals("Sub")) {
            return n.graph().symbols().offset((int) x, (int) -y);
        }
        return n.graph().newSymbol();
    }

    /** Whether two sizes are the same, of which the call knows one: no size is negative. */
    private int same(double x, double y) {
        boolean never = !OnnxValue.isSymbol(x) && x < 0 || !OnnxValue.isSymbol(y) && y < 0;
        if (!n.op().equals("Equal") || x != y && !never) {
            throw new OpenSize("it compares a size that only the call knows");
        }
        return x == y ? 1 : 0;
    }

    /** Powers of integers: what overflows wraps around; of negative exponents the whole part, as a cast gives it. */
    private static long power(long x, long y) {
        if (y < 0) {
            if (x == 0) {
                throw new Unsupported("it raises 0 to the power of " + y);
            }
            return Math.abs(x) > 1 ? 0 : x > 0 || (y & 1) == 0 ? 1 : -1;
        }
        long power = 1;
        long square = x;
        for (long left = y; left > 0; left >>= 1) {
            power = (left & 1) == 0 ? power : power * square;
            square *= square;
        }
        return power;
    }

    /** An integer as its type holds it. */
    static long held(int type, long value) {
        return switch (type) {
            case OnnxTensor.INT8 -> (byte) value;
            case OnnxTensor.UINT8 -> value & 0xff;
            case OnnxTensor.INT16 -> (short) value;
            case OnnxTensor.UINT16 -> value & 0xffff;
            case OnnxTensor.INT32 -> (int) value;
            case OnnxTensor.UINT32 -> value & 0xffffffffL;
            default -> value;
        };
    }

    /** A result as its type holds it. */
    private double exact(int type, long value) {
        long held = held(type, value);
        if (held != value && isWide(n.op(), type)) {
            throw new Unsupported("it makes the integer " + value + ", which has more than 32 bits");
        }
        if ((long) (double) held != held) {
            throw new Unsupported("it makes the integer " + held + ", which has more digits than are kept exactly");
        }
        return held;
    }

    private OnnxTensor product() {
        OnnxTensor a = t(0);
        OnnxTensor b = t(1);
        if (a.rank() != 2 || b.rank() != 2 || a.dims()[1] != b.dims()[0]) {
            return null;
        }
        int inner = b.dims()[0];
        int columns = b.dims()[1];
        double[] values = new double[count(a.dims()[0], columns)];
        for (int i = 0; i < values.length; i++) {
            long sum = 0;
            for (int k = 0; k < inner; k++) {
                sum += OnnxTensor.whole(a.values()[i / columns * inner + k])
                        * OnnxTensor.whole(b.values()[k * columns + i % columns]);
            }
            values[i] = exact(a.type(), sum);
        }
        return new OnnxTensor(a.type(), new int[] {a.dims()[0], columns}, values);
    }

    private OnnxTensor each(LongUnaryOperator f) {
        OnnxTensor x = t(0);
        if (Arrays.stream(x.values()).anyMatch(this::isSize)) {
            return null;
        }
        return new OnnxTensor(x.type(), x.dims(),
                Arrays.stream(x.values()).map(v -> exact(x.type(), f.applyAsLong(OnnxTensor.whole(v)))).toArray());
    }

    /** All values as one, where that is asked for. */
    private OnnxTensor single(LongBinaryOperator f, long start) {
        OnnxTensor x = t(0);
        boolean keep = n.flag("keepdims", true);
        n.ignore("axes", "noop_with_empty_axes");
        if (x.rank() > 1 || Arrays.stream(x.values()).anyMatch(OnnxValue::isSymbol)) {
            return null;
        }
        int[] dims = new int[keep ? x.rank() : 0];
        Arrays.fill(dims, 1);
        long all = Arrays.stream(x.values()).mapToLong(OnnxTensor::whole).reduce(start, f);
        return new OnnxTensor(x.type(), dims, new double[] {exact(x.type(), all)});
    }
}
