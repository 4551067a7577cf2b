package lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jfree.data.Range;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report as a reader sees it, of results that nobody has measured. */
class ReportTest {
    private static final Path PICTURE = Path.of(System.getProperty("basedir", "."), "..", "docs", "pictures",
            "bench.png");
    private static final long MAX_PAGE = 500_000;
    private static final long MAX_PICTURE = 200_000;
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome", "chrome");

    @TempDir
    private Path folder;

    private String page(Results results) throws IOException {
        new Report(results).write(folder);
        assertTrue(Files.size(folder.resolve("index.html")) < MAX_PAGE, "too large a page");
        return Files.readString(folder.resolve("index.html"));
    }

    private static String section(String html, String id) {
        int from = html.indexOf("<h2 id=\"" + id + "\"");
        assertTrue(from >= 0, id);
        int to = html.indexOf("<h2 ", from + 1);
        return html.substring(from, to < 0 ? html.length() : to);
    }

    /** How often we lose stands in the first sentence, and every loss in the first rows, as large as the wins. */
    @Test
    void theSummaryShowsEveryLoss() throws IOException {
        Results results = MadeUp.results(3);
        String html = page(results);
        List<Workload> lost = Workload.ALL.stream()
                .filter(workload -> results.ratio(workload.name(), Lanewise.NAME, -1) < 1).toList();
        assertFalse(lost.isEmpty(), "these results are to have losses");
        String summary = section(html, "summary");
        assertTrue(html.indexOf("<h2 id=\"summary\"") < html.indexOf("<h2 id=\"models\""), "the summary comes first");
        assertTrue(
                summary.contains("<b>" + (Workload.ALL.size() - lost.size()) + " of " + Workload.ALL.size() + "</b>"),
                summary);
        assertTrue(summary.contains("slower in <b class=\"lost\">" + lost.size() + "</b>"), summary);
        assertEquals(lost.size(), summary.split("<tr class=\"loss\">", -1).length - 1);
        assertEquals(lost.size(), section(html, "models").split("<tr class=\"loss\">", -1).length - 1);
        for (Workload workload : lost) {
            assertTrue(summary.contains("<tr class=\"loss\"><td>" + Page.escape(workload.title())), workload.title());
        }
        assertTrue(summary.indexOf("class=\"lost\" style=") < summary.indexOf("class=\"won\" style="), "losses first");
        assertEquals(new Ratios(results).missed().size(), summary.split("<li>", -1).length - 1);
    }

    @Test
    void withoutRivalsThereIsNoTalkOfWinning() throws IOException {
        Results results = MadeUp.results(1);
        results.samples().removeIf(sample -> sample.engine().startsWith("engine-"));
        String html = page(results);
        assertTrue(section(html, "summary").contains("No other engine was measured"), html);
        assertFalse(html.contains("Faster than"), html);
    }

    /** What a Java program prints is not what a reader wants to see. */
    @Test
    void nothingIsPrintedAsItIs() throws IOException {
        Results results = MadeUp.results(1);
        results.machine().put("caches of a core", "{L1=32K, L2=1024K, L3=36608K}");
        String html = page(results);
        assertTrue(html.contains("<td>L1 32 KB, L2 1 MB, L3 36608 KB</td>"), section(html, "how"));
        assertTrue(html.contains("<p>1 round;") && !html.contains("1 rounds"), section(html, "how"));
        assertTrue(html.contains("A made-up &lt;core&gt; &amp; more"), "names are no markup");
        assertFalse(Pattern.compile(">[^<]*(NaN|Infinity|\\{)[^<]*</t").matcher(html).find(), html);
        assertTrue(page(MadeUp.results(2)).contains("<p>2 rounds;"));
    }

    @Test
    void axesHaveRoundNumbers() throws IOException {
        assertEquals(List.of(0.5, 1.0, 2.0, 5.0), DecadeAxis.ticks(new Range(0.3, 9)));
        assertEquals(List.of(100.0, 1000.0, 10_000.0, 100_000.0), DecadeAxis.ticks(new Range(63, 158_489)));
        assertEquals("100,000", DecadeAxis.text(100_000));
        assertEquals("0.001", DecadeAxis.text(0.001));
        Matcher labels = Pattern.compile("<text[^>]*>([0-9][0-9.,]*)</text>").matcher(page(MadeUp.results(2)));
        int count = 0;
        while (labels.find()) {
            assertTrue(labels.group(1).matches("0\\.0*[125]|[125]0{0,2}|[125]0{0,2}(,000)+"), labels.group(1));
            count++;
        }
        assertTrue(count > 20, count + " labels");
    }

    /** The page opens in Chromium without a word on the console; the picture of the docs is taken here. */
    @Test
    void browsersOpenIt() throws IOException, InterruptedException {
        Optional<Path> browser = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(path -> BROWSERS.stream().map(name -> Path.of(path, name))).filter(Files::isExecutable)
                .findFirst();
        assumeTrue(browser.isPresent(), "no Chromium: install one of " + BROWSERS);
        page(MadeUp.results(3));
        Path picture = folder.resolve("bench.png");
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(Stream.of(browser.get().toString(), "--headless", "--no-sandbox",
                "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", "--enable-logging=stderr", "--v=0", "--window-size=1150,1000",
                "--user-data-dir=" + folder.resolve("profile"), "--screenshot=" + picture,
                folder.resolve("index.html").toUri().toString()).toList()).redirectErrorStream(true)
                .redirectOutput(said.toFile()).start();
        assertTrue(process.waitFor(3, TimeUnit.MINUTES), "it never opened");
        assertFalse(Files.readString(said).contains("CONSOLE"), Files.readString(said));
        assertTrue(Files.size(picture) < MAX_PICTURE, Files.size(picture) + " bytes");
        if (Boolean.getBoolean("pictures.write")) {
            Files.copy(picture, PICTURE, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
