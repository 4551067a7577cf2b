package lanewise.options;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lanewise.error.LimitExceededException;

/**
 * What opening a model, or one predictor of it, may need at most, all together. A file of a few hundred bytes can ask
 * for any amount of it. The defaults lie far above what models of this world need; {@code docs/limits.md} has the
 * largest values that were measured. {@link Limits} changes them.
 */
public enum Limit {
    /** Bytes that the compressed parts of the files unpack to, beyond 20 times the size that they have compressed. */
    UNPACKED("unpacked", Unit.BYTES, 64_000_000),
    /** Values, names and brackets of all JSON. */
    TOKENS("tokens", "values and brackets", 3_000_000),
    /** Calls of layers and operators, those in nested models and loops counted each time, computed ones tenfold. */
    CALLS("calls", "calls", 100_000),
    /** Numbers that are made of others when a model is read, beyond four times those that the file holds. */
    CONSTANTS("constants", "numbers", 8_000_000),
    /** Multiplications of numbers that are known when a model is read. */
    PRODUCTS("products", "multiplications", 300_000_000),
    /** Operations of the plan. */
    OPERATIONS("operations", "operations", 200_000),
    /** Bytes of packed weights, beyond those that the weights themselves have. */
    WEIGHTS("weights", Unit.BYTES, 128_000_000),
    /**
     * Bytes that a call of one row of 16 steps needs for the model to be warmed up. A model that needs more is opened,
     * but stays with scalar code.
     */
    WARM_UP("warm-up", Unit.BYTES, 64_000_000),
    /** Bytes of one predictor, stepper, window or store of states. */
    SCRATCH("scratch", Unit.BYTES, 1_000_000_000),
    /** Bytes of a model that is read from a stream, all of which are kept until it is open. */
    STREAM("stream", Unit.BYTES, 1_000_000_000),
    /** Seconds that opening a model takes. */
    TIME("time", Unit.SECONDS, 60);

    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,15})([A-Za-z]*)");

    private enum Unit {
        BYTES, COUNT, SECONDS
    }

    private final String key;
    private final Unit unit;
    private final String counted;
    private final long usual;

    Limit(String key, Unit unit, long usual) {
        this.key = key;
        this.unit = unit;
        this.counted = "";
        this.usual = usual;
    }

    Limit(String key, String counted, long usual) {
        this.key = key;
        this.unit = Unit.COUNT;
        this.counted = counted;
        this.usual = usual;
    }

    /**
     * Its name on the command line.
     *
     * @return lower case
     */
    public String key() {
        return key;
    }

    /**
     * What holds unless it is changed.
     *
     * @return bytes, a count, or seconds
     */
    public long usual() {
        return usual;
    }

    /**
     * An amount in words.
     *
     * @param amount bytes, a count, or seconds
     * @return a number with its unit, never rounded up
     */
    public String text(long amount) {
        return switch (unit) {
            case BYTES -> amount < 10_000 ? amount + " bytes"
                    : amount < 10_000_000 ? amount / 1000 + " kB"
                            : amount < 10_000_000_000L ? amount / 1_000_000 + " MB" : amount / 1_000_000_000 + " GB";
            case COUNT -> amount + " " + counted;
            case SECONDS -> amount + " s";
        };
    }

    /** An amount that is at least as large, as the command line takes it. */
    private String option(long amount) {
        long size = amount < 10_000_000 ? 1_000 : 1_000_000;
        return unit != Unit.BYTES ? Long.toString(amount)
                : Math.ceilDiv(amount, size) + (size == 1_000 ? "kB" : "MB");
    }

    /** The reverse of {@link #option}; empty if it is no amount. */
    OptionalLong amount(String text) {
        Matcher matcher = AMOUNT.matcher(text.strip());
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        String suffix = matcher.group(2).toLowerCase(Locale.ROOT);
        long factor = suffix.isEmpty() ? 1 : unit == Unit.SECONDS ? suffix.equals("s") ? 1 : 0
                : unit == Unit.COUNT ? 0 : switch (suffix) {
                    case "kb" -> 1_000;
                    case "mb" -> 1_000_000;
                    case "gb" -> 1_000_000_000;
                    default -> 0;
                };
        long number = Long.parseLong(matcher.group(1));
        return factor == 0 || number > Long.MAX_VALUE / factor ? OptionalLong.empty()
                : OptionalLong.of(number * factor);
    }

    /**
     * What to throw where more is needed.
     *
     * @param what what needs it
     * @param need how much, or the least that is known
     * @param most the limit
     * @return the exception
     */
    public LimitExceededException exceeded(String what, long need, long most) {
        String needed = unit == Unit.SECONDS ? " takes longer than " + text(most)
                : " needs " + text(need) + ", more than " + text(most);
        return new LimitExceededException(what + needed + " (the limit '" + key + "'); if you trust it, raise the limit"
                + " with --limits " + key + "=" + option(need) + " or Limits.with(Limit." + name() + ", ...)");
    }
}
