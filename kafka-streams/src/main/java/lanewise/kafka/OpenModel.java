package lanewise.kafka;

import java.util.ArrayList;
import java.util.List;
import lanewise.Model;
import lanewise.Tensor;
import lanewise.error.ModelFileException;
import lanewise.tasks.KeyedStepper;
import lanewise.tasks.SharedModel;

/** A model that is open in this JVM, once for all tasks, with a stepper for one of them. */
final class OpenModel implements AutoCloseable {
    private final SharedModel shared;
    private final KeyedStepper stepper;
    private final String fingerprint;

    private OpenModel(SharedModel shared) {
        this.shared = shared;
        fingerprint = shared.model().fingerprint();
        stepper = new KeyedStepper(shared.model(), true);
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
        return stepper.step(kept, features).orElse(null);
    }

    /** The stream's state after the step. */
    byte[] state() {
        return stepper.state();
    }

    /** Why this model can't take the place of another one, a sentence each; empty if it can. */
    List<String> differences(OpenModel active) {
        List<String> found = new ArrayList<>();
        addDifference(found, "takes", stepper.input(), active.stepper.input());
        addDifference(found, "gives", stepper.output(), active.stepper.output());
        found.addAll(shared.model().stateDifferences(active.shared.model()));
        return found;
    }

    private static void addDifference(List<String> found, String what, Tensor now, Tensor before) {
        if (!now.shape().equals(before.shape()) || now.dtype() != before.dtype()) {
            found.add("it " + what + " " + now.dtype() + " " + now.shape() + ", expected " + before.dtype() + " "
                    + before.shape());
        }
    }

    @Override
    public void close() {
        stepper.close();
        shared.close();
    }
}
