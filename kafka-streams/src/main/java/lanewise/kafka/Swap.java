package lanewise.kafka;

import java.util.Objects;

/**
 * What became of a record on the control topic in one task.
 *
 * @param task     the task, for example {@code 0_3}; the number behind the dash is the partition of its events
 * @param control  the record: topic, partition and offset, for example {@code control-0@12}
 * @param from     the fingerprint of the model that was active
 * @param to       the fingerprint that the record asked for, or what stood in its place
 * @param accepted whether {@code to} is active now; {@code from} is otherwise
 * @param reason   why it was refused, empty if it was not
 */
public record Swap(String task, String control, String from, String to, boolean accepted, String reason)
        implements
        Outcome {
    /** Checks that nothing is null. */
    public Swap {
        Objects.requireNonNull(task);
        Objects.requireNonNull(control);
        Objects.requireNonNull(from);
        Objects.requireNonNull(to);
        Objects.requireNonNull(reason);
    }

    @Override
    public String toString() {
        return "task " + task + ", " + control + ": " + (accepted ? "model " + to + " replaces " + from
                : "model " + from + " stays, '" + to + "' is refused: " + reason);
    }
}
