package lanewise.plan.op;

import java.util.Locale;
import lanewise.kernel.Kernels;
import lanewise.kernel.Rehearsal;

/**
 * One piece of work of a prediction: an immutable part of the model. What it reads and writes are numbers of values in
 * a {@link Frame}.
 */
public interface PlanOp {
    /**
     * Finds the sizes of what it writes from the sizes of what it reads. Called when a model is planned (unknown sizes
     * stay unknown), when a predictor is made (with the largest sizes) and when the sizes of a call differ from the
     * last call's. Allocates nothing and does not judge: what can't be is refused by the planner or by {@link #run}.
     *
     * @param dims sizes by value
     */
    void shape(int[][] dims);

    /**
     * Whether the sizes of what it writes depend on more than the sizes of what it reads; {@link #run} then sets them
     * itself.
     *
     * @return true if {@link #shape} gives only the largest
     */
    default boolean hasDynamicShape() {
        return false;
    }

    /**
     * Whether {@link #run} may refuse the values that it reads, beyond their sizes.
     *
     * @return true if it throws for some values, or runs code of the user's
     */
    default boolean refusesValues() {
        return false;
    }

    /**
     * As {@link #shape} with the largest sizes, for operations whose results' sizes depend on values.
     *
     * @param dims     sizes by value
     * @param maxSteps the largest size that is not known from others
     */
    default void shapeLargest(int[][] dims, int maxSteps) {
        shape(dims);
    }

    /**
     * Says what the operation does with a stream, whose steps in time come piece by piece.
     *
     * @param s knows which axes are time, and takes what this operation reads, writes and keeps
     * @return this operation, or one that stands for it
     * @throws Problem if it needs later steps
     */
    PlanOp stream(Streaming s);

    /**
     * In a stream of one row, does what does not need the next input.
     *
     * @param f memory of one stepper
     * @param k the twin to compute with
     */
    default void prepare(Frame f, Kernels k) {}

    /**
     * Names the kernels with matrices that the last call used, so that they can be compiled before the model needs
     * them. Other kernels take little time beside them, and are compiled by {@link #run}.
     *
     * @param f memory of one predictor, after a call
     * @param r takes the kernels
     */
    default void rehearse(Frame f, Rehearsal r) {}

    /**
     * What it does, for listings.
     *
     * @return a few words
     */
    default String words() {
        String name = getClass().getSimpleName();
        return name.substring(0, name.length() - "Op".length()).replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }

    /**
     * Does the work.
     *
     * @param f memory of one predictor
     * @param k the twin to compute with
     */
    void run(Frame f, Kernels k);
}
