package lanewise.plan.op.shape;

import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;

/**
 * Gives the same memory other sizes.
 *
 * @param layer path of the layer, for messages
 * @param x     an array
 * @param out   the same numbers
 * @param rule  finds the new sizes
 */
public record ViewOp(String layer, int x, int out, Rule rule) implements PlanOp {
    /** Finds the sizes of a view. */
    @FunctionalInterface
    public interface Rule {
        /** Sets the sizes {@code out} from the sizes {@code x}; {@code dims} holds those of all values. */
        void apply(int[] x, int[] out, int[][] dims);
    }

    @Override
    public void shape(int[][] dims) {
        rule.apply(dims[x], dims[out], dims);
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.view(this, out, x);
    }

    @Override
    public String words() {
        return "the same numbers in another shape";
    }

    @Override
    public void run(Frame f, Kernels k) {
        if (Dims.count(f.dims(x)) != Dims.count(f.dims(out))) {
            throw new InvalidInputException("layer '" + layer + "': an array of shape " + Dims.text(f.dims(x))
                    + " can't take the shape " + Dims.text(f.dims(out)));
        }
    }
}
