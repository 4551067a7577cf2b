package lanewise.kernel;

import lanewise.spec.MapOp;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;

/** Functions of integers of 32 bits: exact, and wrapping around as those of TensorFlow do. */
final class IntegerFunctions {
    private static final int MOST_SHIFTED = Integer.SIZE - 1;

    private IntegerFunctions() {}

    /** A function of one integer. */
    static int apply(MapOp op, int x) {
        return switch (op) {
            case ABSOLUTE -> Math.abs(x);
            case NEGATIVE -> -x;
            case SQUARE -> x * x;
            case SIGN -> Integer.signum(x);
            case ROUND, TRUNC -> x;
            case BITWISE_NOT -> ~x;
            default -> throw new IllegalArgumentException(op + " of integers is no integer");
        };
    }

    /**
     * A function of two integers.
     *
     * @throws ArithmeticException with the reason if there is no result
     */
    static int apply(PairOp op, int x, int y) {
        return switch (op) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case FLOOR_DIVIDE -> Math.floorDiv(x, divisor(y));
            case MOD -> Math.floorMod(x, divisor(y));
            case FMOD -> x % divisor(y);
            case POWER -> power(x, y);
            case MAXIMUM, FMAX -> Math.max(x, y);
            case MINIMUM, FMIN -> Math.min(x, y);
            case GCD -> gcd(x, y);
            case LCM -> x == 0 || y == 0 ? 0 : Math.abs(x / gcd(x, y) * y);
            case BITWISE_AND -> x & y;
            case BITWISE_OR -> x | y;
            case BITWISE_XOR -> x ^ y;
            // TensorFlow limits the distance to what an integer has
            case LEFT_SHIFT -> x << Math.clamp(y, 0, MOST_SHIFTED);
            case RIGHT_SHIFT -> x >> Math.clamp(y, 0, MOST_SHIFTED);
            default -> throw new IllegalArgumentException(op + " of integers is no integer");
        };
    }

    /** A float without its fraction. */
    static int whole(float x) {
        return x >= Integer.MIN_VALUE && x < -(float) Integer.MIN_VALUE ? (int) x : Integer.MIN_VALUE;
    }

    /** What accumulates integers. */
    static int apply(ReduceOp op, int x, int y) {
        return switch (op) {
            case SUM -> x + y;
            case PROD -> x * y;
            case MAX -> Math.max(x, y);
            case MIN -> Math.min(x, y);
            default -> throw new IllegalArgumentException(op + " is no sum, product, largest or smallest value");
        };
    }

    private static int divisor(int y) {
        if (y == 0) {
            throw new ArithmeticException("divides an integer by zero");
        }
        return y;
    }

    private static int power(int x, int y) {
        if (y < 0) {
            throw new ArithmeticException("raises an integer to the negative power " + y);
        }
        int power = 1;
        int square = x;
        for (int n = y; n > 0; n >>= 1) {
            power = (n & 1) == 0 ? power : power * square;
            square *= square;
        }
        return power;
    }

    private static int gcd(int x, int y) {
        int a = Math.abs(x);
        int b = Math.abs(y);
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }
}
