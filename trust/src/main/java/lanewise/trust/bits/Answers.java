package lanewise.trust.bits;

import java.util.Arrays;
import java.util.Random;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.Stepper;
import lanewise.error.UnsupportedModelException;
import lanewise.trust.random.RandomModel;

/** The answers of a random model, and whether other ways to ask give the same bits. */
final class Answers {
    static final int ROWS = 4;

    private final RandomModel random;
    private final Model model;
    private final float[] floats;
    private final int[] ids;
    private final float[] expected;

    Answers(RandomModel random, Model model) {
        this.random = random;
        this.model = model;
        Random numbers = new Random(random.seed());
        floats = random.ids() == 0 ? random.floats(ROWS, numbers) : null;
        ids = random.ids() == 0 ? null : random.ids(ROWS, numbers);
        try (Predictor predictor = model.predictor(ROWS, random.steps())) {
            expected = ask(predictor, 0, ROWS);
        }
    }

    float[] expected() {
        return expected;
    }

    private void set(InputTensor input, int from, int rows) {
        int size = random.rowSize();
        if (ids == null) {
            input.set(Arrays.copyOfRange(floats, from * size, (from + rows) * size), rows);
        } else {
            input.set(Arrays.copyOfRange(ids, from * size, (from + rows) * size), rows);
        }
    }

    private float[] ask(Predictor predictor, int from, int rows) {
        set(predictor.inputs().getFirst(), from, rows);
        predictor.run();
        return predictor.outputs().getFirst().toFloats();
    }

    private float[] row(int row) {
        int size = expected.length / ROWS;
        return Arrays.copyOfRange(expected, row * size, (row + 1) * size);
    }

    /** Asks once more; returns what differs, or null. */
    String again() {
        try (Predictor predictor = model.predictor(ROWS, random.steps())) {
            return difference("asked again", expected, ask(predictor, 0, ROWS));
        }
    }

    /** Asks in other ways; returns what differs, or null. The counter counts the values that were compared. */
    String inOtherWays(Counter counter) {
        String found = alone(counter);
        found = found == null ? amongOthers(counter) : found;
        return found == null ? stepByStep(counter) : found;
    }

    /** Counts compared values. */
    interface Counter {
        void add(long values);
    }

    /** Each row alone, and parts of the batch, with a predictor made for more. */
    private String alone(Counter counter) {
        try (Predictor predictor = model.predictor(ROWS + 3, random.steps() + 5)) {
            for (int row = ROWS - 1; row >= 0; row--) {
                String found = difference("row " + row + " alone", row(row), ask(predictor, row, 1));
                if (found != null) {
                    return found;
                }
            }
            int size = expected.length / ROWS;
            counter.add(2L * expected.length - size);
            return difference("rows 1 and up", Arrays.copyOfRange(expected, size, expected.length),
                    ask(predictor, 1, ROWS - 1));
        }
    }

    /** The first row at the end of a batch of special values. */
    private String amongOthers(Counter counter) {
        int size = random.rowSize();
        int rows = 7;
        int place = rows - 1;
        try (Predictor predictor = model.predictor(rows, random.steps())) {
            InputTensor input = predictor.inputs().getFirst();
            if (ids == null) {
                float[] x = new float[rows * size];
                for (int i = 0; i < x.length; i++) {
                    x[i] = i % 3 == 0 ? Float.NaN : i % 3 == 1 ? Float.POSITIVE_INFINITY : -Float.MAX_VALUE;
                }
                System.arraycopy(floats, 0, x, place * size, size);
                input.set(x, rows);
            } else {
                int[] x = new int[rows * size];
                System.arraycopy(ids, 0, x, place * size, size);
                input.set(x, rows);
            }
            predictor.run();
            float[] all = predictor.outputs().getFirst().toFloats();
            int out = all.length / rows;
            counter.add(out);
            return difference("the first row among special values", row(0),
                    Arrays.copyOfRange(all, place * out, (place + 1) * out));
        }
    }

    /** The first row fed as a stream: the last answer is the end of that of the whole. */
    private String stepByStep(Counter counter) {
        if (random.spec().graph().inputLayers().getFirst().shape().rank() != (ids == null ? 3 : 2)) {
            return null;
        }
        try (Stepper stepper = model.stepper()) {
            stepper.computeNaN(true);
            int steps = random.steps();
            int size = random.rowSize() / steps;
            InputTensor input = stepper.inputs().getFirst();
            boolean due = false;
            for (int step = 0; step < steps; step++) {
                if (step % 3 == 1) {
                    stepper.prepare();
                }
                if (ids == null) {
                    input.set(Arrays.copyOfRange(floats, step * size, (step + 1) * size));
                } else {
                    input.set(Arrays.copyOfRange(ids, step * size, (step + 1) * size));
                }
                due = stepper.step();
            }
            if (!due) {
                return null;
            }
            float[] last = stepper.outputs().getFirst().toFloats();
            float[] whole = row(0);
            counter.add(last.length);
            return last.length > whole.length ? "step by step: " + last.length + " values, not " + whole.length
                    : difference("step by step", Arrays.copyOfRange(whole, whole.length - last.length, whole.length),
                            last);
        } catch (UnsupportedModelException e) {
            // a layer needs the future
            return null;
        }
    }

    static String difference(String what, float[] expected, float[] found) {
        if (expected.length != found.length) {
            return what + ": " + found.length + " values, expected " + expected.length;
        }
        // by bits, those of NaN aside
        int at = Arrays.mismatch(expected, found);
        return at < 0 ? null : what + ": value " + at + " is " + found[at] + ", expected " + expected[at];
    }
}
