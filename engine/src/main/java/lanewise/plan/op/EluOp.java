package lanewise.plan.op;

import lanewise.kernel.Kernels;

/**
 * The layer ELU with its factor.
 *
 * @param x     an array
 * @param out   the result
 * @param alpha the factor
 */
public record EluOp(int x, int out, float alpha) implements SameShapeOp {
    @Override
    public void run(Frame f, Kernels k) {
        k.elu(f.data(x), f.data(out), Dims.count(f.dims(x)), alpha);
    }
}
