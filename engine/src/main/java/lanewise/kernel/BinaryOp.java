package lanewise.kernel;

/** Functions of two values {@code a} and {@code b} that have a vector form. */
public enum BinaryOp {
    /** {@code a + b}. */
    ADD,
    /** {@code a - b}. */
    SUBTRACT,
    /** {@code a * b}. */
    MULTIPLY,
    /** {@code a / b}. */
    DIVIDE,
    /** The larger one; NaN if one is. */
    MAXIMUM,
    /** The smaller one; NaN if one is. */
    MINIMUM,
    /** The largest of {@code a}, {@code b} and the smallest number, without those that are NaN; of equals the first. */
    LARGEST,
    /** {@code a} if positive, else {@code a * b}: what a leaky or a trained slope does. */
    LEAKY
}
