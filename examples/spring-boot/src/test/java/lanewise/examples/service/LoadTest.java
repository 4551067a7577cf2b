package lanewise.examples.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import lanewise.Model;
import lanewise.Scorer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Swaps the model of the service, in a process of its own, while many virtual threads call it, each by a connection of
 * its own: every answer must be that of one of the two models, to the last character, and none may be missing. Short
 * here; {@code -Dload.threads=10000 -Dload.swaps=1000 -Dload.rate=1000} is the long form, see README.md.
 */
class LoadTest {
    private static final int THREADS = Integer.getInteger("load.threads", 300);
    private static final int SWAPS = Integer.getInteger("load.swaps", 20);
    /** Calls a second, of all threads together. */
    private static final int RATE = Integer.getInteger("load.rate", 300);
    private static final long LONGEST = Duration.ofMinutes(5).toNanos();
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> TEXTS = TestModels.samples(200);
    @TempDir
    private static Path folder;

    /** For each text the answers that are right. */
    private static final List<List<String>> RIGHT = new ArrayList<>();
    private static final List<byte[]> REQUESTS = new ArrayList<>();

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();
    private final AtomicLong answered = new AtomicLong();

    @BeforeAll
    static void expect() {
        TestModels.texts(folder.resolve("a.gguf"), 1, "no", "yes");
        TestModels.texts(folder.resolve("b.gguf"), 2, "no", "yes");
        for (String text : TEXTS) {
            RIGHT.add(new ArrayList<>());
            REQUESTS.add(Connection.post("/score", JSON.writeValueAsString(Map.of("text", text))));
        }
        for (String file : List.of("a.gguf", "b.gguf")) {
            try (Model model = Model.open(folder.resolve(file)); Scorer scorer = model.scorer()) {
                for (int i = 0; i < TEXTS.size(); i++) {
                    RIGHT.get(i).add(JSON.writeValueAsString(ScoreController.Scored.of(model.fingerprint(),
                            scorer.score(TEXTS.get(i)))));
                }
            }
        }
    }

    @Test
    void noAnswerIsWrongOrLostOverSwaps() throws Exception {
        Histogram bare = bareCalls();
        try (ServiceProcess service = new ServiceProcess(folder,
                List.of("-XX:+UseSerialGC", "-Xmx1g", "--add-modules=jdk.incubator.vector"),
                "--lanewise.model=" + folder.resolve("a.gguf"), "--lanewise.max-wait=60s",
                "--server.tomcat.keep-alive-timeout=120s",
                "--management.metrics.distribution.percentiles.lanewise.call=0.5,0.99,0.999")) {
            // the service's own code is compiled before anything is timed
            calls(service.port(), 20, Math.min(RATE, 300), Duration.ofSeconds(Math.min(20, SWAPS / 5)));
            Histogram alone = calls(service.port(), 1, 100, Duration.ofSeconds(Math.min(20, SWAPS / 5)));
            long before = answered.get();
            long begin = System.nanoTime();
            Histogram loaded = swapUnderLoad(service);
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(Locale.ROOT,
                    "%d swaps in %.1f s while %d virtual threads made %d calls: %d wrong, %d lost%n",
                    SWAPS, seconds, THREADS, answered.get() - before, wrong.size(), lost.size());
            print("bare call, one thread", bare);
            print("service, one caller", alone);
            print("service, all callers, model being swapped", loaded);
            System.out.println("the service's own timer of calls: " + ownTimer(service));
        }
        assertEquals(List.of(), wrong.stream().limit(5).toList());
        assertEquals(List.of(), lost.stream().limit(5).toList());
        assertTrue(answered.get() > SWAPS, "only " + answered + " calls");
    }

    /** Nanoseconds of calls without a service, once they are compiled. */
    private static Histogram bareCalls() {
        Histogram times = new Histogram(LONGEST, 3);
        try (Model model = Model.open(folder.resolve("a.gguf")); Scorer scorer = model.scorer()) {
            model.warmUp(Duration.ofSeconds(20));
            for (int i = 0; i < 40_000; i++) {
                long begin = System.nanoTime();
                scorer.score(TEXTS.get(i % TEXTS.size()));
                if (i >= 20_000) {
                    times.recordValue(System.nanoTime() - begin);
                }
            }
        }
        return times;
    }

    private Histogram swapUnderLoad(ServiceProcess service) throws Exception {
        Histogram times = new ConcurrentHistogram(LONGEST, 3);
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> callers = callers(service.port(), THREADS, RATE, over, times);
        try (Connection connection = new Connection(service.management())) {
            for (int i = 0; i < SWAPS; i++) {
                Connection.Response response = connection.send(Connection.post("/actuator/model",
                        i % 2 == 0 ? "{\"file\":\"b.gguf\"}" : "{\"file\":\"a.gguf\"}"));
                assertEquals(200, response.status(), response.body());
            }
        } finally {
            over.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
        }
        return times;
    }

    private Histogram calls(int port, int threads, int rate, Duration length) throws InterruptedException {
        Histogram times = new ConcurrentHistogram(LONGEST, 3);
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> callers = callers(port, threads, rate, over, times);
        Thread.sleep(length);
        over.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        return times;
    }

    /**
     * Starts threads that call until it is over. Each waits at random between calls, so that together they make as many
     * a second as was asked for, whatever the answers take; a call that is late counts from when it was due.
     */
    private List<Thread> callers(int port, int threads, int rate, AtomicBoolean over, Histogram times) {
        List<Thread> started = new ArrayList<>();
        long pause = 1_000_000_000L * threads / rate;
        for (int i = 0; i < threads; i++) {
            started.add(Thread.ofVirtual().start(() -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                long due = System.nanoTime() + random.nextLong(pause);
                try (Connection connection = new Connection(port)) {
                    while (sleepUntil(due, over)) {
                        call(connection, random.nextInt(TEXTS.size()));
                        times.recordValue(Math.min(LONGEST, System.nanoTime() - due));
                        due += random.nextLong(2 * pause);
                    }
                } catch (IOException e) {
                    lost.add(e.toString());
                }
            }));
        }
        return started;
    }

    /** Whether the time has come before all is over. */
    private static boolean sleepUntil(long due, AtomicBoolean over) {
        for (long left = due - System.nanoTime(); left > 0 && !over.get(); left = due - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, 500_000_000L));
        }
        return !over.get();
    }

    private void call(Connection connection, int text) throws IOException {
        Connection.Response response = connection.send(REQUESTS.get(text));
        answered.incrementAndGet();
        if (response.status() != 200) {
            lost.add(response.toString());
        } else if (!RIGHT.get(text).contains(response.body())) {
            wrong.add(TEXTS.get(text) + ": " + response.body() + ", expected one of " + RIGHT.get(text));
        }
    }

    /** Percentiles of the calls within the service, without the way there and waiting for a predictor. */
    private static String ownTimer(ServiceProcess service) throws IOException {
        try (Connection connection = new Connection(service.management())) {
            return String.join(", ", connection.send(Connection.get("/actuator/prometheus")).body().lines()
                    .filter(line -> line.startsWith("lanewise_call_seconds{") && line.contains("answered"))
                    .map(line -> line.replaceAll(".*quantile=\"([0-9.]+)\".* ", "$1: ") + " s").toList());
        }
    }

    private static void print(String what, Histogram times) {
        System.out.printf(Locale.ROOT, "%-45s %8d calls, median %8.1f us, 99 %% %8.1f us, 99.9 %% %8.1f us%n", what,
                times.getTotalCount(), times.getValueAtPercentile(50) / 1e3, times.getValueAtPercentile(99) / 1e3,
                times.getValueAtPercentile(99.9) / 1e3);
    }
}
