package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.spec.DType;
import lanewise.spec.MapOp;

/**
 * A function of single values that has no vector form.
 *
 * @param op   the function
 * @param x    an array
 * @param type what its values are
 * @param out  the result, as {@link MapOp#result} says
 */
public record UnaryOp(MapOp op, int x, DType type, int out) implements SameShapeOp {
    @Override
    public void run(Frame f, Kernels k) {
        k.map(op, f.data(x), type, f.data(out), Dims.count(f.dims(x)));
    }
}
