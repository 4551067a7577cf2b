package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.spec.DType;
import lanewise.spec.Operation.MapOp;

/**
 * A function of single values that no layer needs, so that no kernel has it. {@link StrictMath}, and
 * series where that allocates, give the same bits everywhere.
 *
 * @param x    an array
 * @param from what its values are
 * @param out  the result
 * @param to   what its values are
 * @param op   the function
 */
public record UnaryOp(int x, DType from, int out, DType to, MapOp op) implements SameShapeOp {
    private static final double MOST_REDUCED = 1e6;

    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims(x));
        for (int i = 0; i < n; i++) {
            double v = from == DType.FLOAT32 ? Memory.get(f.data(x), i) : Memory.getInt(f.data(x), i);
            if (to == DType.FLOAT32) {
                Memory.set(f.data(out), i, (float) apply(v));
            } else {
                Memory.setInt(f.data(out), i, (int) apply(v));
            }
        }
    }

    private double apply(double x) {
        return switch (op) {
            case ABSOLUTE -> Math.abs(x);
            case NEGATIVE -> -x;
            case SQUARE -> x * x;
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1 / Math.sqrt(x);
            case RECIPROCAL -> 1 / x;
            case LOG -> StrictMath.log(x);
            case LOG1P -> StrictMath.log1p(x);
            case EXPM1 -> StrictMath.expm1(x);
            case LOG2 -> StrictMath.log(x) / StrictMath.log(2);
            case LOG10 -> StrictMath.log10(x);
            case SIN -> sine(x, 0);
            case COS -> sine(x, 1);
            case ERF -> erf(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
            case SIGN -> Math.signum(x);
            case LOGICAL_NOT -> x == 0 ? 1 : 0;
            case ISNAN -> Double.isNaN(x) ? 1 : 0;
            case TO_INT, TO_FLOAT, TO_BOOL -> throw new IllegalStateException(op + " is a cast");
        };
    }

    /** By its series where that converges fast, else by the continued fraction of erfc; DLMF sections 7.6 and 7.9. */
    private static double erf(double x) {
        double a = Math.abs(x);
        if (!(a < 6)) {
            return Double.isNaN(x) ? x : Math.signum(x);
        }
        double result;
        if (a < 2.5) {
            double term = a;
            result = a;
            for (int n = 1; n < 60; n++) {
                term *= 2 * a * a / (2 * n + 1);
                result += term;
            }
            result *= 2 / Math.sqrt(Math.PI) * StrictMath.exp(-a * a);
        } else {
            double fraction = a;
            for (int n = 60; n > 0; n--) {
                fraction = a + n / 2.0 / fraction;
            }
            result = 1 - StrictMath.exp(-a * a) / (fraction * Math.sqrt(Math.PI));
        }
        return Math.copySign(result, x);
    }

    /** The sine of x plus some quarter turns, by its series; {@link StrictMath#sin} allocates. */
    private static double sine(double x, int quarters) {
        if (!(Math.abs(x) < MOST_REDUCED)) {
            return quarters == 0 ? StrictMath.sin(x) : StrictMath.cos(x);
        }
        double turns = Math.rint(x / (Math.PI / 2));
        // what Math.PI / 2 lacks comes after it
        double r = Math.fma(-turns, 6.123233995736766e-17, Math.fma(-turns, Math.PI / 2, x));
        int quarter = (int) ((long) turns + quarters & 3);
        boolean cosine = (quarter & 1) == 1;
        double term = cosine ? 1 : r;
        double sum = term;
        for (int n = cosine ? 1 : 2; n < 24; n += 2) {
            term *= -r * r / (n * (n + 1));
            sum += term;
        }
        return quarter >= 2 ? -sum : sum;
    }
}
