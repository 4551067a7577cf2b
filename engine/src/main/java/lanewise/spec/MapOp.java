package lanewise.spec;

/** A function of single values. */
public enum MapOp {
    /** |x|. */
    ABSOLUTE,
    /** -x. */
    NEGATIVE,
    /** x². */
    SQUARE,
    /** Square root. */
    SQRT,
    /** 1 / square root. */
    RSQRT,
    /** 1 / x. */
    RECIPROCAL,
    /** Natural logarithm. */
    LOG,
    /** Natural logarithm of 1 + x. */
    LOG1P,
    /** e^x - 1. */
    EXPM1,
    /** Logarithm to base 2. */
    LOG2,
    /** Logarithm to base 10. */
    LOG10,
    /** Sine. */
    SIN,
    /** Cosine. */
    COS,
    /** Tangent. */
    TAN,
    /** The angle whose sine it is, -pi/2 to pi/2. */
    ARCSIN,
    /** The angle whose cosine it is, 0 to pi. */
    ARCCOS,
    /** The angle whose tangent it is, -pi/2 to pi/2. */
    ARCTAN,
    /** Hyperbolic sine. */
    SINH,
    /** Hyperbolic cosine. */
    COSH,
    /** The inverse of the hyperbolic sine. */
    ARCSINH,
    /** The inverse of the hyperbolic cosine, 0 or more. */
    ARCCOSH,
    /** The inverse of the hyperbolic tangent. */
    ARCTANH,
    /** Error function. */
    ERF,
    /** 1 - error function, without the loss of digits for large values. */
    ERFC,
    /** The inverse of the error function. */
    ERFINV,
    /** Cube root. */
    CBRT,
    /** sin(pi x) / (pi x), 1 at 0. */
    SINC,
    /** The modified Bessel function of the first kind of order 0. */
    BESSEL_I0,
    /** The largest integer that is not greater. */
    FLOOR,
    /** The smallest integer that is not less. */
    CEIL,
    /** The nearest integer; halves round to the even one. */
    ROUND,
    /** The integer next to it towards 0. */
    TRUNC,
    /** -1, 0 or 1. */
    SIGN,
    /** Whether it is 0 or false; a truth value. */
    LOGICAL_NOT(DType.BOOL),
    /** Whether it is NaN; a truth value. */
    ISNAN(DType.BOOL),
    /** Whether it is infinite; a truth value. */
    ISINF(DType.BOOL),
    /** Whether it is neither infinite nor NaN; a truth value. */
    ISFINITE(DType.BOOL),
    /** Whether its sign is negative, also that of -0; a truth value. */
    SIGNBIT(DType.BOOL),
    /** The integer with all bits inverted. */
    BITWISE_NOT(DType.INT32),
    /** The value truncated to an integer. */
    TO_INT(DType.INT32),
    /** The same value as a float. */
    TO_FLOAT,
    /** The nearest value of IEEE 754 half precision (float16), halves to the even one; infinite beyond 65504. */
    TO_FLOAT16,
    /** The nearest value with 8 binary digits (bfloat16), halves to the even one. */
    TO_BFLOAT16,
    /** Whether it is not 0; a truth value. */
    TO_BOOL(DType.BOOL);

    private final DType result;

    MapOp() {
        this(DType.FLOAT32);
    }

    MapOp(DType result) {
        this.result = result;
    }

    /**
     * The type of the results.
     *
     * @param x what the values are
     * @return FLOAT32, INT32 or BOOL; integers give integers where no fraction can arise
     */
    public DType result(DType x) {
        boolean whole = switch (this) {
            case ABSOLUTE, NEGATIVE, SQUARE, SIGN, ROUND, TRUNC -> x != DType.FLOAT32;
            default -> false;
        };
        return whole ? DType.INT32 : result;
    }
}
