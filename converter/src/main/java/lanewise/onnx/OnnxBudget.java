package lanewise.onnx;

import lanewise.options.Budget;
import lanewise.options.Limit;

/**
 * What the translation of a graph takes from the budget of the opening: a few bytes of a file can ask for any number of
 * values, calls and products.
 */
final class OnnxBudget {
    private final Budget budget = Budget.current();
    /** Known values that do not count. */
    private long free;

    /**
     * Starts a translation.
     *
     * @param known how many numbers the file holds
     */
    OnnxBudget(long known) {
        free = 4 * known;
    }

    /** Counts known values that are about to be made. */
    void values(long count) {
        budget.take(Limit.CONSTANTS, count < 0 ? Long.MAX_VALUE : count, free,
                "computing beforehand what follows from known values");
        free = Math.max(0, free - count);
    }

    /** Counts multiplications of known values. */
    void work(double products) {
        budget.take(Limit.PRODUCTS, (long) products,
                "computing beforehand what follows from known values");
    }

    /** Counts a computation of known values: that a plan is made for it takes as long as several calls. */
    void fold() {
        calls(10);
    }

    /** Counts a call of an operator. */
    void node() {
        calls(1);
    }

    private void calls(int count) {
        budget.take(Limit.CALLS, count,
                "the model, with the operators of loops counted each time,");
    }
}
