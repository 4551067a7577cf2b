package lanewise.trust.lifetimes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.trust.random.RandomModel;

/**
 * Threads fight for one predictor: they call it without owning it, take it and give it away, and one closes it under
 * use. Each call gives the thread's own answer, or the documented exception.
 */
final class SharedRace extends Race {
    /** After so many calls a thread closes the predictor, whoever uses it. */
    private static final int CALLS = 100_000;

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
                Predictor predictor = model.predictor();
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    int own = i;
                    threads.add(start(() -> fight(predictor, row(random, own), expected[own], own)));
                }
                join(threads);
                predictor.close();
            }
        }
        count("racing calls of shared predictors", calls.get());
        count("of these answered", right.get());
        count("of these refused", refused.get());
    }

    private void fight(Predictor predictor, float[] x, float[] expected, int own) {
        float[] y = new float[expected.length];
        long answered = 0;
        int done = 0;
        for (; done < CALLS && !isOver(); done++) {
            try {
                if (done % 4 > 0) {
                    predictor.acquire();
                }
                if (done % 2 == 0) {
                    predictor.predict(x, y);
                } else {
                    predictor.inputs().getFirst().set(x);
                    predictor.run();
                    predictor.outputs().getFirst().get(y);
                }
                answered++;
                if (!same(expected, y)) {
                    found("the answer of another thread, or none");
                }
                if (done % 3 > 0) {
                    predictor.release();
                }
            } catch (IllegalStateException e) {
                // another thread has it, as documented
                Thread.onSpinWait();
            } catch (RuntimeException e) {
                found("an undocumented " + e.getClass().getSimpleName());
            }
        }
        calls.addAndGet(done);
        right.addAndGet(answered);
        refused.addAndGet(done - answered);
        if (own == 0) {
            predictor.close();
        }
    }
}
