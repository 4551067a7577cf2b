package lanewise.kafka;

import java.util.ArrayList;
import java.util.List;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.SharedModel;
import lanewise.State;
import lanewise.Stepper;
import lanewise.error.ModelFileException;
import lanewise.error.UnsupportedModelException;
import lanewise.spec.DType;

/** A model that is open in this JVM, once for all tasks, with a stepper for one of them. */
final class OpenModel implements AutoCloseable {
    private final SharedModel shared;
    private final Stepper stepper;
    private final InputTensor input;
    private final OutputTensor output;
    private final State state;
    private final String fingerprint;

    private OpenModel(SharedModel shared) {
        this.shared = shared;
        fingerprint = shared.model().fingerprint();
        stepper = shared.model().stepper();
        try {
            needOne("input", stepper.inputs().size());
            needOne("output", stepper.outputs().size());
            input = stepper.inputs().getFirst();
            output = stepper.outputs().getFirst();
            if (input.dtype() == DType.STRING || output.dtype() == DType.STRING) {
                throw new UnsupportedModelException(List.of("the model " + fingerprint
                        + " reads or gives texts, expected numbers: events are arrays of floats"));
            }
            state = stepper.state();
        } catch (RuntimeException | Error e) {
            stepper.close();
            throw e;
        }
    }

    private void needOne(String what, int found) {
        if (found != 1) {
            throw new UnsupportedModelException(List.of("the model " + fingerprint + " has " + found + " " + what
                    + "s, expected one: events are arrays of floats, and so are scores"));
        }
    }

    /**
     * Opens a model; throws exceptions of {@code lanewise.error} if it is missing or damaged, or can't score events.
     */
    static OpenModel open(ModelSource source, String fingerprint) {
        SharedModel shared = SharedModel.hold(fingerprint + " of " + source, () -> checked(source, fingerprint));
        try {
            return new OpenModel(shared);
        } catch (RuntimeException | Error e) {
            shared.close();
            throw e;
        }
    }

    private static Model checked(ModelSource source, String fingerprint) {
        Model model = source.open(fingerprint);
        if (!model.fingerprint().equals(fingerprint)) {
            model.close();
            throw new ModelFileException(source + " gave the model " + model.fingerprint() + " for " + fingerprint);
        }
        return model;
    }

    String fingerprint() {
        return fingerprint;
    }

    /**
     * Continues a stream by one step; throws {@code InvalidInputException} if the state is damaged or does not fit, or
     * the features are refused.
     *
     * @param kept     the stream's state, null for a new one
     * @param features of one step
     * @return the output, null if none is due
     */
    float[] step(byte[] kept, float[] features) {
        if (kept == null) {
            stepper.reset();
        } else {
            stepper.restore(shared.model().adoptState(kept));
        }
        input.set(features);
        return stepper.step() ? output.toFloats() : null;
    }

    /** The stream's state after the step. */
    byte[] state() {
        stepper.copyState(state);
        return state.toBytes();
    }

    /** Why this model can't take the place of another one, a sentence each; empty if it can. */
    List<String> differences(OpenModel active) {
        List<String> found = new ArrayList<>();
        if (!input.shape().equals(active.input.shape()) || input.dtype() != active.input.dtype()) {
            found.add("it takes " + input.dtype() + " " + input.shape() + ", expected " + active.input.dtype() + " "
                    + active.input.shape());
        }
        if (!output.shape().equals(active.output.shape()) || output.dtype() != active.output.dtype()) {
            found.add("it gives " + output.dtype() + " " + output.shape() + ", expected " + active.output.dtype() + " "
                    + active.output.shape());
        }
        found.addAll(shared.model().stateDifferences(active.shared.model()));
        return found;
    }

    @Override
    public void close() {
        stepper.close();
        shared.close();
    }
}
