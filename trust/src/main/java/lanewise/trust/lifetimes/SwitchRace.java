package lanewise.trust.lifetimes;

import java.util.ArrayList;
import java.util.List;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.trust.random.RandomModel;

/** Threads predict while the warm-up runs and switches the model. */
final class SwitchRace extends Race {
    private static final int ROWS = 8;

    SwitchRace(long nanos) {
        super(nanos);
    }

    @Override
    void race() throws InterruptedException {
        int models = 0;
        int switched = 0;
        while (!isOver()) {
            RandomModel random = small(models % 12);
            float[][] expected = expected(random, ROWS);
            try (Model model = open(random, true)) {
                List<Thread> threads = new ArrayList<>();
                long until = System.nanoTime() + 2_500_000_000L;
                for (int i = 0; i < THREADS - 2; i++) {
                    threads.add(start(() -> {
                        try (Predictor predictor = model.predictor()) {
                            float[] y = new float[expected[0].length];
                            int after = 0;
                            for (int call = 0; after < 1000 && !isOver() && System.nanoTime() < until; call++) {
                                after += model.usesVectors() ? 1 : 0;
                                predictor.predict(row(random, call % ROWS), y);
                                right.incrementAndGet();
                                if (!same(expected[call % ROWS], y)) {
                                    found("other numbers " + (after > 0 ? "after" : "before") + " the switch");
                                }
                            }
                        }
                    }));
                }
                join(threads);
                switched += model.usesVectors() ? 1 : 0;
            }
            models++;
        }
        count("models under a warm-up", models);
        count("of these switched", switched);
        count("calls beside the switch", right.get());
    }
}
