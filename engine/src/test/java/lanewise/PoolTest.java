package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import lanewise.error.InvalidInputException;
import lanewise.kernel.OffHeap;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.Examples;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import org.junit.jupiter.api.Test;

/** What is borrowed belongs to one thread, comes back whatever happens, and stays with its model. */
class PoolTest {
    private static final float[] X = {0.3f, -0.5f, 0.7f, 0.1f};

    /** A recurrent model over steps of one number. */
    private static Model model(long seed, int outputs, boolean stateful, List<String> labels) {
        TestModels models = new TestModels(seed);
        models.array("rnn/cell/kernel", 1, 3);
        models.array("rnn/cell/recurrent_kernel", 3, 3);
        models.array("rnn/cell/bias", 3);
        models.array("dense/kernel", 3, outputs);
        models.array("dense/bias", outputs);
        RecurrentLayer.Cell cell = new RecurrentLayer.SimpleRnnCell("cell", 3, Activation.TANH, true);
        ModelSpec spec = TestModels.chain(TestModels.floats(-1, -1, 1),
                new RecurrentLayer.Rnn("rnn", List.of(cell), false, false, false, stateful, false),
                new CoreLayer.Dense("dense", outputs, Activation.LINEAR, true)).with(null, labels);
        return Model.of(spec, models.weights(), Examples.NONE, ModelOptions.DEFAULT.withWarmUpThread(false));
    }

    private static Model model(long seed) {
        return model(seed, 2, false, List.of("no", "yes"));
    }

    private static float[] answer(long seed) {
        try (Model model = model(seed); Predictor predictor = model.predictor()) {
            return predictor.predict(X);
        }
    }

    private static Throwable elsewhere(Runnable action) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread.ofVirtual().uncaughtExceptionHandler((thread, e) -> thrown.set(e)).start(action).join();
        return thrown.get();
    }

    private static void awaitWaiting(Pool<?> pool, int count) throws InterruptedException {
        for (int i = 0; i < 3000 && pool.counters().waiting() != count; i++) {
            Thread.sleep(5);
        }
        assertEquals(count, pool.counters().waiting());
    }

    /** Which model answered is known from the loan; its answer must be that model's. */
    @Test
    void manyThreadsGetTheirModelsAnswersWhileModelsAreSwapped() throws InterruptedException {
        long before = OffHeap.reserved();
        int threads = 1000;
        int calls = 10;
        int swaps = 40;
        Map<String, float[]> expected = new ConcurrentHashMap<>();
        for (long seed = 0; seed < 3; seed++) {
            try (Model model = model(seed)) {
                expected.put(model.fingerprint(), answer(seed));
            }
        }
        assertEquals(3, expected.size());
        Pool<Predictor> pool = Pool.ofPredictors(model(0), 3);
        AtomicInteger right = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            boolean fails = i % 10 == 0;
            all.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int call = 0; call < calls; call++) {
                        try (Loan<Predictor> loan = pool.borrow()) {
                            float[] y = loan.get().predict(X);
                            Thread.yield();
                            assertArrayEquals(expected.get(loan.model().fingerprint()), y);
                            assertArrayEquals(y, loan.get().predict(X));
                        }
                        if (fails) {
                            assertThrows(InvalidInputException.class, () -> pool.call(p -> p.predict(new float[0])));
                        }
                        right.incrementAndGet();
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        for (int swap = 1; swap <= swaps; swap++) {
            pool.swap(model(swap % 3));
            Thread.sleep(1);
        }
        for (Thread thread : all) {
            thread.join();
        }
        assertNull(failure.get());
        assertEquals(threads * calls, right.get());
        PoolCounters counters = pool.counters();
        assertEquals(new PoolCounters(3, 0, 3, 0, threads * calls * 11 / 10, counters.waited(), counters.waitNanos(),
                swaps), counters);
        assertTrue(counters.waited() > 0 && counters.waitNanos() > 0);
        pool.close();
        assertEquals(before, OffHeap.reserved());
    }

    @Test
    void whoWaitsIsServedInOrderAndMayGiveUp() throws InterruptedException {
        try (Pool<Predictor> pool = Pool.ofPredictors(model(1), 1)) {
            Loan<Predictor> first = pool.borrow();
            assertTrue(pool.borrow(Duration.ZERO).isEmpty());
            assertTrue(pool.borrow(Duration.ofMillis(1)).isEmpty());
            assertEquals(2, pool.counters().waited());
            List<Integer> order = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            AtomicReference<Throwable> interrupted = new AtomicReference<>();
            for (int i = 0; i < 4; i++) {
                int me = i;
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        pool.call(predictor -> order.add(me));
                    } catch (InterruptedException e) {
                        interrupted.set(e);
                    }
                }));
                awaitWaiting(pool, i + 1);
            }
            threads.get(1).interrupt();
            threads.get(1).join();
            assertTrue(interrupted.get() instanceof InterruptedException);
            first.close();
            first.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(0, 2, 3), order);
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, pool::borrow);
            assertThrows(InterruptedException.class, () -> {
                Thread.currentThread().interrupt();
                pool.borrow(Duration.ofDays(1000000));
            });
            assertEquals(1, pool.counters().idle());
            assertTrue(pool.borrow(Duration.ofDays(1000000)).isPresent());
        }
    }

    @Test
    void anExceptionLosesNothing() throws InterruptedException {
        try (Pool<Predictor> pool = Pool.ofPredictors(model(1), 1)) {
            for (int i = 0; i < 5; i++) {
                assertThrows(InvalidInputException.class, () -> pool.call(p -> p.predict(new float[0])));
                assertThrows(StackOverflowError.class, () -> pool.call(p -> {
                    throw new StackOverflowError();
                }));
            }
            assertArrayEquals(answer(1), pool.call(p -> p.predict(X)));
        }
    }

    /** The pool makes another in place of what a borrower has spoiled. */
    @Test
    void whatABorrowerSpoilsIsReplaced() throws InterruptedException {
        try (Pool<Predictor> pool = Pool.ofPredictors(model(1), 1)) {
            Predictor first = pool.call(p -> {
                p.close();
                return p;
            });
            Predictor second = pool.call(p -> {
                assertArrayEquals(answer(1), p.predict(X));
                return p;
            });
            assertNotSame(first, second);
            assertSame(second, pool.call(p -> p));
            // kept, and used behind the pool's back
            assertThrows(IllegalStateException.class, () -> second.predict(X));
            assertNull(elsewhere(() -> {
                second.acquire();
                try {
                    assertArrayEquals(answer(1), pool.call(p -> {
                        assertSame(second, p);
                        return p.predict(X);
                    }));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }));
            CountDownLatch taken = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            Thread thief = Thread.ofVirtual().start(() -> {
                second.acquire();
                taken.countDown();
                await(end);
            });
            await(taken);
            assertNotSame(second, pool.call(p -> p));
            assertTrue(second.isClosed());
            end.countDown();
            thief.join();
            // left to another thread from within a call
            CountDownLatch released = new CountDownLatch(1);
            CountDownLatch acquired = new CountDownLatch(1);
            CountDownLatch ended = new CountDownLatch(1);
            AtomicReference<Predictor> left = new AtomicReference<>();
            Thread other = Thread.ofVirtual().start(() -> {
                await(released);
                left.get().acquire();
                acquired.countDown();
                await(ended);
            });
            assertThrows(IllegalStateException.class, () -> pool.call(p -> {
                left.set(p);
                p.release();
                released.countDown();
                await(acquired);
                return 0;
            }));
            ended.countDown();
            other.join();
            assertArrayEquals(answer(1), pool.call(p -> p.predict(X)));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLoanIsGivenBackByItsOwner() throws InterruptedException {
        try (Pool<Predictor> pool = Pool.ofPredictors(model(1), 1)) {
            Loan<Predictor> loan = pool.borrow();
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread.ofVirtual().start(() -> thrown.set(assertThrows(IllegalStateException.class, loan::close))).join();
            assertTrue(thrown.get().getMessage().contains("belongs to thread"), thrown.get().getMessage());
            assertArrayEquals(answer(1), loan.get().predict(X));
            // a hand-over from thread to thread, as of an asynchronous call
            loan.get().release();
            Thread.ofVirtual().start(() -> {
                loan.get().acquire();
                loan.get().predict(X);
                loan.close();
            }).join();
            assertEquals(1, pool.counters().idle());
            assertThrows(IllegalStateException.class, loan::get);
            // its borrower has ended
            AtomicReference<Loan<Predictor>> orphan = new AtomicReference<>();
            Thread.ofVirtual().start(() -> {
                try {
                    orphan.set(pool.borrow());
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }).join();
            orphan.get().close();
            assertEquals(1, pool.counters().idle());
        }
    }

    @Test
    void aModelThatDiffersIsRefusedAndNothingChanges() throws InterruptedException {
        Model first = model(1);
        try (Pool<Predictor> pool = Pool.ofPredictors(first, 2);
                Model other = model(2, 3, false, List.of("a", "b", "c"))) {
            InvalidInputException refused = assertThrows(InvalidInputException.class, () -> pool.swap(other));
            for (String part : List.of("its output 0 is 'out' FLOAT32 (None, 3), expected 'out' FLOAT32 (None, 2)",
                    "its labels are [a, b, c], expected [no, yes]")) {
                assertTrue(refused.getMessage().contains(part), refused.getMessage());
            }
            assertThrows(InvalidInputException.class, () -> pool.swap(first));
            assertSame(first, pool.model());
            assertEquals(0, pool.counters().swaps());
            assertArrayEquals(answer(1), pool.call(p -> p.predict(X)));
            // still the caller's, and good for another pool
            try (Predictor predictor = other.predictor()) {
                assertEquals(3, predictor.predict(X).length);
            }
            Pool.ofPredictors(other, 1).close();
            assertThrows(IllegalStateException.class, other::predictor);
            assertThrows(IllegalStateException.class, () -> pool.swap(other));
            assertThrows(IllegalStateException.class, () -> Pool.ofPredictors(other, 1));
        }
        assertThrows(InvalidInputException.class, () -> Pool.ofPredictors(first, 0));
    }

    /** The next model's predictors can't be made: it is the caller's again. */
    @Test
    void aSwapThatFailsMidwayChangesNothing() throws InterruptedException {
        AtomicInteger made = new AtomicInteger();
        long before;
        try (Model next = model(2)) {
            before = OffHeap.reserved();
            try (Pool<Predictor> pool = Pool.of(model(1), 2, m -> {
                if (made.incrementAndGet() == 4) {
                    throw new IllegalArgumentException("no");
                }
                return m.predictor();
            })) {
                assertThrows(IllegalArgumentException.class, () -> pool.swap(next));
                assertArrayEquals(answer(1), pool.call(p -> p.predict(X)));
                next.predictor().close();
            }
            assertEquals(before, OffHeap.reserved());
            Pool<Predictor> another = Pool.ofPredictors(next, 1);
            another.close();
            assertThrows(IllegalStateException.class, next::predictor);
        }
    }

    @Test
    void aModelIsClosedWithItsLastBorrowerAndItsLastPool() throws InterruptedException {
        Model shared = model(1);
        Pool<Predictor> pool = Pool.ofPredictors(shared, 1);
        Pool<Stepper> steppers = Pool.ofSteppers(shared, 1);
        Loan<Predictor> loan = pool.borrow();
        Thread waiting = Thread.ofVirtual().start(() -> assertThrows(IllegalStateException.class, pool::borrow));
        Thread alsoWaiting = Thread.ofVirtual().start(() -> assertThrows(IllegalStateException.class, pool::borrow));
        awaitWaiting(pool, 2);
        pool.close();
        pool.close();
        waiting.join();
        alsoWaiting.join();
        assertThrows(IllegalStateException.class, pool::borrow);
        assertThrows(IllegalStateException.class, () -> pool.borrow(Duration.ZERO));
        Model next = model(2);
        assertThrows(IllegalStateException.class, () -> pool.swap(next));
        assertArrayEquals(answer(1), loan.get().predict(X));
        loan.close();
        assertThrows(IllegalStateException.class, () -> loan.get());
        assertEquals(2, steppers.call(s -> {
            float[] y = new float[2];
            s.step(new float[] {1}, y);
            return y.length;
        }).intValue());
        Loan<Stepper> stepper = steppers.borrow();
        steppers.swap(next);
        stepper.get().step(new float[] {1}, new float[2]);
        assertSame(shared, stepper.model());
        assertFalse(stepper.get().isClosed());
        stepper.close();
        assertThrows(IllegalStateException.class, shared::predictor);
        steppers.close();
        assertThrows(IllegalStateException.class, next::predictor);
    }

    @Test
    void everyBorrowerStartsAnew() throws InterruptedException {
        float[] first = answer(1);
        try (Pool<Predictor> pool = Pool.ofPredictors(model(1, 2, true, List.of()), 1)) {
            for (int i = 0; i < 3; i++) {
                pool.call(p -> {
                    assertArrayEquals(first, p.predict(X));
                    assertFalse(Arrays.equals(first, p.predict(X)));
                    return 0;
                });
            }
        }
        try (Pool<Scorer> pool = Pool.ofScorers(model(1, 2, true, List.of("no", "yes")), 1)) {
            for (int i = 0; i < 3; i++) {
                assertArrayEquals(first, pool.call(s -> s.score(X).values()));
            }
        }
        try (Pool<Window> pool = Pool.of(model(1), 1, m -> m.window(2))) {
            for (int i = 0; i < 3; i++) {
                assertEquals(false, pool.call(w -> w.step(new float[] {1}, new float[2])));
            }
        }
    }
}
