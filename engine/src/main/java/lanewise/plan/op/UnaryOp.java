package lanewise.plan.op;

import lanewise.kernel.Kernels;
import lanewise.spec.DType;
import lanewise.spec.MapOp;

/**
 * A function of single values that has no vector form.
 *
 * @param layer its path, for messages
 * @param op    the function
 * @param x     an array
 * @param type  what its values are; INT64 for integers that have 64 bits in the model
 * @param out   the result, as {@link MapOp#result} says
 */
public record UnaryOp(String layer, MapOp op, int x, DType type, int out) implements SameShapeOp {
    @Override
    public boolean refusesValues() {
        return type == DType.INT64;
    }

    @Override
    public void run(Frame f, Kernels k) {
        try {
            k.map(op, f.data(x), type, f.data(out), Dims.count(f.dims(x)));
        } catch (ArithmeticException e) {
            throw CompareOp.refusal(layer, e);
        }
    }
}
