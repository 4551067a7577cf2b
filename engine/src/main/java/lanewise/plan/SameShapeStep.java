package lanewise.plan;

/** A step whose result has the sizes of what it reads. */
interface SameShapeStep extends Step {
    /** What it reads. */
    int x();

    /** The result. */
    int out();

    @Override
    default void shape(int[][] dims) {
        Dims.copy(dims[x()], dims[out()]);
    }

    @Override
    default Step stream(Streaming s) {
        return s.each(this, out(), x());
    }
}
