package lanewise.plan.op;

/** An operation whose result has the sizes of what it reads. */
public interface SameShapeOp extends PlanOp {
    /** What it reads. */
    int x();

    /** The result. */
    int out();

    @Override
    default void shape(int[][] dims) {
        Dims.copy(dims[x()], dims[out()]);
    }

    @Override
    default PlanOp stream(Streaming s) {
        return s.each(this, out(), x());
    }
}
