package lanewise.plan.stream;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;

/**
 * In a stream, puts the steps that earlier pieces left for windows to come in front of a piece, and keeps what this one
 * leaves. The result is empty as long as no window is full, else it holds whole windows and what is left behind them.
 *
 * @param x      [batch, steps, ...]
 * @param joined [batch, more steps, ...]
 * @param tail   [batch, room * ...]: the steps that are kept
 * @param count  [batch, 1]: how many these are, less {@code first}; negative for steps to skip; -1 if it is always the
 *               same
 * @param first  how many there are in a new stream, all zeros; negative for steps to skip
 * @param reach  steps of a window
 * @param stride from window to window
 * @param room   most steps that are kept
 */
record JoinOp(int x, int joined, int tail, int count, int first, int reach, int stride, int room) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        Dims.copy(dims[x], dims[joined]);
        dims[joined][1] = Dims.plus(dims[x][1], room);
        dims[tail][0] = dims[x][0];
        dims[tail][1] = room * Dims.count(dims[x], 2, dims[x].length);
        if (count >= 0) {
            dims[count][0] = dims[x][0];
            dims[count][1] = 1;
        }
    }

    @Override
    public boolean hasDynamicShape() {
        return true;
    }

    @Override
    public PlanOp stream(Streaming s) {
        throw new IllegalStateException("is part of a stream already");
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] d = f.dims(x);
        int features = Dims.count(d, 2, d.length);
        // rows are in the same phase, see StreamPlan.isPhased
        int before = first + (count < 0 ? 0 : Memory.getInt(f.data(count), 0));
        int kept = Math.max(before, 0);
        int skipped = Math.min(Math.max(-before, 0), d[1]);
        int steps = kept + d[1] - skipped;
        int windows = steps < reach ? 0 : (steps - reach) / stride + 1;
        // what the next window begins with; behind the end where a stride skips steps
        int next = windows * stride;
        f.dims(joined)[1] = windows == 0 ? 0 : steps;
        for (int b = 0; b < d[0]; b++) {
            long start = (long) b * steps * features;
            long keep = (long) b * room * features;
            Memory.copy(f.data(tail), keep, f.data(joined), start, (long) kept * features);
            Memory.copy(f.data(x), ((long) b * d[1] + skipped) * features, f.data(joined),
                    start + (long) kept * features,
                    (long) (d[1] - skipped) * features);
            if (next < steps) {
                Memory.copy(f.data(joined), start + (long) next * features, f.data(tail), keep,
                        (long) (steps - next) * features);
            }
            if (count >= 0) {
                int left = before < 0 && steps == 0 ? before + skipped : steps - next;
                Memory.setInt(f.data(count), b, left - first);
            }
        }
    }
}
