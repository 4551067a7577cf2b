package lanewise.kernel;

/** Functions that are neither algebraic nor elementary, in double precision; see {@link ScalarFunctions}. */
final class SpecialFunctions {
    /** Up to here the series of the error function converges fast. */
    private static final double MOST_SERIES = 2.5;
    /** The logarithm of the largest float: beyond it TensorFlow's Bessel function, a product with e^x, is infinite. */
    private static final double BESSEL_INFINITE = 88.72283905206835;

    private SpecialFunctions() {}

    /** The error function; DLMF sections 7.6 and 7.9. */
    static double erf(double x) {
        double a = Math.abs(x);
        if (!(a < 6)) {
            return Double.isNaN(x) ? x : Math.signum(x);
        }
        return Math.copySign(a < MOST_SERIES ? erfSeries(a) : 1 - erfcFraction(a), x);
    }

    /** 1 - the error function. */
    static double erfc(double x) {
        return x < MOST_SERIES || Double.isNaN(x) ? 1 - erf(x) : erfcFraction(x);
    }

    private static double erfSeries(double a) {
        double term = a;
        double result = a;
        for (int n = 1; n < 60; n++) {
            term *= 2 * a * a / (2 * n + 1);
            result += term;
        }
        return result * (2 / Math.sqrt(Math.PI) * StrictMath.exp(-a * a));
    }

    private static double erfcFraction(double a) {
        double fraction = a;
        for (int n = 60; n > 0; n--) {
            fraction = a + n / 2.0 / fraction;
        }
        return StrictMath.exp(-a * a) / (fraction * Math.sqrt(Math.PI));
    }

    /**
     * The inverse of the error function: Winitzki's approximation, then Newton's method. (S. Winitzki, A handy
     * approximation for the error function and its inverse, 2008.)
     */
    static double erfinv(double x) {
        double a = Math.abs(x);
        if (!(a < 1)) {
            return a == 1 ? Math.copySign(Double.POSITIVE_INFINITY, x) : Double.NaN;
        } else if (a == 0) {
            return x;
        }
        double log = StrictMath.log1p(-a * a);
        double part = 2 / (Math.PI * 0.147) + log / 2;
        // written so that small values keep their digits
        double y = Math.sqrt(-log / 0.147 / (Math.sqrt(part * part - log / 0.147) + part));
        for (int i = 0; i < 4; i++) {
            double miss = a < 0.5 ? erf(y) - a : 1 - a - erfc(y);
            y -= miss * Math.sqrt(Math.PI) / 2 * StrictMath.exp(y * y);
        }
        return Math.copySign(y, x);
    }

    /** The modified Bessel function of the first kind of order 0, by its series; DLMF 10.25. */
    static double besselI0(double x) {
        double a = Math.abs(x);
        if (!(a <= BESSEL_INFINITE)) {
            return Double.isNaN(x) ? x : Double.POSITIVE_INFINITY;
        }
        double sum = 1;
        double term = 1;
        for (int n = 1; term > sum * 1e-17; n++) {
            term *= a / (2 * n) * (a / (2 * n));
            sum += term;
        }
        return sum;
    }
}
