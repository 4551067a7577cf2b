package lanewise.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicInteger;
import lanewise.Model;
import lanewise.TestModels;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import org.junit.jupiter.api.Test;

/** One model for many tasks. */
class SharedModelTest {
    private static Model model(long seed) {
        TestModels models = new TestModels(seed);
        models.array("dense/kernel", 2, 2);
        models.array("dense/bias", 2);
        return models.model(TestModels.chain(TestModels.floats(new int[] {-1, 2}),
                new CoreLayer.Dense("dense", 2, Activation.LINEAR, true)), ModelOptions.KernelChoice.SCALAR);
    }

    @Test
    void aSharedModelIsOpenUntilItsLastHolderIsGone() {
        AtomicInteger opened = new AtomicInteger();
        assertThrows(IllegalArgumentException.class, () -> SharedModel.hold("pool test", () -> {
            throw new IllegalArgumentException("no");
        }));
        SharedModel first = SharedModel.hold("pool test", () -> {
            opened.incrementAndGet();
            return model(1);
        });
        SharedModel second = SharedModel.hold("pool test", () -> model(2));
        Model model = first.model();
        assertSame(model, second.model());
        first.close();
        first.close();
        assertThrows(IllegalStateException.class, first::model);
        model.predictor().close();
        second.close();
        assertThrows(IllegalStateException.class, model::predictor);
        SharedModel third = SharedModel.hold("pool test", () -> model(2));
        assertNotSame(model, third.model());
        third.close();
        assertEquals(1, opened.get());
    }
}
