package lanewise.options;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * How much a model may need, see {@link Limit}: {@code Limits.DEFAULT.with(Limit.SCRATCH, 4_000_000_000L)}. Immutable;
 * any number of threads may use it.
 */
public final class Limits {
    /** What honest models stay far below. */
    public static final Limits DEFAULT = new Limits(new EnumMap<>(Limit.class));

    /** Those that are not as usual. */
    private final Map<Limit, Long> changed;

    private Limits(Map<Limit, Long> changed) {
        this.changed = changed;
    }

    /**
     * A limit.
     *
     * @param limit which
     * @return bytes, a count, or seconds
     */
    public long of(Limit limit) {
        return changed.getOrDefault(limit, limit.usual());
    }

    /**
     * The same limits with another value of one.
     *
     * @param limit which
     * @param most  bytes, a count, or seconds
     * @return new limits
     * @throws IllegalArgumentException if it is negative
     */
    public Limits with(Limit limit, long most) {
        if (most < 0) {
            throw new IllegalArgumentException("the limit '" + limit.key() + "' is " + most + ", expected at least 0");
        }
        Map<Limit, Long> all = new EnumMap<>(Limit.class);
        all.putAll(changed);
        all.put(limit, most);
        return new Limits(all);
    }

    /**
     * These limits with the values of a text such as {@code scratch=4GB,time=300}.
     *
     * @param text names and values; bytes may end in kB, MB or GB
     * @return new limits
     * @throws IllegalArgumentException if it is no such text
     */
    public Limits with(String text) {
        Limits limits = this;
        for (String part : text.split(",", -1)) {
            int at = part.indexOf('=');
            String key = part.substring(0, Math.max(0, at)).strip();
            Limit limit = Arrays.stream(Limit.values()).filter(l -> l.key().equals(key)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("'" + part + "' sets no limit, expected NAME=VALUE"
                            + " with a name of " + Arrays.stream(Limit.values()).map(Limit::key).toList()));
            OptionalLong amount = limit.amount(part.substring(at + 1));
            limits = limits.with(limit, amount.orElseThrow(() -> new IllegalArgumentException("'" + part
                    + "' has no value, expected a whole number, for bytes also with kB, MB or GB behind it")));
        }
        return limits;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Limits o && Arrays.stream(Limit.values()).allMatch(limit -> of(limit) == o.of(limit));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(Arrays.stream(Limit.values()).mapToLong(this::of).toArray());
    }

    /** As {@link #with(String)} takes it. */
    @Override
    public String toString() {
        return Arrays.stream(Limit.values()).map(limit -> limit.key() + "=" + of(limit))
                .collect(Collectors.joining(","));
    }
}
