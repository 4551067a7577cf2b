package lanewise.onnx;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.DType;

/** Arithmetic and comparisons of known values, with broadcasting. */
final class OnnxArithmetic {
    private final OnnxNode n;

    private OnnxArithmetic(OnnxNode n) {
        this.n = n;
    }

    /** The output, or null for another operator. */
    static OnnxTensor fold(OnnxNode n) {
        OnnxArithmetic arithmetic = new OnnxArithmetic(n);
        return switch (n.op()) {
            case "Where" -> arithmetic.where();
            case "Expand" -> arithmetic.expand();
            default -> n.inputs() == 2 ? arithmetic.pair() : null;
        };
    }

    private int count(int[] dims) {
        int count = OnnxConstants.size(dims);
        n.graph().spend(count);
        return count;
    }

    private OnnxTensor t(int input) {
        return (OnnxTensor) n.in(input);
    }

    private OnnxTensor pair() {
        boolean whole = t(0).kind() != DType.FLOAT32;
        return switch (n.op()) {
            case "Add" -> arithmetic((a, b) -> b == 0 ? a : a == 0 ? b : a + b, true);
            case "Sub" -> arithmetic((a, b) -> a - b, true);
            case "Mul" -> arithmetic((a, b) -> a * b, true);
            case "Div" -> arithmetic((a, b) -> whole ? divided((long) a, (long) b) : a / b, true);
            case "Mod" -> arithmetic((a, b) -> a - Math.floor(a / b) * b, true);
            case "Pow" -> arithmetic(Math::pow, true);
            case "Max" -> arithmetic(Math::max, true);
            case "Min" -> arithmetic(Math::min, true);
            case "Equal" -> arithmetic((a, b) -> a == b ? 1 : 0, false);
            case "Greater" -> arithmetic((a, b) -> a > b ? 1 : 0, false);
            case "GreaterOrEqual" -> arithmetic((a, b) -> a >= b ? 1 : 0, false);
            case "Less" -> arithmetic((a, b) -> a < b ? 1 : 0, false);
            case "LessOrEqual" -> arithmetic((a, b) -> a <= b ? 1 : 0, false);
            case "And" -> arithmetic((a, b) -> a != 0 && b != 0 ? 1 : 0, false);
            case "Or" -> arithmetic((a, b) -> a != 0 || b != 0 ? 1 : 0, false);
            default -> null;
        };
    }

    private static double divided(long a, long b) {
        if (b == 0) {
            throw new Unsupported("it divides the integer " + a + " by 0");
        }
        return (double) (a / b);
    }

    private OnnxTensor arithmetic(DoubleBinaryOperator f, boolean numbers) {
        OnnxTensor a = t(0);
        OnnxTensor b = t(1);
        int[] dims = broadcast(a.dims(), b.dims());
        double[] values = new double[count(dims)];
        int[] stepsA = steps(dims, a.dims());
        int[] stepsB = steps(dims, b.dims());
        for (int i = 0; i < values.length; i++) {
            double x = a.values()[index(i, dims, stepsA)];
            double y = b.values()[index(i, dims, stepsB)];
            boolean size = a.kind() == DType.INT32 && (OnnxValue.isSymbol(x) || OnnxValue.isSymbol(y));
            if (size && !numbers) {
                values[i] = same(x, y);
                continue;
            }
            boolean same = size && (n.op().equals("Mul") && (x == 1 || y == 1) || n.op().equals("Div") && y == 1
                    || n.op().equals("Add") && (x == 0 || y == 0) || n.op().equals("Sub") && y == 0);
            values[i] = !size ? f.applyAsDouble(x, y) : same ? OnnxValue.isSymbol(x) ? x : y : symbol(x, y);
        }
        return new OnnxTensor(numbers ? a.type() : OnnxTensor.BOOL, dims, values);
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
            throw new Unsupported("it compares a size that only the call knows");
        }
        return x == y ? 1 : 0;
    }

    private static int[] broadcast(int[] a, int[] b) {
        int[] dims = new int[Math.max(a.length, b.length)];
        for (int i = 1; i <= dims.length; i++) {
            int x = i <= a.length ? a[a.length - i] : 1;
            int y = i <= b.length ? b[b.length - i] : 1;
            if (x != y && x != 1 && y != 1) {
                throw new Unsupported(
                        "its inputs " + OnnxValue.text(a) + " and " + OnnxValue.text(b) + " do not fit together");
            }
            dims[dims.length - i] = x == 1 ? y : x;
        }
        return dims;
    }

    /** How far apart neighbours along each axis of the result lie in an operand; 0 where it repeats. */
    private static int[] steps(int[] dims, int[] operand) {
        int[] strides = OnnxTensor.strides(operand);
        int[] steps = new int[dims.length];
        for (int i = 0; i < operand.length; i++) {
            steps[dims.length - operand.length + i] = operand[i] == 1 ? 0 : strides[i];
        }
        return steps;
    }

    private static int index(int i, int[] dims, int[] steps) {
        int index = 0;
        int rest = i;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            index += rest % dims[axis] * steps[axis];
            rest /= dims[axis];
        }
        return index;
    }

    private OnnxTensor where() {
        int[] dims = broadcast(broadcast(t(0).dims(), t(1).dims()), t(2).dims());
        double[] values = new double[count(dims)];
        int[][] steps = {steps(dims, t(0).dims()), steps(dims, t(1).dims()), steps(dims, t(2).dims())};
        for (int i = 0; i < values.length; i++) {
            int from = t(0).values()[index(i, dims, steps[0])] != 0 ? 1 : 2;
            values[i] = t(from).values()[index(i, dims, steps[from])];
        }
        return new OnnxTensor(t(1).type(), dims, values);
    }

    private OnnxTensor expand() {
        int[] wanted = t(1).ints();
        if (Arrays.stream(wanted).anyMatch(OnnxValue::isSymbol)) {
            return null;
        }
        int[] dims = broadcast(t(0).dims(), wanted);
        double[] values = new double[count(dims)];
        int[] steps = steps(dims, t(0).dims());
        for (int i = 0; i < values.length; i++) {
            values[i] = t(0).values()[index(i, dims, steps)];
        }
        return new OnnxTensor(t(0).type(), dims, values);
    }
}
