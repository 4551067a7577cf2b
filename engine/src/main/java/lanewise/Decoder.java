package lanewise;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import lanewise.error.InvalidInputException;
import lanewise.spec.DType;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * Writes a sequence of tokens with a model that says, for a token and the states after it, how probable each next token
 * is, and puts out the next states: the decoder of an encoder-decoder model, or a language model.
 *
 * <pre>{@code
 * encoder.input("text").set(ids);
 * encoder.run();
 * try (Decoder decoder = Decoder.of(model, Decoder.Options.of(1, 2, 40).withBeams(4))) {
 *     List<Integer> tokens = decoder.decode(encoder.outputs()).getFirst().tokens();
 * }
 * }</pre>
 *
 * <p>The first input of the model takes one token: its id, or as many numbers as there are tokens, of which one is 1.
 * Its first output has a score for each token; of several steps the last counts. The other outputs are states: the last
 * inputs take them, in the same order. Inputs between the token and the states, such as what an encoder puts out for
 * attention, stay the same.
 *
 * <p>A decoder belongs to one thread at a time, see {@link ThreadOwned}.
 */
public final class Decoder implements ThreadOwned {
    /** What the scores of the model are. */
    public enum Scores {
        /** Probabilities: behind a softmax. */
        PROBABILITIES,
        /** Any numbers that a softmax would make probabilities of. */
        LOGITS,
        /** Logarithms of probabilities. */
        LOG_PROBABILITIES
    }

    /**
     * How to decode.
     *
     * @param start       the token that the model is given first
     * @param end         the token that ends a sequence; -1 for none
     * @param maxLength   how many tokens a sequence has at most
     * @param beams       how many sequences are followed at once; 1 always takes the most probable token
     * @param lengthPower what the logarithm of a sequence's probability is divided by: its length to this power; 0 to
     *                    compare probabilities, which favours short ones
     * @param scores      what the model puts out
     */
    public record Options(int start, int end, int maxLength, int beams, double lengthPower, Scores scores) {
        /** Checks the numbers. */
        public Options {
            Objects.requireNonNull(scores);
            if (start < 0 || end < -1 || maxLength < 1 || beams < 1 || !(Math.abs(lengthPower) <= 100)) {
                throw new InvalidInputException("a decoder with start " + start + ", end " + end + ", maxLength "
                        + maxLength + ", beams " + beams + ", lengthPower " + lengthPower + "; expected tokens from 0"
                        + " up, or -1 for no end, and at least 1 of length and beams");
            }
        }

        /**
         * The most probable token each time, from probabilities.
         *
         * @param start     the token that the model is given first
         * @param end       the token that ends a sequence; -1 for none
         * @param maxLength how many tokens a sequence has at most
         * @return the options
         */
        public static Options of(int start, int end, int maxLength) {
            return new Options(start, end, maxLength, 1, 0, Scores.PROBABILITIES);
        }

        /**
         * The same options with a search for more probable sequences.
         *
         * @param newBeams how many sequences are followed at once
         * @return new options
         */
        public Options withBeams(int newBeams) {
            return new Options(start, end, maxLength, newBeams, lengthPower, scores);
        }

        /**
         * The same options with scores that don't favour short sequences.
         *
         * @param newPower see {@link #lengthPower}; often from 0.6 to 1
         * @return new options
         */
        public Options withLengthPower(double newPower) {
            return new Options(start, end, maxLength, beams, newPower, scores);
        }

        /**
         * The same options for another kind of output.
         *
         * @param newScores what the model puts out
         * @return new options
         */
        public Options withScores(Scores newScores) {
            return new Options(start, end, maxLength, beams, lengthPower, newScores);
        }
    }

    /**
     * A sequence that was decoded. Immutable.
     *
     * @param tokens         without start and end
     * @param logProbability the logarithm of its probability, that of the end included
     * @param score          what sequences are ordered by: the same, divided as {@link Options#lengthPower} says
     * @param ended          whether the end was reached, rather than the greatest length
     */
    public record Sequence(List<Integer> tokens, double logProbability, double score, boolean ended) {
        /** Copies the list. */
        public Sequence {
            tokens = List.copyOf(tokens);
        }
    }

    /** A sequence that goes on, and the row of the last call that it comes from. */
    private record Beam(List<Integer> tokens, double logProbability, int row) {}

    /** A token that may come next. */
    private record Step(int row, int token, double logProbability) {}

    private final Options options;
    private final Predictor predictor;
    private final InputTensor tokens;
    private final List<InputTensor> constants;
    private final List<InputTensor> states;
    private final OutputTensor scores;
    private final boolean oneHot;
    private float[] values = new float[0];

    private Decoder(Model model, Options options) {
        this.options = options;
        model.spec().graph().walk((path, layer) -> {
            boolean stateful = layer instanceof RecurrentLayer.Rnn rnn && rnn.stateful()
                    || layer instanceof RecurrentLayer.ConvLstm conv && conv.stateful();
            if (stateful && options.beams() > 1) {
                throw new InvalidInputException(
                        "layer '" + path + "' is stateful: its states can't follow several beams;"
                                + " make them inputs and outputs of the model, or use one beam");
            }
        });
        predictor = model.predictor(options.beams(), Model.DEFAULT_MAX_STEPS);
        try {
            List<InputTensor> in = predictor.inputs();
            int stateCount = predictor.outputs().size() - 1;
            if (stateCount >= in.size()) {
                throw new InvalidInputException("the model has the inputs " + Session.declared(in)
                        + " and the outputs " + Session.declared(predictor.outputs())
                        + "; expected a token, then one input for each output but the first");
            }
            tokens = in.getFirst();
            constants = in.subList(1, in.size() - stateCount);
            states = in.subList(in.size() - stateCount, in.size());
            scores = predictor.outputs().getFirst();
            scores.needNumbers();
            Shape shape = tokens.rowsFirst();
            int last = shape.dim(shape.rank() - 1);
            oneHot = tokens.dtype() == DType.FLOAT32 && last != Shape.ANY && last > 1;
            boolean takesOne = tokens.dtype() != DType.STRING && shape.dims().subList(1, shape.rank()).stream()
                    .limit(shape.rank() - (oneHot ? 2 : 1)).allMatch(size -> size == Shape.ANY || size == 1);
            if (!takesOne) {
                throw new InvalidInputException("input " + tokens.declared() + " does not take one token");
            }
            if (oneHot) {
                needToken("start", options.start(), last);
                needToken("end", options.end(), last);
            }
        } catch (RuntimeException e) {
            predictor.close();
            throw e;
        }
    }

    /**
     * Creates a decoder.
     *
     * @param model   the model of one step, see the class
     * @param options how to decode
     * @return a decoder for one thread; close it when it is no longer needed
     * @throws InvalidInputException if the model has not the inputs and outputs that it needs
     * @throws IllegalStateException if the model is closed
     */
    public static Decoder of(Model model, Options options) {
        return new Decoder(model, options);
    }

    private static void needToken(String what, int token, int count) {
        if (token >= count) {
            throw new InvalidInputException("the " + what + " is token " + token + ", but the model has " + count);
        }
    }

    /**
     * Decodes from the outputs of an encoder.
     *
     * @param given one output of one row for each input but the first, in the order of the model
     * @return the sequences, best first: one, or as many as there are beams
     * @throws InvalidInputException if an output does not fit its input, or the model's scores are not what the options
     *                               say
     */
    public List<Sequence> decode(List<OutputTensor> given) {
        List<InputTensor> inputs = predictor.inputs().subList(1, predictor.inputs().size());
        if (given.size() != inputs.size()) {
            throw new InvalidInputException("outputs " + Session.declared(given) + " are given for the inputs "
                    + Session.declared(inputs) + "; expected one for each");
        }
        for (int i = 0; i < given.size(); i++) {
            inputs.get(i).set(given.get(i));
        }
        return decode();
    }

    /**
     * Decodes from arrays.
     *
     * @param given an array of one row for each input but the first, by name
     * @return the sequences, best first: one, or as many as there are beams
     * @throws InvalidInputException if an array does not fit its input, or the model's scores are not what the options
     *                               say
     */
    public List<Sequence> decode(Map<String, TensorData> given) {
        List<InputTensor> inputs = predictor.inputs().subList(1, predictor.inputs().size());
        if (given.size() != inputs.size()) {
            throw new InvalidInputException("arrays are given for " + given.keySet() + ", expected one for each of "
                    + Session.declared(inputs));
        }
        given.forEach((name, array) -> predictor.input(name).set(array));
        return decode();
    }

    private List<Sequence> decode() {
        for (InputTensor input : predictor.inputs().subList(1, predictor.inputs().size())) {
            if (input.rowAxis() != RowAxis.NONE && input.dims[0] != 1) {
                throw new InvalidInputException("input '" + input.name() + "' is given " + input.dims[0]
                        + " rows; a decoder writes one sequence from one row");
            }
        }
        predictor.resetStates();
        List<Sequence> ended = new ArrayList<>();
        List<Beam> beams = List.of(new Beam(List.of(), 0, 0));
        for (int length = 1; length <= options.maxLength() && !beams.isEmpty()
                && ended.size() < options.beams(); length++) {
            beams = advance(beams, ended);
        }
        if (ended.size() < options.beams()) {
            beams.forEach(beam -> ended.add(sequence(beam.tokens(), beam.logProbability(), false)));
        }
        ended.sort(Comparator.comparingDouble(sequence -> -sequence.score()));
        return List.copyOf(ended.subList(0, Math.min(options.beams(), ended.size())));
    }

    private Sequence sequence(List<Integer> list, double logProbability, boolean hasEnded) {
        int length = list.size() + (hasEnded ? 1 : 0);
        return new Sequence(list, logProbability, logProbability / Math.pow(length, options.lengthPower()), hasEnded);
    }

    /** Takes one step with all beams; returns those that go on, most probable first. */
    private List<Beam> advance(List<Beam> beams, List<Sequence> ended) {
        setTokens(beams);
        int rows = beams.size();
        predictor.run();
        List<Step> best = best(beams);
        List<Beam> next = new ArrayList<>();
        for (int rank = 0; rank < best.size() && next.size() < options.beams(); rank++) {
            Step step = best.get(rank);
            List<Integer> before = beams.get(step.row()).tokens();
            if (step.token() != options.end()) {
                List<Integer> longer = new ArrayList<>(before);
                longer.add(step.token());
                next.add(new Beam(longer, step.logProbability(), step.row()));
            } else if (rank < options.beams()) {
                ended.add(sequence(before, step.logProbability(), true));
            }
        }
        if (!next.isEmpty()) {
            int[] rowOf = next.stream().mapToInt(Beam::row).toArray();
            for (int i = 0; i < states.size(); i++) {
                states.get(i).take(predictor.outputs().get(i + 1), rowOf, rowOf.length);
            }
            constants.forEach(input -> input.repeat(rows, rowOf.length));
        }
        return next;
    }

    private void setTokens(List<Beam> beams) {
        int rows = beams.size();
        int width = oneHot ? tokens.rowsFirst().dim(tokens.rowsFirst().rank() - 1) : 1;
        int[] last = beams.stream()
                .mapToInt(beam -> beam.tokens().isEmpty() ? options.start() : beam.tokens().getLast()).toArray();
        if (tokens.dtype() != DType.FLOAT32) {
            tokens.set(last, rows);
            return;
        }
        float[] numbers = new float[rows * width];
        for (int row = 0; row < rows; row++) {
            numbers[oneHot ? row * width + last[row] : row] = oneHot ? 1 : last[row];
        }
        tokens.setRows(numbers, rows);
    }

    /** The most probable steps, twice as many as beams, since some may end; of equals those of the first rows. */
    private List<Step> best(List<Beam> beams) {
        int all = scores.size();
        int row = all / beams.size();
        int count = scores.dims[scores.dims.length - 1];
        values = values.length < all ? new float[all] : values;
        scores.getRows(values);
        needToken("end", options.end(), count);
        List<Step> best = new ArrayList<>();
        for (int r = 0; r < beams.size(); r++) {
            int from = (r + 1) * row - count;
            double shift = options.scores() == Scores.LOGITS ? logSum(from, count) : 0;
            for (int token = 0; token < count; token++) {
                double p = beams.get(r).logProbability() + logOf(values[from + token], token) - shift;
                if (best.size() < 2 * options.beams() || p > best.getLast().logProbability()) {
                    insert(best, new Step(r, token, p));
                }
            }
        }
        return best;
    }

    private void insert(List<Step> best, Step step) {
        int at = best.size();
        while (at > 0 && step.logProbability() > best.get(at - 1).logProbability()) {
            at--;
        }
        best.add(at, step);
        if (best.size() > 2 * options.beams()) {
            best.removeLast();
        }
    }

    private double logOf(float score, int token) {
        boolean probability = options.scores() == Scores.PROBABILITIES;
        if (Float.isNaN(score) || probability && !(score >= 0 && score <= 1.001f)) {
            throw new InvalidInputException("output '" + scores.name() + "' is " + score + " for token " + token
                    + (probability ? ", which is no probability; see Decoder.Scores" : ""));
        }
        return probability ? Math.log(score) : score;
    }

    /** The logarithm of the sum of the exponentials. */
    private double logSum(int from, int count) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, values[i]);
        }
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += Math.exp(values[i] - largest);
        }
        return largest + Math.log(sum);
    }

    /** Resets the states of stateful layers to zero, for a pool; decoding does that by itself. */
    void resetStates() {
        predictor.resetStates();
    }

    @Override
    public void acquire() {
        predictor.acquire();
    }

    @Override
    public void release() {
        predictor.release();
    }

    @Override
    public boolean isClosed() {
        return predictor.isClosed();
    }

    @Override
    public void close() {
        predictor.close();
    }

    @Override
    public String toString() {
        return "Decoder[" + predictor + ", " + options + "]";
    }
}
