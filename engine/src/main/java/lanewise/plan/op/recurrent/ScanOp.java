package lanewise.plan.op.recurrent;

import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;

/**
 * Runs operations for each step in time of sequences [batch, steps, ...]. The first values of each list are states,
 * [batch, ...].
 *
 * @param layer   its path, for messages
 * @param states  how many states there are
 * @param inputs  first states, sequences
 * @param given   what the operations read: states, one step of each sequence
 * @param made    what they write: new states, outputs of the step
 * @param outputs last states, outputs of all steps
 * @param body    the operations
 */
public record ScanOp(String layer, int states, int[] inputs, int[] given, int[] made, int[] outputs, PlanOp[] body)
        implements PlanOp {
    /** Sizes without the axis of steps. */
    public static int[] without(int[] dims) {
        int[] rest = new int[dims.length - 1];
        leaveOut(dims, rest);
        return rest;
    }

    private static void leaveOut(int[] dims, int[] rest) {
        rest[0] = dims[0];
        System.arraycopy(dims, 2, rest, 1, rest.length - 1);
    }

    @Override
    public void shape(int[][] dims) {
        sizes(dims, -1);
    }

    @Override
    public void shapeLargest(int[][] dims, int maxSteps) {
        sizes(dims, maxSteps);
    }

    private void sizes(int[][] dims, int maxSteps) {
        for (int i = 0; i < inputs.length; i++) {
            if (i < states) {
                Dims.copy(dims[inputs[i]], dims[given[i]]);
            } else {
                leaveOut(dims[inputs[i]], dims[given[i]]);
            }
        }
        for (PlanOp op : body) {
            if (maxSteps < 0) {
                op.shape(dims);
            } else {
                op.shapeLargest(dims, maxSteps);
            }
        }
        for (int i = 0; i < outputs.length; i++) {
            int[] one = dims[made[i]];
            int[] all = dims[outputs[i]];
            if (i < states) {
                Dims.copy(dims[inputs[i]], all);
            } else {
                all[0] = one[0];
                all[1] = dims[inputs[states]][1];
                System.arraycopy(one, 1, all, 2, one.length - 1);
            }
        }
    }

    @Override
    public PlanOp stream(Streaming s) {
        s.whole(this, "runs a graph over all steps of the sequence", outputs[0], inputs);
        for (int i = 1; i < outputs.length; i++) {
            s.also(outputs[i], inputs[0]);
        }
        return this;
    }

    @Override
    public void run(Frame f, Kernels k) {
        int batch = f.dims(inputs[states])[0];
        int steps = f.dims(inputs[states])[1];
        for (int i = states + 1; i < inputs.length; i++) {
            Dims.same(layer, 1, steps, f.dims(inputs[i])[1]);
        }
        for (int i = 0; i < states; i++) {
            Memory.copy(f.data(inputs[i]), 0, f.data(given[i]), 0, Dims.count(f.dims(given[i])));
        }
        for (int t = 0; t < steps; t++) {
            for (int i = states; i < inputs.length; i++) {
                int size = Dims.count(f.dims(given[i]), 1, f.dims(given[i]).length);
                for (int b = 0; b < batch; b++) {
                    Memory.copy(f.data(inputs[i]), ((long) b * steps + t) * size, f.data(given[i]), (long) b * size,
                            size);
                }
            }
            for (PlanOp op : body) {
                op.run(f, k);
            }
            for (int i = 0; i < outputs.length; i++) {
                int size = Dims.count(f.dims(made[i]), 1, f.dims(made[i]).length);
                if (i < states) {
                    if (Dims.count(f.dims(made[i])) != Dims.count(f.dims(given[i]))) {
                        throw new InvalidInputException("layer '" + layer + "': its state " + i + " changes its size");
                    }
                    Memory.copy(f.data(made[i]), 0, f.data(outputs[i]), 0, (long) batch * size);
                    continue;
                }
                for (int b = 0; b < batch; b++) {
                    Memory.copy(f.data(made[i]), (long) b * size, f.data(outputs[i]), ((long) b * steps + t) * size,
                            size);
                }
            }
            // only now: a new state may be what another one was
            for (int i = 0; i < states; i++) {
                Memory.copy(f.data(outputs[i]), 0, f.data(given[i]), 0, Dims.count(f.dims(given[i])));
            }
        }
    }
}
