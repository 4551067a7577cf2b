package lanewise.trust.lifetimes;

import java.util.ArrayList;
import java.util.List;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.trust.random.RandomModel;

/** Many threads use one model, each its own predictor. */
final class CrowdRace extends Race {
    private static final int ROWS = 16;

    CrowdRace(long nanos) {
        super(nanos);
    }

    @Override
    void race() throws InterruptedException {
        RandomModel random = small(2);
        float[][] expected = expected(random, ROWS);
        try (Model model = open(random, true)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 2 * THREADS; i++) {
                int first = i;
                threads.add(start(() -> {
                    float[][] rows = new float[ROWS][];
                    for (int row = 0; row < ROWS; row++) {
                        rows[row] = row(random, row);
                    }
                    float[] y = new float[expected[0].length];
                    long done = 0;
                    try (Predictor predictor = model.predictor()) {
                        for (int call = first; !isOver(); call++) {
                            predictor.predict(rows[call % ROWS], y);
                            done++;
                            if (!same(expected[call % ROWS], y)) {
                                found("other numbers among threads");
                            }
                        }
                    }
                    right.addAndGet(done);
                }));
            }
            join(threads);
        }
        count("calls of one model by " + 2 * THREADS + " threads", right.get());
    }
}
