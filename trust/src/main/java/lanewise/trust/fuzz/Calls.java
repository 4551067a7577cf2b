package lanewise.trust.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.Predictor;
import lanewise.Scorer;
import lanewise.Session;
import lanewise.State;
import lanewise.StateStore;
import lanewise.Stepper;
import lanewise.Window;
import lanewise.error.LanewiseException;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.trust.random.Numbers;

/** Every call that a model takes, with random inputs. What is documented may be refused; the rest goes on. */
final class Calls {
    private static final List<String> TEXTS = List.of("", "a b", "the the", "\ud83d\ude00 \u0000", "x".repeat(300));
    /** Inputs above this size are left out: they take time and show nothing. */
    private static final int MOST_VALUES = 1 << 16;

    private final Model model;
    private final Random random;

    private Calls(Model model, long seed) {
        this.model = model;
        random = new Random(seed);
    }

    /** Makes all calls. */
    static void all(Model model, Script script) {
        Calls calls = new Calls(model, script.seed());
        model.explain();
        model.layers();
        documented(() -> Objects.requireNonNull(model.spec().toString()));
        documented(calls::predict);
        switch (script.below(6)) {
            case 0 -> documented(calls::step);
            case 1 -> documented(calls::window);
            case 2 -> documented(calls::score);
            case 3 -> documented(calls::many);
            case 4 -> documented(() -> calls.maxima(script));
            default -> documented(model::verify);
        }
    }

    private static void documented(Runnable call) {
        try {
            call.run();
        } catch (LanewiseException e) {
            // refused as documented
            return;
        }
    }

    /** Gives every input values of its type; sizes that the model leaves open are as given. */
    private boolean fill(Session session, int rows, int steps) {
        for (InputTensor input : session.inputs()) {
            int[] shape = input.shape().toArray();
            long size = 1;
            for (int i = 0; i < shape.length; i++) {
                shape[i] = i == input.rowAxis() ? rows : shape[i] == Shape.ANY ? steps : shape[i];
                size *= shape[i];
                if (size > MOST_VALUES) {
                    return false;
                }
            }
            set(input, shape, (int) size);
        }
        return true;
    }

    private void set(InputTensor input, int[] shape, int size) {
        if (input.dtype() == DType.STRING) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                texts.add(TEXTS.get(random.nextInt(TEXTS.size())));
            }
            input.set(texts, shape);
        } else if (input.dtype() == DType.FLOAT32) {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = random.nextInt(4) == 0 ? Numbers.awkward(random) : (float) random.nextGaussian();
            }
            input.set(values, shape);
        } else {
            int[] values = new int[size];
            for (int i = 0; i < size; i++) {
                values[i] = random.nextInt(50) == 0 ? random.nextInt() : random.nextInt(3);
            }
            input.set(values, shape);
        }
    }

    private static void read(Session session) {
        for (OutputTensor output : session.outputs()) {
            output.toArray();
        }
    }

    private void predict() {
        try (Predictor predictor = model.predictor(2, 7)) {
            if (fill(predictor, 1 + random.nextInt(2), 1 + random.nextInt(7))) {
                documented(predictor::run);
                documented(() -> read(predictor));
            }
            predictor.resetStates();
            documented(() -> predictor.predict("some text"));
            documented(() -> predictor.predict(new float[3]));
        }
    }

    private void many() {
        try (Predictor predictor = model.predictor()) {
            if (fill(predictor, 1, Model.DEFAULT_MAX_STEPS)) {
                predictor.run();
                read(predictor);
            }
        }
    }

    private void step() {
        try (Stepper stepper = model.stepper(2); StateStore store = model.stateStore(3)) {
            stepper.computeNaN(random.nextBoolean());
            State first = stepper.state();
            for (int i = 0; i < 3; i++) {
                if (random.nextBoolean()) {
                    stepper.prepare();
                }
                if (i == 1 || fill(stepper, 1, 1)) {
                    documented(stepper::step);
                    documented(() -> read(stepper));
                }
            }
            stepper.restore(model.readState(stepper.state().toBytes()));
            stepper.restore(first);
            stepper.reset();
            documented(() -> stepper.step(store, new long[] {2, 0}, new float[2], new float[99]));
        }
    }

    private void window() {
        try (Window window = model.window(1 + random.nextInt(5))) {
            for (int i = 0; i < 4; i++) {
                documented(() -> window.step(new float[1 + random.nextInt(3)], new float[64]));
                documented(() -> window.step(new int[1], new float[64]));
                documented(window::prepare);
            }
        }
    }

    private void score() {
        try (Scorer scorer = model.scorer()) {
            documented(() -> scorer.score("some text"));
            documented(() -> scorer.score(new float[4]));
            documented(() -> scorer.score(new int[4]));
            documented(() -> scorer.score(List.of(new float[2], new float[2])));
        }
    }

    /** Asks for as much as there can be. */
    private void maxima(Script script) {
        int rows = script.one(1, 64, 1 << 12, 1 << 20, Integer.MAX_VALUE);
        int steps = script.one(1, 64, 1 << 12, 1 << 20, Integer.MAX_VALUE);
        switch (script.below(4)) {
            case 0 -> model.predictor(rows, steps).close();
            case 1 -> model.stepper(rows).close();
            case 2 -> model.window(steps).close();
            default -> model.stateStore(rows).close();
        }
    }
}
