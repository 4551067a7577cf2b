package lanewise.spec;

/**
 * Operations whose results depend on where values lie along an axis: they look up positions, accumulate, sort. Shapes
 * and terms are those of {@link LayerSpec}, axes those of {@link Operation}.
 */
public sealed interface AxisOperation extends LayerSpec {
    /**
     * Operation: the values at given positions of an axis, {@code out[i][j][k] = x[i][at[i][j][k]][k]} for axis 1 of
     * three. Inputs: the array, and integers of as many axes; other axes of size 1 are repeated. Negative positions
     * count from the end; a call with one that does not exist is refused.
     *
     * @param name its name
     * @param axis the axis
     */
    record TakeAlongAxis(String name, int axis) implements AxisOperation {}

    /**
     * Operation: for each row, the parts of an array at given positions of an axis,
     * {@code out[b][..., i..., ...] = x[b][..., at[b][i...], ...]}. Inputs: the array, and integers of any number of
     * axes behind batch, which take the place of the axis. Either may have one row for all. Negative positions count
     * from the end; a call with one that does not exist is refused.
     *
     * @param name its name
     * @param axis the axis
     */
    record Gather(String name, int axis) implements AxisOperation {}

    /**
     * Operation: each integer becomes a vector of zeros with a 1 in its position; all zeros where there is no such
     * position. Floats are cut toward zero first.
     *
     * @param name  its name
     * @param depth the size of the vectors
     * @param axis  where their axis is in the result
     */
    record OneHot(String name, int depth, int axis) implements AxisOperation {}

    /**
     * Operation: the sums (products, ...) of all values up to each one. Integers give integers, which wrap around.
     *
     * @param name      its name
     * @param op        SUM, PROD, MAX or MIN
     * @param axis      the axis
     * @param exclusive whether a value is not among those that its own result is made of; the first result is then that
     *                  of no values. SUM and PROD only
     * @param reverse   whether it begins at the end
     */
    record Cumulate(String name, Operation.ReduceOp op, int axis, boolean exclusive, boolean reverse)
            implements AxisOperation {}

    /**
     * Operation: the values along an axis in order; equals stay as they were. NaN is greater than all others.
     *
     * @param name       its name
     * @param axis       the axis
     * @param descending whether the largest comes first
     * @param positions  whether the result is where the values were, as integers, in place of the values
     */
    record Sort(String name, int axis, boolean descending, boolean positions) implements AxisOperation {}

    /**
     * Operation: a triangle of the matrices of the last two axes; all else becomes 0.
     *
     * @param name     its name
     * @param diagonal the last diagonal that stays: 0 for the main one, above it positive
     * @param upper    whether what lies above stays, or what lies below
     */
    record Triangle(String name, int diagonal, boolean upper) implements AxisOperation {}

    /**
     * Operation: the positions along an axis of an array, 0 and up, as integers of shape (1, size).
     *
     * @param name its name
     * @param axis the axis
     */
    record Positions(String name, int axis) implements AxisOperation {}
}
