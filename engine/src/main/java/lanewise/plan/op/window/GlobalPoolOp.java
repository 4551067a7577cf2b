package lanewise.plan.op.window;

import lanewise.error.InvalidInputException;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.kernel.Panels;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.Streaming;
import lanewise.spec.WindowLayer.PoolOp;

/**
 * One value per feature over all steps, or over those that a mask keeps. In a stream it is the value over those that
 * were seen.
 *
 * @param layer its path, for messages
 * @param x     [batch, steps, features]
 * @param mask  [batch, steps] truth values, or -1
 * @param out   [batch, features]
 * @param op    which value
 * @param sum   of what was seen before, [batch, padded features], since kernels write whole panels; the result itself
 *              where a call is a whole sequence
 * @param seen  how many steps that was, [batch, 1], or -1 where a call is a whole sequence
 */
public record GlobalPoolOp(String layer, int x, int mask, int out, PoolOp op, int sum, int seen) implements PlanOp {
    public GlobalPoolOp(String layer, int x, int mask, int out, PoolOp op) {
        this(layer, x, mask, out, op, out, -1);
    }

    @Override
    public void shape(int[][] dims) {
        dims[out][0] = dims[x][0];
        dims[out][1] = dims[x][2];
        if (seen >= 0) {
            dims[sum][0] = dims[x][0];
            dims[sum][1] = dims[x][2] < 0 ? -1 : Panels.padded(dims[x][2]);
            dims[seen][0] = dims[x][0];
            dims[seen][1] = 1;
        }
    }

    @Override
    public PlanOp stream(Streaming s) {
        int[] read = mask < 0 ? new int[] {x} : new int[] {x, mask};
        if (s.axis(x) < 1) {
            return s.each(this, out, read);
        } else if (s.axis(x) > 1) {
            throw new Problem("pools over something else than the steps");
        }
        int features = s.size(x, 2);
        GlobalPoolOp step = new GlobalPoolOp(layer, x, mask, out, op, s.scratch(x, Panels.padded(features)),
                s.scratch(x, 1));
        s.keep(step.sum, features);
        s.keep(step.seen, 1);
        return s.soFar(step, out, read);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int steps = f.dims(x)[1];
        int features = f.dims(x)[2];
        if (steps == 0) {
            throw new InvalidInputException("layer '" + layer + "': there are no steps to pool over");
        }
        if (mask >= 0) {
            Dims.same(layer, "steps", steps, f.dims(mask)[1]);
        }
        for (int b = 0; b < f.dims(x)[0]; b++) {
            long target = (long) b * features;
            long total = (long) b * f.dims(sum)[1];
            int count = add(f, k, b, total, steps, features);
            if (sum != out) {
                Memory.copy(f.data(sum), total, f.data(out), target, features);
            }
            if (op == PoolOp.AVERAGE) {
                // Keras divides by the number of steps kept, so a row without any becomes 0 / 0
                k.binary(BinaryOp.DIVIDE, f.data(out), target, count, false, f.data(out), target, features);
            }
        }
    }

    /** Adds the steps of a row to its sum; returns how many there are now. */
    private int add(Frame f, Kernels k, int b, long target, int steps, int features) {
        int count = seen < 0 ? 0 : Memory.getInt(f.data(seen), b);
        for (int t = 0; t < steps; t++) {
            long row = (long) b * steps + t;
            if (mask >= 0 && Memory.getInt(f.data(mask), row) == 0) {
                continue;
            }
            if (count++ == 0) {
                Memory.copy(f.data(x), row * features, f.data(sum), target, features);
            } else {
                k.binary(op == PoolOp.MAX ? BinaryOp.MAXIMUM : BinaryOp.ADD, f.data(sum), target, f.data(x),
                        row * features,
                        f.data(sum), target, features);
            }
        }
        if (count == 0) {
            Memory.clear(f.data(sum), target, features);
        }
        if (seen >= 0) {
            Memory.setInt(f.data(seen), b, count);
        }
        return count;
    }
}
