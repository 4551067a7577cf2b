package lanewise.trust.lifetimes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.trust.random.RandomModel;

/** A model is replaced by another one under load, and closed; callers that meet the closed one take the next. */
final class SwapRace extends Race {
    SwapRace(long nanos) {
        super(nanos);
    }

    @Override
    void race() throws InterruptedException {
        RandomModel random = small(1);
        float[] expected = expected(random, 1)[0];
        float[] x = row(random, 0);
        AtomicReference<Model> current = new AtomicReference<>(open(random, true));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(start(() -> {
                while (!isOver()) {
                    try (Predictor predictor = current.get().predictor()) {
                        float[] y = new float[expected.length];
                        while (!isOver()) {
                            predictor.predict(x, y);
                            right.incrementAndGet();
                            if (!same(expected, y)) {
                                found("wrong numbers beside a swap");
                            }
                        }
                    } catch (IllegalStateException e) {
                        refused.incrementAndGet();
                    }
                }
            }));
        }
        long swaps = 0;
        while (!isOver()) {
            Thread.sleep(2);
            current.getAndSet(open(random, true)).close();
            swaps++;
        }
        join(threads);
        current.get().close();
        count("hot swaps", swaps);
        count("calls beside swaps", right.get());
    }
}
