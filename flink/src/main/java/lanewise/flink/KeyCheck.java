package lanewise.flink;

import lanewise.error.InvalidInputException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Lets only events with a key pass: Flink fails without a choice where it sends those without one on. */
final class KeyCheck<K, T> extends ProcessFunction<T, T> {
    private static final long serialVersionUID = 1L;

    private final Settings<T> settings;
    private final KeySelector<T, K> key;
    private final OutputTag<DeadLetter<T>> tag;
    private transient BadEvents<T> bad;

    KeyCheck(Settings<T> settings, KeySelector<T, K> key, OutputTag<DeadLetter<T>> tag) {
        this.settings = settings;
        this.key = key;
        this.tag = tag;
    }

    @Override
    public void open(OpenContext context) {
        bad = new BadEvents<>(settings, getRuntimeContext(), tag);
    }

    @Override
    public void processElement(T event, Context context, Collector<T> out) throws Exception {
        if (key.getKey(event) == null) {
            bad.put(event, "event " + event, new InvalidInputException("the event has no key"), context::output);
        } else {
            out.collect(event);
        }
    }
}
