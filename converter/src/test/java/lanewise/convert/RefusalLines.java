package lanewise.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lanewise.error.LanewiseException;
import lanewise.error.Shortened;
import lanewise.error.UnsupportedModelException;

/** What every refusal looks like: one short line a cause, none twice, and none that only follows from another. */
public final class RefusalLines {
    private static final int LONGEST_LINE = 600;
    private static final Pattern FOLLOWS = Pattern.compile(
            "reads \\[([^]]*)\\], which no layer|the model's output '([^']*)' is not produced");
    private static final Pattern LIST = Pattern.compile("[\\[{][^\\[\\]{}]*[\\]}]");

    private RefusalLines() {}

    /**
     * Checks a refusal.
     *
     * @param refusal thrown for a model
     */
    public static void check(LanewiseException refusal) {
        List<String> lines = refusal instanceof UnsupportedModelException e ? e.problems()
                : List.of(refusal.getMessage());
        assertEquals(new HashSet<>(lines).size(), lines.size(), () -> "a line stands twice: " + refusal.getMessage());
        for (String line : lines) {
            assertEquals(1, line.lines().count(), line);
            assertTrue(line.length() > 10 && line.length() <= LONGEST_LINE,
                    () -> line.length() + " characters: " + line);
            LIST.matcher(line).results().forEach(list -> assertTrue(list.group().length() <= Shortened.LONGEST, line));
            Matcher follows = FOLLOWS.matcher(line);
            if (follows.find()) {
                String names = follows.group(1) == null ? follows.group(2) : follows.group(1);
                Arrays.stream(names.split(", ")).forEach(name -> lines.forEach(cause -> assertFalse(
                        !name.isEmpty() && cause.startsWith("layer '" + name + "' "),
                        () -> line + " -- only follows from -- " + cause)));
            }
        }
    }
}
