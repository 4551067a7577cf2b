package lanewise.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Does what the pages say: runs each command and each Java sample, in order, page by page. See {@link Page} for the
 * comments that say otherwise. {@code -Dpages=importing} takes only pages with that in their name.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
class PagesTest {
    private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..").toAbsolutePath().normalize();
    private static final String LIBRARIES = System.getProperty("libraries");
    private static final int SECONDS = 300;
    private static final Pattern LINK = Pattern.compile("(?<!`)\\[[^\\]\\[]*\\]\\(([^)\\s]+)\\)");

    private static final Pattern COORDINATES = Pattern.compile(
            "<artifactId>(lanewise-[\\w-]+)</artifactId>\\s*<version>([^<]+)</version>"
                    + "|io\\.github\\.lanewise:(lanewise-[\\w-]+):([\\w.]+)");

    /** Not a temporary folder of JUnit, which says a line for each link in it. */
    private static final Path FOLDER = ROOT.resolve("docs/target/pages");

    /** Pages are what stands at the top, in {@code docs}, and every README. */
    private static List<Page> pages() throws IOException {
        List<Page> pages = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT, 4)) {
            for (Path file : files.filter(PagesTest::isPage).sorted().toList()) {
                pages.add(Page.read(ROOT, ROOT.relativize(file)));
            }
        }
        return pages;
    }

    private static boolean isPage(Path file) {
        Path path = ROOT.relativize(file);
        boolean place = path.getNameCount() == 1 || path.startsWith("docs") || path.endsWith("README.md");
        return place && file.toString().endsWith(".md") && !file.toString().contains("/target/")
                && !path.startsWith("CHANGELOG.md");
    }

    @TestFactory
    Collection<DynamicTest> pagesAreRight() throws Exception {
        delete();
        String only = System.getProperty("pages", "");
        List<Page> pages = pages().stream().filter(page -> page.file().toString().contains(only)).toList();
        assertEquals("", Samples.compile(pages, ROOT.resolve("models/src/test/java"),
                Files.createDirectories(FOLDER.resolve("samples")), LIBRARIES));
        Path jars = FOLDER.resolve("jars");
        Checkout.jars(LIBRARIES, jars);
        List<DynamicTest> tests = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Page page : pages.stream().filter(page -> !page.blocks().isEmpty()).toList()) {
                Callable<List<String>> follow = () -> follow(page, jars);
                Future<List<String>> problems = threads.submit(follow);
                tests.add(DynamicTest.dynamicTest(page.file().toString(),
                        () -> assertEquals("", String.join("\n\n", problems.get()))));
            }
        }
        return tests;
    }

    private static void delete() throws IOException {
        if (Files.exists(FOLDER)) {
            try (Stream<Path> files = Files.walk(FOLDER)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static List<String> follow(Page page, Path jars) throws IOException, InterruptedException {
        Path checkout = FOLDER.resolve(page.file().toString().replaceAll("\\W", "_"));
        Checkout.make(ROOT, jars, checkout);
        String home = System.getProperty("java.home");
        Follower follower = new Follower(checkout, false, SECONDS, List.of("LANEWISE_JAVA_HOME=" + home,
                "JAVA_HOME=" + home, "PATH=" + home + "/bin:" + System.getenv("PATH")));
        List<String> problems = follower.follow(page);
        List<Block> samples = page.blocks().stream().filter(Samples::is)
                .filter(block -> !block.verb().equals("compile")).toList();
        if (!samples.isEmpty() && problems.isEmpty()) {
            problems = samples(page, samples, follower, checkout, jars);
        }
        return problems;
    }

    private static List<String> samples(Page page, List<Block> samples, Follower follower, Path checkout, Path jars)
            throws IOException, InterruptedException {
        Map<Block, Path> ran = new HashMap<>();
        StringBuilder command = new StringBuilder("java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --add-modules"
                + " jdk.incubator.vector -cp '" + FOLDER.resolve("samples") + ":" + jars + "/*' " + Samples.RUNNER);
        for (Block block : samples) {
            ran.put(block, checkout.resolve(Samples.name(block) + ".out"));
            command.append(' ').append(Samples.name(block));
        }
        follower.run(samples.getFirst(), command.toString());
        return follower.compareSamples(page, ran);
    }

    /** Says at once what the other tests would run into. */
    @Test
    void commentsAreRight() throws IOException {
        assertEquals(List.of(), pages().stream().flatMap(page -> page.blocks().stream())
                .filter(block -> !block.problem().isEmpty()).map(block -> block.place() + ": " + block.problem())
                .toList());
    }

    /** What builds are told to take is what this build makes. */
    @Test
    void coordinatesAreThoseOfTheBuild() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Page page : pages()) {
            for (Block block : page.blocks()) {
                Matcher coordinates = COORDINATES.matcher(block.text());
                while (coordinates.find()) {
                    String name = coordinates.group(1) == null ? coordinates.group(3) : coordinates.group(1);
                    String version = coordinates.group(1) == null ? coordinates.group(4) : coordinates.group(2);
                    Path pom = ROOT.resolve(name.replaceFirst("lanewise-", "")).resolve("pom.xml");
                    if (!Checkout.VERSION.equals(version) || !Files.exists(pom)
                            || !Files.readString(pom).contains("<version>" + version + "</version>")) {
                        wrong.add(block.place() + ": " + coordinates.group());
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    /** A page that moves takes its links along. */
    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> lost = new ArrayList<>();
        for (Page page : pages()) {
            Path file = ROOT.resolve(page.file());
            Matcher links = LINK.matcher(Files.readString(file).replaceAll("(?s)```.*?```", ""));
            while (links.find()) {
                String[] link = links.group(1).split("#", 2);
                Path target = link[0].isEmpty() ? file : file.resolveSibling(link[0]).normalize();
                if (link[0].contains(":")) {
                    continue;
                }
                boolean there = Files.exists(target) && (link.length == 1 || anchors(target).contains(link[1]));
                if (!there) {
                    lost.add(page.file() + ": " + links.group(1));
                }
            }
        }
        assertTrue(lost.isEmpty(), lost.toString());
    }

    /** The anchors of a page's headings, as GitHub makes them. */
    private static List<String> anchors(Path page) throws IOException {
        return Files.readString(page).lines().filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .toList();
    }
}
