package lanewise.plan.op;

import java.util.function.IntFunction;

/**
 * What an operation says while it is planned for a stream, see {@link PlanOp#stream}: how what it writes follows from
 * what it reads, and what it keeps. Every method throws {@link Problem} where a stream can't do that.
 */
public interface Streaming {
    /** The value is the same at every step. */
    int FIXED = -1;
    /** The value is what all steps up to now give: a last state, a mean. */
    int SO_FAR = -2;

    /**
     * The axis of steps of a value.
     *
     * @param value its number
     * @return the axis: 0 if steps are rows, {@link #FIXED} or {@link #SO_FAR} if there is none
     */
    int axis(int value);

    /**
     * The number of axes of a value.
     *
     * @param value its number
     * @return the rank
     */
    int rank(int value);

    /**
     * The size of axes from one on, which do not depend on the number of steps.
     *
     * @param value its number
     * @param from  the first of the axes
     * @return the product of their sizes
     */
    int size(int value, int from);

    /**
     * How many places windows have in what does not depend on the number of steps.
     *
     * @param grid  the windows
     * @param value number of the value that they lie in
     * @return how many
     */
    int positions(WindowGrid grid, int value);

    /**
     * An operation that makes each element, or each row behind the axis of steps, of those in the same place.
     *
     * @param op  the operation
     * @param out what it writes
     * @param xs  what it reads
     * @return the operation
     */
    PlanOp each(PlanOp op, int out, int... xs);

    /**
     * As {@link #each} with more than one result.
     *
     * @param out another value that it writes
     * @param x   a value that it reads
     */
    void also(int out, int x);

    /**
     * An operation that works on rows of what lies from an axis on.
     *
     * @param op   the operation
     * @param from the first axis of a row
     * @param out  what it writes
     * @param xs   what it reads
     * @return the operation
     */
    PlanOp rows(PlanOp op, int from, int out, int... xs);

    /**
     * An operation that does more than element by element along one axis.
     *
     * @param op   the operation
     * @param axis the axis
     * @param why  the problem if that is the axis of steps
     * @param out  what it writes
     * @param xs   what it reads
     * @return the operation
     */
    PlanOp except(PlanOp op, int axis, String why, int out, int... xs);

    /**
     * An operation that needs all steps of the sequence if it is given one.
     *
     * @param op  the operation
     * @param why the problem if it is
     * @param out what it writes
     * @param xs  what it reads
     * @return the operation
     */
    PlanOp whole(PlanOp op, String why, int out, int... xs);

    /**
     * An operation whose result has the first axes of another value, whatever that holds.
     *
     * @param op   the operation
     * @param out  what it writes
     * @param like the other value
     * @return the operation
     */
    PlanOp like(PlanOp op, int out, int like);

    /**
     * An operation that brings the first axes, or the last ones, to one value.
     *
     * @param op    the operation
     * @param count how many axes
     * @param last  whether the last ones
     * @param out   what it writes
     * @param x     what it reads
     * @return the operation
     */
    PlanOp reduce(PlanOp op, int count, boolean last, int out, int x);

    /**
     * An operation that reorders axes.
     *
     * @param op    the operation
     * @param order for each axis of the result the one that it was
     * @param out   what it writes
     * @param x     what it reads
     * @return the operation
     */
    PlanOp permute(PlanOp op, int[] order, int out, int x);

    /**
     * An operation that gives the same numbers other axes.
     *
     * @param op  the operation
     * @param out what it writes
     * @param x   what it reads
     * @return the operation
     */
    PlanOp view(PlanOp op, int out, int x);

    /**
     * A loop over the steps of a sequence.
     *
     * @param x          the sequence
     * @param mask       of its steps, or -1
     * @param initial    states that it starts from, or empty
     * @param backwards  whether it starts at the last step
     * @param everyStep  whether it puts out every step
     * @param out        its outputs
     * @param lastStates its states at the end
     * @return whether it goes over the steps of the stream, rather than over a sequence that is there as a whole at
     *         every step
     */
    boolean loop(int x, int mask, int[] initial, boolean backwards, boolean everyStep, int out, int[] lastStates);

    /**
     * An operation whose result is known after every step: what all up to now give.
     *
     * @param op  the operation
     * @param out what it writes
     * @param xs  what it reads
     * @return the operation
     */
    PlanOp soFar(PlanOp op, int out, int... xs);

    /**
     * An operation that looks at windows of the sequence: in a stream it looks at those that end in the piece.
     *
     * @param op   for values that are not a sequence
     * @param grid where windows lie
     * @param out  what it writes
     * @param x    what it reads
     * @param over makes the same operation for windows that lie within the value of a number
     * @return the operation for the stream
     */
    PlanOp windows(PlanOp op, WindowGrid grid, int out, int x, IntFunction<PlanOp> over);

    /**
     * The piece without so many first steps of the sequence, or with so many more of zeros in front of it.
     *
     * @param out  what is written
     * @param x    what is read
     * @param more how many steps of zeros, negative for steps that are left out
     * @return the operation for the stream
     */
    PlanOp shift(int out, int x, int more);

    /**
     * Makes room for floats or integers, some a row, that the operation works in.
     *
     * @param rows  a value with as many rows
     * @param width how many a row
     * @return the number of the value
     */
    int scratch(int rows, int width);

    /**
     * Makes a value part of the state, with all rows that it has for one row of the call.
     *
     * @param value four-byte numbers, [rows, width or more]
     * @param width how many of a row count
     */
    void keep(int value, int width);
}
