package lanewise.cli;

import static lanewise.cli.Ran.bad;
import static lanewise.cli.Ran.good;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import lanewise.cli.page.Quantity;
import lanewise.files.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What inspect, explain and time print on a terminal: tables that line up, in units that people read. */
class ListingTest {
    private static final Path MODELS = Path.of(System.getProperty("models"));
    private static final Path SENTIMENT = MODELS.resolve("sentiment");

    /** The lines of the table whose head starts with a word. */
    private static List<String> table(String out, String head) {
        List<String> lines = out.lines().dropWhile(line -> !line.strip().startsWith(head + " "))
                .takeWhile(line -> !line.isBlank()).toList();
        assertTrue(lines.size() > 1, out);
        return lines;
    }

    /** Columns line up: below the end of a right-aligned heading ends each cell. */
    private static void assertEndsAt(List<String> lines, String heading, String... cells) {
        int end = lines.getFirst().indexOf(heading) + heading.length();
        for (int i = 0; i < cells.length; i++) {
            String line = lines.get(i + 1);
            String cell = line.length() < end ? "" : line.substring(Math.max(0, end - 20), end);
            assertTrue(cell.endsWith(cells[i]) && (line.length() <= end || line.charAt(end) == ' '), line);
        }
    }

    @Test
    void inspectShowsShapesAndSizes() {
        String out = good("inspect", SENTIMENT);
        List<String> lines = table(out, "layer");
        assertEndsAt(lines, "parameters", "96,000", "", "28,928", "130");
        assertEndsAt(lines, "weights", "375 KB", "", "113 KB", "520 B");
        assertTrue(lines.get(3).contains("(None, 64)"), out);
        assertTrue(out.contains("125,058 parameters, ") && out.contains(" MB packed; "), out);
        assertTrue(out.contains("600 examples"), out);
    }

    @Test
    void explainSharesOutTheTimeOfACall() {
        String out = good("explain", SENTIMENT);
        List<String> lines = table(out, "layer");
        assertEquals(5, lines.size(), out);
        int end = lines.getFirst().indexOf("share") + "share".length();
        int shares = lines.stream().skip(1).filter(line -> line.length() >= end)
                .map(line -> line.substring(end - 6, end).strip())
                .filter(cell -> !cell.isEmpty() && cell.charAt(0) != '<')
                .mapToInt(cell -> Integer.parseInt(cell.substring(0, cell.indexOf(' ')))).sum();
        assertTrue(shares >= 97 && shares <= 102, out);
        // names of our classes are nobody's business
        assertFalse(Pattern.compile("(?m)^.*(FoldableEmbedding|\\bRnn\\b|Activate$).*$").matcher(out).find(), out);
        assertTrue(good("explain", MODELS.resolve("conformance/recurrent/lstm__return_sequences"), "--steps", "7")
                .contains("a call of one row takes "));
        bad("--steps 0", "explain", SENTIMENT, "--steps", "0");
    }

    @Test
    void explainNamesRoundedWeights() {
        List<String> lines = table(good("explain", SENTIMENT, "--weights", "bfloat16"), "layer");
        assertEndsAt(lines, "weights", "188 KB");
    }

    @Test
    void timeNamesWhatItMeasures() {
        Path stream = MODELS.resolve("stream");
        String out = good("time", stream, "--batch", "3", "--steps", "5", "--seconds", "0.1");
        assertTrue(out.startsWith("co2_stream (Keras 3.15.1 archive), a call of 3 rows, inputs change (3, 5, 1)"), out);
        assertEquals(2, table(out, "least").size());
        long bars = out.lines().filter(line -> line.contains("#")).count();
        assertTrue(bars >= 1 && bars <= 11, out);
        assertTrue(out.lines().anyMatch(line -> line.contains(" calls a second, ") && line.contains(" rows a second")),
                out);
        assertTrue(good("time", stream, "--stream", "--seconds", "0.1").contains("a step of 1 stream, "));
        JsonNode json = Json.parse("time", good("time", stream, "--batch", "3", "--steps", "5", "--seconds", "0.1",
                "--json"));
        assertEquals(3 * json.get("calls_per_second").doubleValue(), json.get("rows_per_second").doubleValue(), 1e-6);
    }

    @Test
    void histogramsCountEveryCall() {
        long[] nanos = IntStream.range(0, 1000).mapToLong(i -> i < 500 ? 1000 : i < 999 ? 2000 : 1_000_000).toArray();
        List<String> lines = new LatencyHistogram(nanos, nanos.length, 0).lines();
        assertEquals(List.of("50 %", "50 %", "<1 %"), lines.stream().filter(line -> line.contains("#"))
                .map(line -> line.substring(line.lastIndexOf('#') + 1).strip()).toList());
        assertTrue(lines.getLast().startsWith("longer"), lines.toString());
        // a clock that ticks slowly sees the same time always
        long[] equal = new long[100];
        Arrays.fill(equal, 50);
        assertEquals(1, new LatencyHistogram(equal, equal.length, 0.1).lines().size());
    }

    @Test
    void quantities() {
        assertEquals(List.of("0 B", "1023 B", "1 KB", "1.5 KB", "375 KB", "1 MB", "2.46 MB",
                "8388608 TB"),
                IntStream.range(0, 8).mapToObj(i -> Quantity.bytes(new long[] {0, 1023, 1024, 1536,
                    384_000, 1_048_500, 2_574_336, Long.MAX_VALUE}[i])).toList());
        assertEquals("34.4 ns", Quantity.time(0.0344));
        assertEquals("1 ms", Quantity.time(999.9));
        assertEquals("12.5 s", Quantity.time(12.46e6));
        assertEquals("<1 %", Quantity.share(1, 1000));
        assertEquals("1 row", Quantity.count(1, "row"));
        assertEquals("-0.0123", Quantity.number(-0.01234));
        assertEquals("1.2e-07", Quantity.number(1.2e-7));
        assertEquals("0", Quantity.number(0));
    }
}
