package lanewise.cli.page;

import java.util.Locale;

/** Numbers as people read them. */
public final class Quantity {
    private static final String[] BYTES = {"B", "KB", "MB", "GB", "TB"};

    private Quantity() {}

    /**
     * A number of bytes.
     *
     * @param bytes how many, at least 0
     * @return for example {@code 2.5 MB}; a KB has 1024 bytes
     */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1023.5 && unit < BYTES.length - 1) {
            value /= 1024;
            unit++;
        }
        return (unit == 0 ? Long.toString(bytes) : digits(value)) + " " + BYTES[unit];
    }

    /**
     * A time.
     *
     * @param micros microseconds
     * @return for example {@code 86.1 us}, in nanoseconds, microseconds, milliseconds or seconds
     */
    public static String time(double micros) {
        return Double.isNaN(micros) ? "" : micros < 1 ? digits(micros * 1e3) + " ns"
                : micros < 999.5 ? digits(micros) + " us"
                        : micros < 999_500 ? digits(micros / 1e3) + " ms" : digits(micros / 1e6) + " s";
    }

    /**
     * A count.
     *
     * @param count how many
     * @return for example {@code 125,058}
     */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /**
     * A count with its noun.
     *
     * @param count    how many
     * @param singular the noun for one
     * @return for example {@code 1 row}, {@code 2 rows}
     */
    public static String count(long count, String singular) {
        return count(count) + " " + singular + (count == 1 ? "" : "s");
    }

    /**
     * A part of a whole.
     *
     * @param part  the part
     * @param whole the whole
     * @return for example {@code 97 %}, {@code <1 %}; empty if the whole is nothing
     */
    public static String share(double part, double whole) {
        double percent = 100 * part / whole;
        return Double.isNaN(percent) || whole <= 0 ? "" : percent > 0 && percent < 0.5 ? "<1 %"
                : String.format(Locale.ROOT, "%.0f %%", percent);
    }

    /**
     * A number with three digits that count.
     *
     * @param value any number
     * @return for example {@code 0.0123}, {@code 1.3e-7}, {@code 86.1}
     */
    public static String number(double value) {
        double size = Math.abs(value);
        return value == 0 || !Double.isFinite(value) ? value == 0 ? "0" : Double.toString(value)
                : size < 1e-3 || size >= 1e6 ? String.format(Locale.ROOT, "%.1e", value)
                        : size < 0.1 ? String.format(Locale.ROOT, "%.4f", value)
                                : size < 0.9995 ? String.format(Locale.ROOT, "%.3f", value)
                                        : (value < 0 ? "-" : "") + digits(size);
    }

    /** Of a number from 0 up: two digits after the point below 10, one below 100, none above. */
    private static String digits(double value) {
        return String.format(Locale.ROOT, value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value)
                .replaceAll("(\\.\\d*?)0+$", "$1").replaceAll("\\.$", "");
    }
}
