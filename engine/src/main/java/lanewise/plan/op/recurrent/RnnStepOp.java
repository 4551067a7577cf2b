package lanewise.plan.op.recurrent;

import lanewise.kernel.Kernels;
import lanewise.kernel.StepRun;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;

/**
 * The time loop of a stream without masks, initial states or tables. The next step of a single stream needs nothing but
 * the cell's step, so it takes the shortest road from a stepper to the kernel; other calls go through the whole loop.
 *
 * @param whole the loop for any number of rows and steps
 * @param cell  what a step computes
 * @param io    the values that are read and written
 */
record RnnStepOp(RnnOp whole, RnnCell cell, RnnOp.Wiring io) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        whole.shape(dims);
    }

    @Override
    public void shapeLargest(int[][] dims, int maxSteps) {
        whole.shapeLargest(dims, maxSteps);
    }

    @Override
    public PlanOp stream(Streaming s) {
        return this;
    }

    @Override
    public void prepare(Frame f, Kernels k) {
        whole.prepare(f, k);
    }

    @Override
    public String words() {
        return whole.words();
    }

    @Override
    public void run(Frame f, Kernels k) {
        int[] dims = f.dims(io.x());
        if (dims[0] != 1 || dims[1] != 1) {
            whole.run(f, k);
            return;
        }
        StepRun run = f.run();
        run.rows = 1;
        run.steps = 1;
        run.zero = false;
        run.summed = f.isPrepared();
        run.a = f.data(io.inputPart());
        run.aOffset = 0;
        run.h = f.data(io.states()[0]);
        run.c = f.data(io.states()[io.states().length - 1]);
        run.state = 0;
        run.scratch = f.data(io.gates());
        run.out = f.data(io.out());
        run.outOffset = 0;
        cell.step(k, f.data(io.x()), 0, run);
    }
}
