package lanewise.trust.lifetimes;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.Stepper;
import lanewise.error.UnsupportedModelException;
import lanewise.trust.random.RandomModel;

/** Models are closed while threads predict and step, and the warm-up runs. */
final class CloseRace extends Race {
    private static final int MODELS = 4;

    CloseRace(long nanos) {
        super(nanos);
    }

    @Override
    void race() throws InterruptedException {
        RandomModel[] models = new RandomModel[MODELS];
        float[][] expected = new float[MODELS][];
        for (int i = 0; i < MODELS; i++) {
            models[i] = small(i);
            expected[i] = expected(models[i], 1)[0];
        }
        Random random = new Random(1);
        long closes = 0;
        long longest = 0;
        while (!isOver()) {
            int which = (int) (closes % MODELS);
            RandomModel own = models[which];
            float[] right = expected[which];
            Model model = open(own, true);
            List<Thread> threads = new ArrayList<>();
            threads.add(start(() -> predict(model, own, right)));
            threads.add(start(() -> predict(model, own, right)));
            threads.add(start(() -> step(model)));
            Thread.sleep(0, random.nextInt(900_000));
            if (random.nextInt(4) == 0) {
                Thread.sleep(random.nextInt(20));
            }
            long begin = System.nanoTime();
            model.close();
            longest = Math.max(longest, System.nanoTime() - begin);
            closes++;
            join(threads);
        }
        count("closes under use", closes);
        count("us of the longest close", longest / 1000);
        count("calls beside closes", right.get());
    }

    /** Predicts until the model is closed; what comes later is refused too. */
    private void predict(Model model, RandomModel own, float[] expected) {
        float[] x = row(own, 0);
        try (Predictor predictor = model.predictor()) {
            float[] y = new float[expected.length];
            int after = 0;
            while (after < 3) {
                try {
                    predictor.predict(x, y);
                    if (after > 0) {
                        found("a call is answered after one was refused");
                    }
                    if (!same(expected, y)) {
                        found("wrong numbers beside a close");
                    }
                    right.incrementAndGet();
                } catch (IllegalStateException e) {
                    after++;
                    refused.incrementAndGet();
                }
            }
        } catch (IllegalStateException e) {
            // closed before there was a predictor
            refused.incrementAndGet();
        }
    }

    private void step(Model model) {
        try (Stepper stepper = model.stepper()) {
            float[] x = new float[stepper.inputs().getFirst().shape().dim(-1)];
            float[] y = new float[1 << 12];
            while (true) {
                stepper.step(x, y);
            }
        } catch (UnsupportedModelException | IllegalStateException e) {
            refused.incrementAndGet();
        }
    }
}
