package lanewise.trust.lifetimes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.error.InvalidInputException;
import lanewise.trust.random.RandomModel;

/** Threads share one predictor, which is forbidden: each call gives its own answer, or an exception. */
final class SharedRace extends Race {
    private final AtomicLong calls = new AtomicLong();

    SharedRace(long nanos) {
        super(nanos);
    }

    @Override
    void race() throws InterruptedException {
        RandomModel random = small(0);
        float[][] expected = expected(random, THREADS);
        try (Model model = open(random, false)) {
            while (!isOver()) {
                round(model, random, expected);
            }
        }
        count("calls of shared predictors", calls.get());
        count("of these answered", right.get());
        count("of these refused", refused.get());
    }

    /** Some thousand calls of one predictor. */
    private void round(Model model, RandomModel random, float[][] expected) throws InterruptedException {
        Predictor predictor = model.predictor();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int own = i;
            threads.add(start(() -> {
                float[] x = row(random, own);
                float[] y = new float[expected[own].length];
                long done = 0;
                long answered = 0;
                for (int call = 0; call < 200_000 && !isOver(); call++) {
                    done++;
                    try {
                        if (call % 2 == 0) {
                            predictor.predict(x, y);
                        } else {
                            predictor.inputs().getFirst().set(x);
                            predictor.run();
                            predictor.outputs().getFirst().get(y);
                        }
                        answered++;
                        if (!same(expected[own], y)) {
                            found("the answer of another thread, or none");
                        }
                    } catch (IllegalStateException | InvalidInputException e) {
                        // another thread has it, as documented
                        Thread.onSpinWait();
                    } catch (RuntimeException e) {
                        found("an undocumented " + e.getClass().getSimpleName());
                    }
                }
                calls.addAndGet(done);
                right.addAndGet(answered);
                refused.addAndGet(done - answered);
            }));
        }
        join(threads);
        try {
            predictor.close();
        } catch (IllegalStateException e) {
            // may only be closed by its owner
            refused.incrementAndGet();
        }
    }
}
