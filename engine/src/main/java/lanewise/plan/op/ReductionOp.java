package lanewise.plan.op;

import lanewise.error.InvalidInputException;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.spec.DType;
import lanewise.spec.Operation.ReduceOp;

/**
 * One value of all along the first axes, or of truth values along the last. Sums add in the order of the axis, each by
 * itself, so that neighbours change no bit.
 *
 * @param layer its path, for messages
 * @param op    which value
 * @param x     [reduced..., kept...], or the other way round
 * @param type  what its values are
 * @param out   [kept...]
 * @param count how many axes are reduced
 * @param last  whether these are the last ones; for truth values only
 */
public record ReductionOp(String layer, ReduceOp op, int x, DType type, int out, int count, boolean last)
        implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        System.arraycopy(dims[x], last ? 0 : count, dims[out], 0, dims[out].length);
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.reduce(this, count, last, out, x);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int width = Dims.count(f.dims(out));
        int kept = Dims.count(f.dims(x), last ? 0 : count, last ? f.dims(out).length : f.dims(x).length);
        int n = kept == 0 ? 0 : Dims.count(f.dims(x)) / kept;
        if (n == 0) {
            throw new InvalidInputException("layer '" + layer + "': there is nothing to reduce");
        }
        if (op == ReduceOp.ARGMAX || op == ReduceOp.ARGMIN) {
            position(f, n, width);
            return;
        } else if (op == ReduceOp.ANY || op == ReduceOp.ALL) {
            truth(f, n, width);
            return;
        }
        BinaryOp join = switch (op) {
            case MAX -> BinaryOp.MAXIMUM;
            case MIN -> BinaryOp.MINIMUM;
            case PROD -> BinaryOp.MULTIPLY;
            default -> BinaryOp.ADD;
        };
        Memory.copy(f.data(x), 0, f.data(out), 0, width);
        for (int i = 1; i < n; i++) {
            k.binary(join, f.data(out), 0, f.data(x), (long) i * width, f.data(out), 0, width);
        }
        if (op == ReduceOp.MEAN) {
            k.binary(BinaryOp.DIVIDE, f.data(out), 0, n, false, f.data(out), 0, width);
        }
    }

    private void truth(Frame f, int n, int width) {
        for (int j = 0; j < width; j++) {
            boolean all = true;
            boolean any = false;
            for (int i = 0; i < n; i++) {
                long at = last ? (long) j * n + i : (long) i * width + j;
                boolean is = type == DType.FLOAT32 ? Memory.get(f.data(x), at) != 0 : Memory.getInt(f.data(x), at) != 0;
                all &= is;
                any |= is;
            }
            Memory.setInt(f.data(out), j, (op == ReduceOp.ANY ? any : all) ? 1 : 0);
        }
    }

    private void position(Frame f, int n, int width) {
        for (int j = 0; j < width; j++) {
            int best = 0;
            for (int i = 1; i < n; i++) {
                float a = Memory.get(f.data(x), (long) i * width + j);
                float b = Memory.get(f.data(x), (long) best * width + j);
                if (op == ReduceOp.ARGMAX ? a > b : a < b) {
                    best = i;
                }
            }
            Memory.setInt(f.data(out), j, best);
        }
    }
}
