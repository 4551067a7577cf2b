package lanewise.trust.lifetimes;

import lanewise.Model;
import lanewise.Predictor;
import lanewise.trust.Memory;
import lanewise.trust.random.RandomModel;

/** Models are opened, asked and closed again and again: memory stays level, and closing is quick. */
final class CycleRace extends Race {
    private static final int WARM = 200;
    private static final long LEVEL_BYTES = 64L << 20;

    CycleRace(long nanos) {
        super(nanos);
    }

    @Override
    void race() {
        RandomModel random = small(3);
        float[] expected = expected(random, 1)[0];
        float[] x = row(random, 0);
        long cycles = 0;
        long base = 0;
        long most = 0;
        while (!isOver() || cycles <= WARM) {
            try (Model model = open(random, true); Predictor predictor = model.predictor()) {
                if (!same(expected, predictor.predict(x))) {
                    found("other numbers in a cycle");
                }
            }
            cycles++;
            if (cycles == WARM) {
                base = Memory.offHeap();
            } else if (cycles % 100 == 0) {
                most = Math.max(most, Memory.offHeap());
            }
        }
        if (most - base > LEVEL_BYTES) {
            found("memory grew by " + (most - base >> 20) + " MB beyond the heap");
        }
        count("cycles of opening and closing", cycles);
        count("KB grown meanwhile, beyond the heap", Math.max(0, most - base) >> 10);
    }
}
