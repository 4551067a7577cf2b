package lanewise.tasks;

import java.util.List;
import java.util.Optional;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.State;
import lanewise.Stepper;
import lanewise.Tensor;
import lanewise.error.InvalidInputException;
import lanewise.error.UnsupportedModelException;
import lanewise.spec.DType;

/**
 * Steps streams whose states others keep, as bytes: an engine for streams of events with its checkpoints, or a
 * database. Takes one event of any key at a time and gives the bits that a {@link Stepper} for that key alone gives.
 *
 * <p>For models with one input and one output of numbers. Like a stepper it belongs to the first thread that uses it.
 */
public final class KeyedStepper implements AutoCloseable {
    private final Model model;
    private final boolean adopts;
    private final Stepper stepper;
    private final InputTensor input;
    private final OutputTensor output;
    private final State state;

    /**
     * Creates a stepper.
     *
     * @param model  the model; stays the caller's
     * @param adopts whether to continue states of other models that fit, see {@link Model#adoptState(byte[])}; else
     *               they are refused
     * @throws UnsupportedModelException if the model can't be stepped, has several inputs or outputs, or takes or gives
     *                                   texts
     * @throws IllegalStateException     if the model is closed
     */
    public KeyedStepper(Model model, boolean adopts) {
        this.model = model;
        this.adopts = adopts;
        stepper = model.stepper();
        try {
            input = only("input", stepper.inputs());
            output = only("output", stepper.outputs());
            state = stepper.state();
        } catch (RuntimeException | Error e) {
            stepper.close();
            throw e;
        }
    }

    private <T extends Tensor> T only(String what, List<T> tensors) {
        if (tensors.size() != 1 || tensors.getFirst().dtype() == DType.STRING) {
            throw new UnsupportedModelException(List.of("'" + model.spec().name() + "' has the " + what + "s " + tensors
                    + ", expected one of numbers: events are arrays of numbers, and so are scores"));
        }
        return tensors.getFirst();
    }

    /**
     * Continues a stream by one step. A refused call changes nothing that the caller keeps.
     *
     * @param before   the stream's state, the result of {@link #state} or {@link State#toBytes}; null for a new stream
     * @param features the input of the step, row-major; whole numbers where the model takes integers
     * @return the output, row-major; empty if none is due, as while a window is not full
     * @throws InvalidInputException if the state is damaged or does not fit, or the features are of another number,
     *                               hold NaN, fractions where the model takes integers, or an id that it does not know
     * @throws IllegalStateException if this or its model is closed, or it belongs to another thread
     */
    public Optional<float[]> step(byte[] before, float[] features) {
        check(features);
        if (before == null) {
            stepper.reset();
        } else {
            stepper.restore(adopts ? model.adoptState(before) : model.readState(before));
        }
        input.set(features);
        return stepper.step() ? Optional.of(output.toFloats()) : Optional.empty();
    }

    /** NaN would stay in the state, and floats would be cut to integers. */
    private void check(float[] features) {
        boolean isFloat = input.dtype() == DType.FLOAT32;
        for (int i = 0; i < features.length; i++) {
            if (Float.isNaN(features[i])) {
                throw new InvalidInputException("input '" + input.name() + "' holds NaN at " + i
                        + ", which would stay in the stream's state for ever; leave out events that have no number");
            }
            if (!isFloat && features[i] != (long) features[i]) {
                throw new InvalidInputException("input '" + input.name() + "' takes " + input.dtype() + ", but value "
                        + i + " is " + features[i]);
            }
        }
    }

    /**
     * The state of the stream after its last step.
     *
     * @return {@link State#toBytes}, a new array; of the same length for all streams of a model
     */
    public byte[] state() {
        stepper.copyState(state);
        return state.toBytes();
    }

    /**
     * The input that features go into.
     *
     * @return its name, shape and type
     */
    public Tensor input() {
        return input;
    }

    /**
     * The output that scores come from.
     *
     * @return its name, shape and type
     */
    public Tensor output() {
        return output;
    }

    /** Frees the memory. Closing twice does nothing. */
    @Override
    public void close() {
        stepper.close();
    }
}
