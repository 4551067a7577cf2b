package lanewise.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** Says on a terminal how far a command is, a few times a second in one line. */
final class Progress {
    private static final long PERIOD_NANOS = 250_000_000;
    private static final double SECOND = 1e9;
    /** Less than that and nothing is worth saying. */
    private static final double FIRST_SECONDS = 0.5;
    private static final int MINUTE = 60;

    /** Null where nobody looks. */
    private final PrintWriter out;
    private final long total;
    private final long begin = System.nanoTime();
    private long next = begin + (long) (FIRST_SECONDS * SECOND);
    private boolean shown;

    /**
     * Begins.
     *
     * @param out   standard error
     * @param total how much there is to do, or 0 if nobody knows
     * @param files whether the answers go into files, so that none is on the terminal
     */
    Progress(PrintWriter out, long total, boolean files) {
        // set by the launcher: true where only standard error is a terminal, files where both streams are
        String where = System.getProperty("lanewise.progress", "false");
        this.out = where.equals("true") || where.equals("files") && files ? out : null;
        this.total = total;
    }

    /**
     * Says how far it is, if it is time to.
     *
     * @param rows that are done
     * @param done of the total
     */
    void update(long rows, long done) {
        long now = System.nanoTime();
        if (out == null || now < next) {
            return;
        }
        next = now + PERIOD_NANOS;
        shown = true;
        double seconds = (now - begin) / SECOND;
        double left = total > 0 && done > 0 ? seconds * Math.max(0, total - done) / done : -1;
        String line = line(rows, seconds) + (left < 0 ? "" : ", " + time(left) + " left");
        out.print("\r" + line + " ".repeat(Math.max(0, 60 - line.length())));
        out.flush();
    }

    /** Says what was done, if anything was said before. */
    void end(long rows) {
        if (shown) {
            double seconds = (System.nanoTime() - begin) / SECOND;
            String line = line(rows, seconds) + ", " + time(seconds);
            out.println("\r" + line + " ".repeat(Math.max(0, 60 - line.length())));
        }
    }

    /** Makes room for a message. */
    void clear() {
        if (shown) {
            out.print("\r" + " ".repeat(60) + "\r");
        }
    }

    private static String line(long rows, double seconds) {
        return String.format(Locale.ROOT, "%,d rows, %,d a second", rows, Math.round(rows / seconds));
    }

    private static String time(double seconds) {
        long whole = Math.round(seconds);
        return whole < MINUTE ? whole + " s"
                : whole < MINUTE * MINUTE ? whole / MINUTE + " min " + whole % MINUTE + " s"
                        : whole / MINUTE / MINUTE + " h " + whole / MINUTE % MINUTE + " min";
    }
}
