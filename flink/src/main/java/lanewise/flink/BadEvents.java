package lanewise.flink;

import lanewise.error.InvalidInputException;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.OutputTag;

/** What a task does with bad events: stops, or counts them and puts them aside. */
final class BadEvents<T> {
    private final Settings<T> settings;
    private final String task;
    private final OutputTag<DeadLetter<T>> tag;
    private final Counter skipped;

    BadEvents(Settings<T> settings, RuntimeContext context, OutputTag<DeadLetter<T>> tag) {
        this.settings = settings;
        this.tag = tag;
        task = task(settings, context);
        skipped = metrics(context).counter("skipped");
    }

    static MetricGroup metrics(RuntimeContext context) {
        return context.getMetricGroup().addGroup("lanewise");
    }

    /** Names a task in messages. */
    static String task(Settings<?> settings, RuntimeContext context) {
        return settings.name() + ", subtask " + (context.getTaskInfo().getIndexOfThisSubtask() + 1) + " of "
                + context.getTaskInfo().getNumberOfParallelSubtasks();
    }

    /** Puts an event aside. */
    interface Output<T> {
        void put(OutputTag<DeadLetter<T>> tag, DeadLetter<T> letter);
    }

    /**
     * Skips an event, or stops the task.
     *
     * @param key    what the event's key is, in words
     * @param cause  what is wrong with it
     * @param output takes it if it is skipped
     */
    void put(T event, String key, InvalidInputException cause, Output<T> output) {
        String reason = task + ", " + key + ": " + cause.getMessage();
        if (!settings.skips()) {
            InvalidInputException stop = new InvalidInputException(
                    reason + ". No state was changed; skipBadEvents() puts such events aside instead");
            stop.initCause(cause);
            throw stop;
        }
        skipped.inc();
        output.put(tag, new DeadLetter<>(event, reason));
    }
}
