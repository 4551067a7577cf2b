package lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import lanewise.format.ModelFile;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.text.PadSequences;
import lanewise.text.TextInput;
import lanewise.text.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What jshell prints is one short line, whatever state a thing is in. */
class ToStringTest {
    private static final int LONGEST = 400;

    private final TestModels models = new TestModels(3);

    private ModelSpec spec(List<String> labels) {
        models.array("rnn/cell/kernel", 1, 3);
        models.array("rnn/cell/recurrent_kernel", 3, 3);
        models.array("rnn/cell/bias", 3);
        models.array("dense/kernel", 3, 2);
        models.array("dense/bias", 2);
        RecurrentLayer.Cell cell = new RecurrentLayer.SimpleRnnCell("cell", 3, Activation.TANH, true);
        return TestModels.chain(TestModels.floats(-1, -1, 1),
                new RecurrentLayer.Rnn("rnn", List.of(cell), false, false, false, false, false),
                new CoreLayer.Dense("dense", 2, Activation.SOFTMAX, true)).with(null, labels);
    }

    private static void check(Object thing) {
        String text = thing.toString();
        assertFalse(text.contains("\n") || text.contains("@") || text.contains("MemorySegment"), text);
        assertTrue(text.length() <= LONGEST, text);
    }

    @Test
    void everyThingIsOneShortLineOpenOrClosed() throws InterruptedException {
        Model model = models.model(spec(List.of("no", "yes")), ModelOptions.KernelChoice.SCALAR);
        Predictor predictor = model.predictor(2, 2000);
        Stepper stepper = model.stepper();
        Scorer scorer = model.scorer();
        Window window = model.window(4);
        StateStore store = model.stateStore(9);
        KeyedStates keyed = model.keyedStates(9);
        State state = stepper.state();
        InputTensor x = predictor.inputs().getFirst();
        x.set(models.floats(1000, 1));
        predictor.run();
        OutputTensor y = predictor.outputs().getFirst();
        Answer answer = scorer.score(1, 2);
        Pool<Predictor> pool = Pool.ofPredictors(models.model(spec(List.of()), ModelOptions.KernelChoice.SCALAR), 1);
        Loan<Predictor> loan = pool.borrow();
        List<Object> all = List.of(model, predictor, stepper, scorer, window, store, keyed, state, x, y, answer, pool,
                loan, pool.counters(), answer.label(), model.spec(), model.spec().graph(), model.layers(),
                model.layers().getFirst(), models.weights(), model.examples(), model.verify(), answer.arrays(),
                predictor.inputs());
        all.forEach(ToStringTest::check);
        assertEquals("Model 'chain': ['x' FLOAT32 (None, None, 1)] -> ['out' FLOAT32 (None, 2)], "
                + model.weightBytes() + " bytes of weights, scalar kernels", model.toString());
        assertEquals("Predictor of 'chain': [x FLOAT32 (None, None, 1)] -> [out FLOAT32 (None, 2)]",
                predictor.toString());
        AtomicReference<String> elsewhere = new AtomicReference<>();
        Thread.ofPlatform().start(() -> elsewhere.set(x.toString())).join();
        assertEquals("x FLOAT32 (None, None, 1)", elsewhere.get());
        loan.close();
        pool.close();
        predictor.close();
        all.forEach(ToStringTest::check);
        assertTrue(predictor.toString().endsWith(", closed"));
        assertEquals("x FLOAT32 (None, None, 1)", x.toString());
        stepper.close();
        scorer.close();
        window.close();
        store.close();
        keyed.close();
        model.close();
        all.forEach(ToStringTest::check);
        assertTrue(model.toString().endsWith(", closed"));
    }

    @Test
    void aTensorShowsItsFirstValues() {
        try (Model model = models.model(spec(List.of("no", "yes")), ModelOptions.KernelChoice.SCALAR);
                Predictor predictor = model.predictor();
                Scorer scorer = model.scorer()) {
            predictor.input("x").set(new float[] {1, 2.5f, -3});
            assertEquals("x FLOAT32 (None, None, 1), now (1, 3, 1) [1.0, 2.5, -3.0]", predictor.input("x").toString());
            predictor.input("x").set(new float[7]);
            assertEquals("x FLOAT32 (None, None, 1), now (1, 7, 1) [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, ... 7 in all]",
                    predictor.input("x").toString());
            Answer answer = scorer.score(1, 2);
            assertEquals("Answer[" + answer.top(2).getFirst().name() + " " + answer.top(2).getFirst().probability()
                    + ", " + answer.top(2).getLast().name() + " " + answer.top(2).getLast().probability() + "]",
                    answer.toString());
            assertEquals("Answer[out FLOAT32 (2,) " + Arrays.toString(answer.values()) + "]",
                    answer.withLabels(List.of()).toString());
            assertTrue(answer.withLabels(List.of("a", "b", "c")).toString().startsWith("Answer[out"));
        }
    }

    @Test
    void anArrayShowsItsFirstValuesWhileTheyAreThere(@TempDir Path folder) throws IOException {
        assertEquals("FLOAT32 (1, 2) [1.0, NaN]", TensorData.of(Shape.of(1, 2), 1, Float.NaN).toString());
        assertEquals("BOOL (2,) [true, false]", TensorData.of(DType.BOOL, Shape.of(2), 1, 0).toString());
        assertEquals("INT64 (1,) [" + Long.MAX_VALUE + "]", TensorData.of(Shape.of(1), Long.MAX_VALUE).toString());
        String text = TensorData.of(Shape.of(2), List.of("one\ntwo\u001b[31m", "x".repeat(1000))).toString();
        assertTrue(text.startsWith("STRING (2,) ['one two") && text.length() < 200 && !text.contains("\u001b"), text);
        TensorData freed;
        try (Arena arena = Arena.ofConfined()) {
            freed = new TensorData(DType.FLOAT32, Shape.of(2), arena.allocate(8, 4), List.of());
            assertEquals("FLOAT32 (2,) [0.0, 0.0]", freed.toString());
        }
        assertEquals("FLOAT32 (2,) [...]", freed.toString());
        Path file = folder.resolve("model.gguf");
        ModelFile.write(file, spec(List.of()), models.weights(), new Examples(List.of(new Example(true,
                List.of(TensorData.of(Shape.of(1, 1, 1), 1f)), List.of(TensorData.of(Shape.of(1, 2), 1f, 0f)))), 1, 1));
        ModelFile opened = ModelFile.open(file);
        opened.close();
        check(opened.weights());
        opened.weights().arrays().values().forEach(ToStringTest::check);
        check(opened.examples());
        check(opened.examples().calls().getFirst());
        check(new TextInput(List.of(), new Tokenizer(new Tokenizer.Options(0, "!", true, " ", false, null),
                List.of("a", "b"), new int[] {1, 2}, new int[] {1, 1}, 2),
                new PadSequences(3, PadSequences.Side.PRE, PadSequences.Side.PRE, 0)));
        check(Map.of("x", TensorData.of(Shape.of(1000), new float[1000])));
        check(spec(List.of("x".repeat(3000), "y")));
    }
}
