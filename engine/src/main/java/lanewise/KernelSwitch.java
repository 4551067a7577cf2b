package lanewise;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The outcome of warming up a model's vector kernels, for JDK Flight Recorder. */
@Name("lanewise.KernelSwitch")
@Label("Kernel Switch")
@Category("Lanewise")
@Description("A model switched to its vector kernels, or gave them up")
@StackTrace(false)
final class KernelSwitch extends Event {
    @Label("Model")
    String model;

    @Label("Outcome")
    String outcome;

    @Label("Vector Time")
    @Description("Nanoseconds of one run with vector kernels")
    long vectorNanos;

    @Label("Scalar Time")
    @Description("Nanoseconds of one run with scalar kernels")
    long scalarNanos;
}
