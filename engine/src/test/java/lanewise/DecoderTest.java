package lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import org.junit.jupiter.api.Test;

/** A decoder finds what a plain loop over arrays finds. */
class DecoderTest {
    private static final int TOKENS = 7;
    private static final int UNITS = 5;
    private static final int START = 1;
    private static final int END = 2;

    private final TestModels models = new TestModels(11);

    private static LayerSpec lstm(boolean sequences) {
        return new RecurrentLayer.Rnn("lstm", List.of(new RecurrentLayer.LstmCell("cell", UNITS, Activation.TANH,
                Activation.SIGMOID, true)), sequences, true, false, false, false);
    }

    private void weights(int inputs) {
        models.array("lstm/cell/kernel", inputs, 4 * UNITS);
        models.array("lstm/cell/recurrent_kernel", UNITS, 4 * UNITS);
        models.array("lstm/cell/bias", 4 * UNITS);
    }

    private static Graph.Ref ref(int node, int output) {
        return new Graph.Ref(node, output);
    }

    /** The encoder of Keras's tutorial: the states of an LSTM. */
    private Model encoder() {
        weights(2);
        Graph graph = new Graph(List.of(new Graph.Node(TestModels.floats(-1, -1, 2), List.of(), null),
                new Graph.Node(lstm(false), List.of(ref(0, 0)), null)), List.of(0),
                List.of(new Graph.Output("h", ref(1, 1)), new Graph.Output("c", ref(1, 2))));
        return models.model(new ModelSpec("encoder", graph), ModelOptions.KernelChoice.SCALAR);
    }

    /** Its decoder: one token and the states in, probabilities and the states out. Ids go through an embedding. */
    private Model decoder(boolean ids, Activation activation) {
        weights(ids ? 4 : TOKENS);
        models.array("embedding/embeddings", TOKENS, 4);
        float[] kernel = models.array("dense/kernel", UNITS, TOKENS);
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] *= 6;
        }
        models.array("dense/bias", TOKENS);
        List<Graph.Node> nodes = new ArrayList<>();
        LayerSpec token = ids ? new LayerSpec.InputLayer("token", Shape.of(-1, -1), DType.INT32)
                : new LayerSpec.InputLayer("token", Shape.of(-1, -1, TOKENS), DType.FLOAT32);
        nodes.add(new Graph.Node(token, List.of(), null));
        nodes.add(new Graph.Node(new LayerSpec.InputLayer("h", Shape.of(-1, UNITS), DType.FLOAT32), List.of(), null));
        nodes.add(new Graph.Node(new LayerSpec.InputLayer("c", Shape.of(-1, UNITS), DType.FLOAT32), List.of(), null));
        if (ids) {
            nodes.add(new Graph.Node(new CoreLayer.Embedding("embedding", TOKENS, 4, false), List.of(ref(0, 0)), null));
        }
        nodes.add(new Graph.Node(lstm(true), List.of(ref(ids ? 3 : 0, 0), ref(1, 0), ref(2, 0)), null));
        int rnn = nodes.size() - 1;
        nodes.add(new Graph.Node(new CoreLayer.Dense("dense", TOKENS, activation, true), List.of(ref(rnn, 0)), null));
        Graph graph = new Graph(nodes, List.of(0, 1, 2), List.of(new Graph.Output("out", ref(rnn + 1, 0)),
                new Graph.Output("h_out", ref(rnn, 1)), new Graph.Output("c_out", ref(rnn, 2))));
        return models.model(new ModelSpec("decoder", graph), ModelOptions.KernelChoice.SCALAR);
    }

    /** A sequence of the plain search. */
    private record Plain(List<Integer> tokens, double logProbability, float[] h, float[] c, boolean ended) {
        double score(double power) {
            return logProbability / Math.pow(tokens.size() + (ended ? 1 : 0), power);
        }
    }

    /** The logarithms of the next tokens' probabilities, and the next states, of one sequence. */
    private static double[] next(Predictor decoder, boolean ids, boolean logits, Plain from, float[] h, float[] c) {
        int token = from.tokens().isEmpty() ? START : from.tokens().getLast();
        if (ids) {
            decoder.input("token").set(new int[] {token}, 1);
        } else {
            float[] one = new float[TOKENS];
            one[token] = 1;
            decoder.input("token").set(one);
        }
        decoder.input("h").set(from.h());
        decoder.input("c").set(from.c());
        decoder.run();
        decoder.output("h_out").get(h);
        decoder.output("c_out").get(c);
        float[] out = decoder.output("out").toFloats();
        double[] logs = new double[TOKENS];
        double largest = Double.NEGATIVE_INFINITY;
        for (float value : out) {
            largest = Math.max(largest, value);
        }
        double sum = 0;
        for (float value : out) {
            sum += Math.exp(value - largest);
        }
        for (int i = 0; i < TOKENS; i++) {
            logs[i] = logits ? out[i] - (largest + Math.log(sum)) : Math.log(out[i]);
        }
        return logs;
    }

    /** One sequence after the other, all in arrays: every beam is extended by every token, the best are kept. */
    private static List<Plain> search(Model model, boolean ids, Decoder.Options options, float[] h, float[] c) {
        boolean logits = options.scores() == Decoder.Scores.LOGITS;
        List<Plain> beams = List.of(new Plain(List.of(), 0, h, c, false));
        List<Plain> ended = new ArrayList<>();
        try (Predictor decoder = model.predictor(1, 1)) {
            for (int t = 0; t < options.maxLength() && !beams.isEmpty() && ended.size() < options.beams(); t++) {
                List<Plain> all = new ArrayList<>();
                for (Plain beam : beams) {
                    float[] nextH = new float[UNITS];
                    float[] nextC = new float[UNITS];
                    double[] logs = next(decoder, ids, logits, beam, nextH, nextC);
                    for (int token = 0; token < TOKENS; token++) {
                        List<Integer> longer = new ArrayList<>(beam.tokens());
                        if (token != options.end()) {
                            longer.add(token);
                        }
                        all.add(new Plain(longer, beam.logProbability() + logs[token], nextH, nextC,
                                token == options.end()));
                    }
                }
                all.sort(Comparator.comparingDouble(plain -> -plain.logProbability()));
                List<Plain> going = new ArrayList<>();
                for (int rank = 0; rank < all.size() && going.size() < options.beams(); rank++) {
                    if (!all.get(rank).ended()) {
                        going.add(all.get(rank));
                    } else if (rank < options.beams()) {
                        ended.add(all.get(rank));
                    }
                }
                beams = going;
            }
        }
        if (ended.size() < options.beams()) {
            ended.addAll(beams);
        }
        ended.sort(Comparator.comparingDouble(plain -> -plain.score(options.lengthPower())));
        return ended.subList(0, Math.min(options.beams(), ended.size()));
    }

    private static void assertSame(List<Plain> expected, List<Decoder.Sequence> found, double power) {
        assertEquals(expected.stream().map(Plain::tokens).toList(),
                found.stream().map(Decoder.Sequence::tokens).toList());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).ended(), found.get(i).ended());
            assertEquals(expected.get(i).logProbability(), found.get(i).logProbability(), 1e-12);
            assertEquals(expected.get(i).score(power), found.get(i).score(), 1e-12);
        }
    }

    @Test
    void decodesWhatAPlainLoopDecodes() {
        try (Model encoder = encoder(); Predictor reader = encoder.predictor(1, 10)) {
            for (boolean ids : new boolean[] {false, true}) {
                for (Decoder.Scores kind : List.of(Decoder.Scores.PROBABILITIES, Decoder.Scores.LOGITS)) {
                    try (Model model = decoder(ids, kind == Decoder.Scores.LOGITS ? Activation.LINEAR
                            : Activation.SOFTMAX)) {
                        compare(model, reader, ids, kind);
                    }
                }
            }
        }
    }

    private void compare(Model model, Predictor reader, boolean ids, Decoder.Scores kind) {
        int ended = 0;
        for (int beams : new int[] {1, 2, 4, 9}) {
            for (int end : new int[] {END, -1}) {
                Decoder.Options options = Decoder.Options.of(START, end, 8).withBeams(beams).withScores(kind)
                        .withLengthPower(beams == 4 ? 0.7 : 0);
                try (Decoder decoder = Decoder.of(model, options)) {
                    for (int text = 0; text < 5; text++) {
                        reader.input("x").set(models.floats(6, 3));
                        reader.run();
                        float[] h = reader.output("h").toFloats();
                        float[] c = reader.output("c").toFloats();
                        List<Plain> expected = search(model, ids, options, h, c);
                        assertSame(expected, decoder.decode(reader.outputs()), options.lengthPower());
                        assertSame(expected, decoder.decode(Map.of("h", TensorData.of(Shape.of(1, UNITS), h), "c",
                                TensorData.of(Shape.of(1, UNITS), c))), options.lengthPower());
                        ended += expected.getFirst().ended() ? 1 : 0;
                    }
                }
            }
        }
        assertTrue(ended > 2 && ended < 38, ended + " ended");
    }

    @Test
    void outputsGoIntoInputsOfTheSameSizesOnly() {
        try (Model encoder = encoder();
                Model decoder = decoder(false, Activation.SOFTMAX);
                Predictor reader = encoder.predictor(3, 10);
                Predictor writer = decoder.predictor(3, 1)) {
            reader.input("x").set(models.floats(3 * 8, 1), 3);
            reader.run();
            InputTensor h = writer.input("h");
            h.set(reader.output("h"));
            assertArrayEquals(new int[] {3, UNITS}, h.dims());
            writer.input("c").set(reader.output("c"));
            writer.input("token").set(new float[3 * TOKENS], 3);
            writer.run();
            float[] y = writer.output("out").toFloats();
            h.set(reader.output("h").toFloats(), 3);
            writer.input("c").set(reader.output("c").toFloats(), 3);
            writer.run();
            assertArrayEquals(y, writer.output("out").toFloats());
            String message = assertThrows(InvalidInputException.class, () -> h.set(writer.output("out"))).getMessage();
            assertTrue(message.contains("'h', FLOAT32 (None, 5), does not take output 'out', FLOAT32 (3, 1, 7)"),
                    message);
            try (Predictor small = decoder.predictor(2, 1)) {
                assertThrows(InvalidInputException.class, () -> small.input("h").set(reader.output("h")));
            }
            TestModels.allocatesNothing("set(OutputTensor)", () -> h.set(reader.output("h")));
            reader.release();
            assertThrows(IllegalStateException.class, () -> h.set(reader.output("h")));
        }
    }

    @Test
    void whatCannotBeDecodedIsRefused() {
        try (Model encoder = encoder(); Model model = decoder(false, Activation.LINEAR)) {
            Decoder.Options options = Decoder.Options.of(START, END, 8);
            refused(() -> Decoder.of(encoder, options), "expected a token");
            refused(() -> Decoder.of(model, Decoder.Options.of(TOKENS, END, 8)), "start is token 7");
            refused(() -> Decoder.of(model, Decoder.Options.of(START, TOKENS, 8)), "end is token 7");
            refused(() -> Decoder.Options.of(-1, END, 8), "start -1");
            refused(() -> options.withBeams(0), "beams 0");
            try (Decoder decoder = Decoder.of(model, options); Predictor reader = encoder.predictor(2, 4)) {
                reader.input("x").set(models.floats(8, 1), 2);
                reader.run();
                refused(() -> decoder.decode(reader.outputs()), "rows");
                reader.input("x").set(models.floats(8, 1));
                reader.run();
                refused(() -> decoder.decode(reader.outputs().subList(0, 1)), "one for each");
                refused(() -> decoder.decode(reader.outputs()), "no probability");
            }
        }
    }

    private static void refused(org.junit.jupiter.api.function.Executable call, String part) {
        String message = assertThrows(InvalidInputException.class, call).getMessage();
        assertTrue(message.contains(part), message);
    }
}
