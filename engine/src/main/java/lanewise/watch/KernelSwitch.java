package lanewise.watch;

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
public final class KernelSwitch extends Event {
    /** The model's name. */
    @Label("Model")
    public String model;

    /** What became of the warm-up, in words. */
    @Label("Outcome")
    public String outcome;

    /** Time of a run with vector kernels. */
    @Label("Vector Time")
    @Description("Nanoseconds of one run with vector kernels")
    public long vectorNanos;

    /** Time of a run with scalar kernels. */
    @Label("Scalar Time")
    @Description("Nanoseconds of one run with scalar kernels")
    public long scalarNanos;
}
