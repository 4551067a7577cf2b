package lanewise.watch;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A call that took far longer than it should, see {@link SpeedWatch}, for JDK Flight Recorder. */
@Name("lanewise.SlowCall")
@Label("Slow Call")
@Category("Lanewise")
@Description("A call of a model took several times what was measured when it switched to its vector kernels")
@StackTrace(false)
public final class SlowCall extends Event {
    @Label("Model")
    String model;

    @Label("Kind")
    @Description("call, or step of a stream")
    String kind;

    @Label("Inputs")
    @Description("Numbers in all inputs of the call")
    long inputs;

    @Label("Taken")
    @Timespan(Timespan.NANOSECONDS)
    long taken;

    @Label("Expected")
    @Description("What a call of this size should take")
    @Timespan(Timespan.NANOSECONDS)
    long expected;

    @Label("Allocated")
    @Description("By the call; compiled kernels allocate nothing")
    @DataAmount
    long allocated;

    @Label("In a Row")
    @Description("Slow calls since the last timed one that was not; a single one is often the machine's doing")
    int inARow;
}
