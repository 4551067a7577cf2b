package lanewise;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** How long it took to make a model, for JDK Flight Recorder. */
@Name("lanewise.ModelLoad")
@Label("Model Load")
@Category("Lanewise")
@Description("A model was planned and its weights packed; of a model file also read and checked")
@StackTrace(false)
final class ModelLoad extends Event {
    @Label("Model")
    String model;

    @Label("File")
    @Description("A model file that was opened, or nothing")
    String file;

    @Label("Weights")
    @Description("The packed weights, off the heap")
    @DataAmount
    long weightBytes;

    @Label("Operations")
    int operations;

    /** Records a model that was made. */
    void end(LoadedModel made, String from) {
        model = made.spec().name();
        file = from;
        weightBytes = made.plan().weightBytes();
        operations = made.plan().entries().size();
        commit();
    }
}
