package lanewise.plan.op.recurrent;

import java.lang.foreign.MemorySegment;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.kernel.Panels;
import lanewise.kernel.Rehearsal;
import lanewise.kernel.StepRun;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;

/**
 * The time loop of a recurrent layer with one cell. Stacked cells are several of these, one after the other.
 *
 * <p>The input part of many steps is one matrix product before they run, in chunks, so that scratch does not grow with
 * the length of the sequence. Rows of a batch go ahead together; rows whose step is masked keep their states and cost
 * nothing.
 */
public final class RnnOp implements PlanOp {
    /** Input parts of a chunk take at most this many floats: half of a second-level cache of 1 MB. */
    private static final int CHUNK_FLOATS = 1 << 17;

    private final String layer;
    private final RnnCell cell;
    private final Wiring io;
    private final RnnOptions options;
    /** Where input parts are looked up, or null. */
    private final FoldedEmbedding folded;
    /** Where texts start that are padded in front, or null. */
    private final PaddingPrefix prefix;
    /** Whether every step of every row has to be run. */
    private final boolean allRun;

    /**
     * Numbers of the values that it reads and writes.
     *
     * @param x          [batch, steps, features]
     * @param mask       [batch, steps] truth values, or -1
     * @param initial    [batch, units] per state, or empty
     * @param out        [batch, steps, units] or [batch, units]
     * @param lastStates [batch, units] per state, or empty
     * @param states     the cell's states, [batch, padded] each
     * @param inputPart  scratch
     * @param gates      scratch
     * @param seen       [batch, 1]: whether some step was run, or -1 if all are
     */
    public record Wiring(int x, int mask, int[] initial, int out, int[] lastStates, int[] states, int inputPart,
            int gates,
            int seen) {}

    public RnnOp(String layer, RnnCell cell, Wiring io, RnnOptions options, FoldedEmbedding folded,
            PaddingPrefix prefix) {
        this.folded = folded;
        this.prefix = prefix;
        this.layer = layer;
        this.cell = cell;
        this.io = io;
        this.options = options;
        allRun = io.mask < 0 && prefix == null;
    }

    @Override
    public void shape(int[][] dims) {
        int batch = dims[io.x][0];
        int steps = dims[io.x][1];
        int padded = Panels.padded(cell.units());
        dims[io.out][0] = batch;
        if (options.returnSequences()) {
            dims[io.out][1] = steps;
        }
        dims[io.out][dims[io.out].length - 1] = cell.units();
        for (int state : io.lastStates) {
            dims[state][0] = batch;
            dims[state][1] = cell.units();
        }
        for (int state : io.states) {
            dims[state][0] = batch;
            dims[state][1] = padded;
        }
        dims[io.inputPart][0] = Dims.times(batch, chunk(batch, steps));
        dims[io.inputPart][1] = cell.gateFloats();
        dims[io.gates][0] = batch < 0 ? batch : Math.min(batch, StepRun.MAX_ROWS);
        if (io.seen >= 0) {
            dims[io.seen][0] = batch;
            dims[io.seen][1] = 1;
        }
        // one state more, for a reset gate that comes before its matrix product
        dims[io.gates][1] = cell.gateFloats() + padded;
        if (prefix != null) {
            dims[prefix.starts()][0] = batch;
            dims[prefix.starts()][1] = 1;
        }
    }

    /**
     * A call of fewer rows has longer chunks, so the largest call is not the one that needs most room for input parts.
     */
    @Override
    public void shapeLargest(int[][] dims, int maxSteps) {
        shape(dims);
        int batch = dims[io.x][0];
        long positions = (long) batch * dims[io.x][1];
        dims[io.inputPart][0] = (int) Math.min(positions, Math.max(batch, CHUNK_FLOATS / cell.gateFloats()));
    }

    /** How many steps' input parts are computed at a time. */
    private int chunk(int batch, int steps) {
        if (batch < 0 || steps < 0) {
            return -1;
        }
        int row = cell.gateFloats();
        if ((long) batch * steps * row <= CHUNK_FLOATS) {
            return steps;
        }
        int fitting = (int) Math.max(1, CHUNK_FLOATS / ((long) batch * row));
        // whole register blocks of the matrix product
        return Math.min(steps, fitting >= 12 ? fitting / 12 * 12 : fitting >= 6 ? 6 : Math.min(fitting, 4));
    }

    @Override
    public PlanOp stream(Streaming s) {
        if (!s.loop(io.x, io.mask, io.initial, options.goBackwards() || options.flipOutput(), options.returnSequences(),
                io.out, io.lastStates)) {
            return this;
        }
        int units = cell.units();
        for (int state : io.states) {
            s.keep(state, units);
        }
        int seen = io.mask < 0 && io.initial.length == 0 ? -1 : s.scratch(io.x, 1);
        if (seen >= 0) {
            s.keep(seen, 1);
        }
        Wiring wiring = new Wiring(io.x, io.mask, io.initial, io.out, io.lastStates, io.states, io.inputPart, io.gates,
                seen);
        RnnOptions stream = new RnnOptions(options.returnSequences(), false, false, true, false,
                options.zeroOutputForMask(),
                true);
        RnnOp loop = new RnnOp(layer, cell, wiring, stream, folded, null);
        return isPlain() ? new RnnStepOp(loop, cell, wiring) : loop;
    }

    /** The product of the first row's next step with its states. */
    @Override
    public void prepare(Frame f, Kernels k) {
        if (options.stream()) {
            startStates(f, k, 1);
            fill(f, 0, 1, 1);
            f.run().summed = false;
            cell.sums(k, f.run());
        }
    }

    @Override
    public void rehearse(Frame f, Rehearsal r) {
        r.product(cell.input(), folded != null ? FoldedEmbedding.ROWS : f.dims(io.inputPart)[0]);
        cell.rehearse(r);
        if (isPlain()) {
            cell.rehearseStep(r);
        }
    }

    /** Whether a step of a stream needs nothing but the cell's step. */
    private boolean isPlain() {
        return io.mask < 0 && io.initial.length == 0 && io.lastStates.length == 0 && folded == null;
    }

    @Override
    public String words() {
        return "steps of " + cell.units() + (cell.units() == 1 ? " unit" : " units");
    }

    @Override
    public void run(Frame f, Kernels k) {
        int batch = f.dims(io.x)[0];
        int steps = f.dims(io.x)[1];
        if (steps == 0) {
            throw new InvalidInputException("layer '" + layer + "': a sequence has no steps, expected at least one");
        }
        if (io.mask >= 0) {
            Dims.same(layer, "steps", steps, f.dims(io.mask)[1]);
        }
        startStates(f, k, batch);
        int chunk = chunk(batch, steps);
        for (int done = 0; done < steps; done += chunk) {
            int count = Math.min(chunk, steps - done);
            int first = options.goBackwards() ? steps - done - count : done;
            addInputs(f, k, batch, steps, first, count);
            for (int b = 0; b < batch; b += StepRun.MAX_ROWS) {
                int rows = Math.min(StepRun.MAX_ROWS, batch - b);
                if (allRun) {
                    runSteps(f, k, b, rows, steps, done, 0, count, count, first);
                } else {
                    advance(f, k, b, rows, steps, done, count, first);
                }
            }
        }
        finish(f, batch, steps);
    }

    private void startStates(Frame f, Kernels k, int batch) {
        if (io.seen >= 0 && !options.stream()) {
            Memory.clear(f.data(io.seen), 0, batch);
        }
        if (prefix != null) {
            prefix.start(f, k, batch, io.states);
            return;
        }
        int units = cell.units();
        int padded = Panels.padded(units);
        for (int s = 0; s < io.states.length; s++) {
            MemorySegment state = f.data(io.states[s]);
            if (io.initial.length > 0) {
                Dims.same(layer, "rows", batch, f.dims(io.initial[s])[0]);
                for (int b = 0; b < batch; b++) {
                    if (!isSeen(f, b)) {
                        Memory.clear(state, (long) b * padded, padded);
                        Memory.copy(f.data(io.initial[s]), (long) b * units, state, (long) b * padded, units);
                    }
                }
            } else if (!options.stateful()) {
                Memory.clear(state, 0, (long) batch * padded);
            }
        }
    }

    /**
     * Whether some step of a row was run: until then its output is zeros, and its states are those that it starts with.
     */
    private boolean isSeen(Frame f, int b) {
        return io.seen < 0 || Memory.getInt(f.data(io.seen), b) != 0;
    }

    /** The input parts of steps [first, first + count), for each row the runs of steps that are not masked. */
    private void addInputs(Frame f, Kernels k, int batch, int steps, int first, int count) {
        for (int b = 0; b < batch; b++) {
            int t = first;
            while (t < first + count) {
                int end = allRun ? first + count : t + 1;
                boolean runs = runs(f, b, steps, t);
                while (end < first + count && runs(f, b, steps, end) == runs) {
                    end++;
                }
                if (runs) {
                    addInputs(f, k, (long) b * steps + t, end - t, ((long) b * count + t - first) * cell.gateFloats());
                }
                t = end;
            }
        }
    }

    private void addInputs(Frame f, Kernels k, long position, int count, long target) {
        int gates = cell.gateFloats();
        if (folded != null && folded.serves(k)) {
            folded.copy(f, position, count, f.data(io.inputPart), target);
        } else {
            int features = f.dims(io.x)[2];
            k.matMul(cell.input(), f.data(io.x), position * features, features, count, f.data(io.inputPart), target,
                    gates);
        }
    }

    /** Whether a step has to be run: it is neither masked nor padding whose states are known. */
    private boolean runs(Frame f, int b, int steps, int t) {
        return (prefix == null || t >= prefix.length(f, b)) && isKept(f, (long) b * steps + t);
    }

    private boolean isKept(Frame f, long position) {
        return io.mask < 0 || Memory.getInt(f.data(io.mask), position) != 0;
    }

    /**
     * The steps of a chunk, some of which are not run, for rows that can go ahead together: as many steps at once as
     * have the same rows running.
     *
     * @param b     the first row
     * @param done  steps that were processed before
     * @param first the chunk's first position in time
     */
    private void advance(Frame f, Kernels k, int b, int rows, int steps, int done, int count, int first) {
        int order = 0;
        while (order < count) {
            int running = runningRows(f, b, rows, steps, done + order);
            int end = order + 1;
            while (end < count && runningRows(f, b, rows, steps, done + end) == running) {
                end++;
            }
            int from = 0;
            while (from < rows) {
                int to = from + 1;
                boolean runs = (running >> from & 1) != 0;
                while (to < rows && (running >> to & 1) != 0 == runs) {
                    to++;
                }
                if (runs) {
                    runSteps(f, k, b + from, to - from, steps, done, order, end, count, first);
                } else if (options.returnSequences()) {
                    for (int s = order; s < end; s++) {
                        putOthers(f, b + from, to - from, steps, done + s);
                    }
                }
                from = to;
            }
            order = end;
        }
    }

    /** A bit for each row whose step has to be run; {@code order} counts steps as they are processed. */
    private int runningRows(Frame f, int b, int rows, int steps, int order) {
        int running = 0;
        int t = options.goBackwards() ? steps - 1 - order : order;
        for (int r = 0; r < rows; r++) {
            running |= runs(f, b + r, steps, t) ? 1 << r : 0;
        }
        return running;
    }

    private void runSteps(Frame f, Kernels k, int b, int rows, int steps, int done, int order, int end, int count,
            int first) {
        int gates = cell.gateFloats();
        int units = cell.units();
        int t = options.goBackwards() ? steps - 1 - done - order : done + order;
        StepRun run = f.run();
        fill(f, b, rows, end - order);
        run.zero = done + order == 0 && options.fromZero();
        run.summed = done + order == 0 && options.stream() && f.isPrepared();
        run.a = f.data(io.inputPart);
        run.aOffset = ((long) b * count + t - first) * gates;
        run.aRow = (long) count * gates;
        run.aStep = options.goBackwards() ? -gates : gates;
        run.out = options.returnSequences() ? f.data(io.out) : null;
        run.outOffset = ((long) b * steps + position(steps, done + order)) * units;
        run.outRow = (long) steps * units;
        run.outStep = options.flipOutput() ? -units : units;
        cell.steps(k, run);
        for (int r = b; io.seen >= 0 && r < b + rows; r++) {
            Memory.setInt(f.data(io.seen), r, 1);
        }
    }

    /** Whose states are run. */
    private void fill(Frame f, int b, int rows, int count) {
        StepRun run = f.run();
        run.rows = rows;
        run.steps = count;
        run.zero = false;
        run.h = f.data(io.states[0]);
        run.c = f.data(io.states[io.states.length - 1]);
        run.state = (long) b * Panels.padded(cell.units());
        run.scratch = f.data(io.gates);
    }

    /** What rows put out whose step is not run. */
    private void putOthers(Frame f, int b, int rows, int steps, int order) {
        int units = cell.units();
        MemorySegment out = f.data(io.out);
        for (int r = b; r < b + rows; r++) {
            long row = (long) r * steps;
            long target = (row + position(steps, order)) * units;
            if (prefix != null) {
                prefix.putOutput(order, out, target);
            } else if (options.zeroOutputForMask() || !isSeen(f, r)) {
                Memory.clear(out, target, units);
            } else {
                Memory.copy(f.data(io.states[0]), (long) r * Panels.padded(units), out, target, units);
            }
        }
    }

    /** The position that is processed last. */
    private long lastPosition(int b, int steps) {
        return (long) b * steps + (options.goBackwards() ? 0 : steps - 1);
    }

    private int position(int steps, int order) {
        return options.flipOutput() ? steps - 1 - order : order;
    }

    private void finish(Frame f, int batch, int steps) {
        int units = cell.units();
        int padded = Panels.padded(units);
        for (int b = 0; b < batch; b++) {
            for (int s = 0; s < io.lastStates.length; s++) {
                Memory.copy(f.data(io.states[s]), (long) b * padded, f.data(io.lastStates[s]), (long) b * units, units);
            }
            if (!options.returnSequences()) {
                if (options.zeroOutputForMask() ? isKept(f, lastPosition(b, steps)) : isSeen(f, b)) {
                    Memory.copy(f.data(io.states[0]), (long) b * padded, f.data(io.out), (long) b * units, units);
                } else {
                    Memory.clear(f.data(io.out), (long) b * units, units);
                }
            }
        }
    }
}
