package lanewise.plan.op.recurrent;

import lanewise.error.InvalidInputException;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.kernel.Panels;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;
import lanewise.plan.op.WindowGrid;
import lanewise.spec.Activation;

/**
 * The time loop of a convolutional LSTM (keras/layers/rnn/conv_lstm.py): gates are convolutions of the input, which
 * come ready for all steps, and of the output before. Gate order is Keras's, i f c o; a gate lies in one piece, padded
 * to whole panels.
 */
public final class ConvLstmOp implements PlanOp {
    private final String layer;
    private final Panels recurrent;
    private final WindowGrid grid;
    private final Wiring io;
    private final Options options;

    /**
     * Numbers of the values that it reads and writes.
     *
     * @param x          [batch, steps, ...]: for its sizes
     * @param space      [batch * steps, space, 4 * filters]: for its sizes
     * @param a          [batch * steps, 4, positions, filters]: input parts of the gates
     * @param mask       [batch, steps] truth values, or -1
     * @param initial    h and c, [batch, space, filters], or empty
     * @param out        [batch, steps, space, filters] or [batch, space, filters]
     * @param lastStates h and c, [batch, space, filters], or empty
     * @param states     scratch for h and c
     * @param gathered   scratch for windows
     * @param product    scratch for gates as the product gives them
     * @param gates      scratch for gates one after the other
     * @param seen       [batch, 1]: how many steps were run in earlier calls of a stream, or -1 where a call is a whole
     *                   sequence
     */
    public record Wiring(int x, int space, int a, int mask, int[] initial, int out, int[] lastStates, int[] states,
            int gathered, int product,
            int gates, int seen) {}

    /**
     * How it runs.
     *
     * @param activation          of candidate and output
     * @param recurrentActivation of the gates
     * @param returnSequences     whether it puts out every step
     * @param goBackwards         whether it starts at the last step
     * @param flipOutput          whether outputs are put in the reverse order of processing
     * @param stateful            whether states are those that the last call left
     * @param zeroOutputForMask   whether masked steps put out zeros, rather than the output before
     */
    public record Options(Activation activation, Activation recurrentActivation, boolean returnSequences,
            boolean goBackwards, boolean flipOutput, boolean stateful, boolean zeroOutputForMask) {}

    public ConvLstmOp(String layer, Panels recurrent, WindowGrid grid, Wiring io, Options options) {
        this.layer = layer;
        this.recurrent = recurrent;
        this.grid = grid;
        this.io = io;
        this.options = options;
    }

    private int filters() {
        return recurrent.units() / 4;
    }

    private int positions(int[][] dims) {
        return grid.positions(dims[io.space]);
    }

    @Override
    public void shape(int[][] dims) {
        int batch = dims[io.x][0];
        int[] out = dims[io.out];
        out[0] = batch;
        if (options.returnSequences) {
            out[1] = dims[io.x][1];
        }
        place(dims, out);
        for (int state : io.lastStates) {
            dims[state][0] = batch;
            place(dims, dims[state]);
        }
        int positions = positions(dims);
        int padded = positions < 0 ? -1 : Panels.padded(positions * filters());
        for (int state : io.states) {
            dims[state][0] = batch;
            dims[state][1] = padded;
        }
        if (io.seen >= 0) {
            dims[io.seen][0] = batch;
            dims[io.seen][1] = 1;
        }
        dims[io.gathered][0] = positions;
        dims[io.gathered][1] = recurrent.inputs();
        dims[io.product][0] = positions;
        dims[io.product][1] = recurrent.units();
        // one gate more, for what is in between
        dims[io.gates][0] = 5;
        dims[io.gates][1] = padded;
    }

    /** Sets the last axes: space and filters. */
    private void place(int[][] dims, int[] to) {
        for (int i = 0; i < grid.rank(); i++) {
            to[to.length - 1 - grid.rank() + i] = dims[io.space][i + 1];
        }
        to[to.length - 1] = filters();
    }

    @Override
    public PlanOp stream(Streaming s) {
        if (!s.loop(io.x, io.mask, io.initial, options.goBackwards || options.flipOutput, options.returnSequences,
                io.out, io.lastStates)) {
            return this;
        }
        int size = Math.multiplyExact(s.positions(grid, io.space), filters());
        for (int state : io.states) {
            s.keep(state, size);
        }
        int seen = s.scratch(io.x, 1);
        s.keep(seen, 1);
        return new ConvLstmOp(layer, recurrent, grid,
                new Wiring(io.x, io.space, io.a, io.mask, io.initial, io.out, io.lastStates, io.states,
                        io.gathered, io.product, io.gates, seen),
                options);
    }

    @Override
    public void run(Frame f, Kernels k) {
        int batch = f.dims(io.x)[0];
        int steps = f.dims(io.x)[1];
        int size = positions(f.dims()) * filters();
        if (steps == 0 || size == 0) {
            throw new InvalidInputException(
                    "layer '" + layer + "': a sequence has no steps, or pictures too small for its windows");
        }
        if (io.mask >= 0) {
            Dims.same(layer, "steps", steps, f.dims(io.mask)[1]);
        }
        for (int initial : io.initial) {
            Dims.same(layer, "rows", batch, f.dims(initial)[0]);
            for (int axis = 1; axis <= grid.rank(); axis++) {
                Dims.same(layer, "positions", f.dims(io.space)[axis], f.dims(initial)[axis]);
            }
        }
        int padded = Panels.padded(size);
        for (int b = 0; b < batch; b++) {
            int seen = io.seen < 0 ? 0 : Memory.getInt(f.data(io.seen), b);
            if (seen == 0) {
                start(f, b, size, padded);
            }
            for (int i = 0; i < steps; i++) {
                int t = options.goBackwards ? steps - 1 - i : i;
                boolean kept = io.mask < 0 || Memory.getInt(f.data(io.mask), (long) b * steps + t) != 0;
                if (kept) {
                    seen++;
                    advance(f, k, (long) b * padded, ((long) b * steps + t) * 4 * size, size, padded);
                }
                if (options.returnSequences || i == steps - 1) {
                    int place = options.flipOutput ? steps - 1 - i : i;
                    long target = options.returnSequences ? ((long) b * steps + place) * size : (long) b * size;
                    if (options.zeroOutputForMask ? !kept : seen == 0) {
                        Memory.clear(f.data(io.out), target, size);
                    } else {
                        Memory.copy(f.data(io.states[0]), (long) b * padded, f.data(io.out), target, size);
                    }
                }
            }
            if (io.seen >= 0) {
                Memory.setInt(f.data(io.seen), b, seen);
            }
            for (int s = 0; s < io.lastStates.length; s++) {
                Memory.copy(f.data(io.states[s]), (long) b * padded, f.data(io.lastStates[s]), (long) b * size, size);
            }
        }
    }

    private void start(Frame f, int b, int size, int padded) {
        for (int s = 0; s < io.states.length; s++) {
            if (!options.stateful || io.initial.length > 0) {
                Memory.clear(f.data(io.states[s]), (long) b * padded, padded);
            }
            if (io.initial.length > 0) {
                Memory.copy(f.data(io.initial[s]), (long) b * size, f.data(io.states[s]), (long) b * padded, size);
            }
        }
    }

    /** One step of one row whose states lie at an offset. */
    private void advance(Frame f, Kernels k, long state, long input, int size, int padded) {
        int filters = filters();
        int positions = size / filters;
        int[] space = f.dims(io.space);
        grid.gather(f.data(io.states[0]), state, space, space, filters, 1, f.data(io.gathered));
        k.matMul(recurrent, f.data(io.gathered), 0, recurrent.inputs(), positions, f.data(io.product), 0,
                recurrent.units());
        for (int g = 0; g < 4; g++) {
            long gate = (long) g * padded;
            for (int o = 0; o < positions; o++) {
                Memory.copy(f.data(io.product), ((long) o * 4 + g) * filters, f.data(io.gates),
                        gate + (long) o * filters, filters);
            }
            k.binary(BinaryOp.ADD, f.data(io.a), input + (long) g * size, f.data(io.gates), gate, f.data(io.gates),
                    gate, size);
            k.activate(g == 2 ? options.activation : options.recurrentActivation, f.data(io.gates), gate,
                    f.data(io.gates), gate, size);
        }
        long between = 4L * padded;
        long candidate = 2L * padded;
        long output = 3L * padded;
        k.binary(BinaryOp.MULTIPLY, f.data(io.gates), 0, f.data(io.gates), candidate, f.data(io.gates), between, size);
        k.multiplyAdd(f.data(io.gates), padded, f.data(io.states[1]), state, f.data(io.gates), between,
                f.data(io.states[1]), state, size);
        k.activate(options.activation, f.data(io.states[1]), state, f.data(io.gates), between, size);
        k.binary(BinaryOp.MULTIPLY, f.data(io.gates), output, f.data(io.gates), between, f.data(io.states[0]), state,
                size);
    }
}
