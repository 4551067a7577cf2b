package lanewise;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import lanewise.spec.Examples;

/** The outcome of {@link Model#verify()}, for JDK Flight Recorder. */
@Name("lanewise.ModelVerification")
@Label("Model Verification")
@Category("Lanewise")
@Description("Examples of a model were replayed and compared with what was expected")
@StackTrace(false)
final class ModelVerification extends Event {
    @Label("Model")
    String model;

    @Label("Passed")
    boolean passed;

    @Label("Failure")
    @Description("The first value that was off by more than allowed, or nothing")
    String failure;

    @Label("Calls")
    int calls;

    @Label("Values")
    @Description("How many values were compared")
    long values;

    @Label("Largest Error")
    @Description("Largest absolute difference from what was expected")
    double maxError;

    /** Replays examples, and records what was found. */
    static Verification of(LoadedModel model, Examples given, double limit) {
        ModelVerification event = new ModelVerification();
        event.begin();
        Verification found = Replay.run(model, given).within(limit);
        event.model = model.spec().name();
        event.passed = found.passed();
        event.failure = found.failure().map(Verification.Failure::message).orElse(null);
        event.calls = found.calls();
        event.values = found.values();
        event.maxError = found.maxError();
        event.commit();
        return found;
    }
}
