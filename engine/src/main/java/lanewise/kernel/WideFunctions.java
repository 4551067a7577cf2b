package lanewise.kernel;

import lanewise.spec.MapOp;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;

/**
 * Functions of integers that have 64 bits in the model and are kept in 32: computed as with 64, and refused if the
 * result has more than 32.
 */
final class WideFunctions {
    private static final int MOST_SHIFTED = Long.SIZE - 1;
    /** Floats from here on are no integers of 64 bits. */
    private static final float LIMIT = 0x1p63f;

    private WideFunctions() {}

    static int apply(MapOp op, int x) {
        return switch (op) {
            case ABSOLUTE -> narrow(Math.abs((long) x));
            case NEGATIVE -> narrow(-(long) x);
            case SQUARE -> narrow((long) x * x);
            default -> IntegerFunctions.apply(op, x);
        };
    }

    static int apply(PairOp op, int x, int y) {
        return switch (op) {
            case ADD -> narrow((long) x + y);
            case SUBTRACT -> narrow((long) x - y);
            case MULTIPLY -> narrow((long) x * y);
            case FLOOR_DIVIDE -> y == -1 ? narrow(-(long) x) : IntegerFunctions.apply(op, x, y);
            case POWER -> y < 0 ? IntegerFunctions.apply(op, x, y) : narrow(power(x, y));
            case GCD -> narrow(gcd(x, y));
            case LCM -> narrow(x == 0 || y == 0 ? 0 : Math.abs(x / gcd(x, y) * y));
            case LEFT_SHIFT -> narrow((long) x << Math.clamp(y, 0, MOST_SHIFTED));
            default -> IntegerFunctions.apply(op, x, y);
        };
    }

    /** What accumulates, in 64 bits. */
    static long join(ReduceOp op, long x, long y) {
        return switch (op) {
            case SUM -> x + y;
            case PROD -> product(x, y);
            case MAX -> Math.max(x, y);
            case MIN -> Math.min(x, y);
            default -> throw new IllegalArgumentException(op + " is no sum, product, largest or smallest value");
        };
    }

    /** A float without its fraction. */
    static int whole(float x) {
        if (!(x >= -LIMIT && x < LIMIT)) {
            throw new ArithmeticException("makes an integer of 64 bits of " + x + ", which is none");
        }
        return narrow((long) x);
    }

    static int narrow(long result) {
        if (result != (int) result) {
            throw new ArithmeticException("makes the integer " + result
                    + ", which has more than the 32 bits that a call keeps");
        }
        return (int) result;
    }

    private static long power(long x, int y) {
        long power = 1;
        long square = x;
        for (int n = y; n > 0; n >>= 1) {
            power = (n & 1) == 0 ? power : product(power, square);
            square = n == 1 ? 0 : product(square, square);
        }
        return power;
    }

    /** Beyond 64 bits some frameworks wrap around and others don't. */
    private static long product(long x, long y) {
        if (Math.multiplyHigh(x, y) != x * y >> MOST_SHIFTED) {
            throw new ArithmeticException("makes an integer of more than 64 bits");
        }
        return x * y;
    }

    private static long gcd(long x, long y) {
        long a = Math.abs(x);
        long b = Math.abs(y);
        while (b != 0) {
            long rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }
}
