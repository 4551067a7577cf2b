package lanewise.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;

/** The threads of a whole machine at work on one model, for {@link Throughput}. Prints rows a second. */
final class Crowd {
    /** As many threads as cores, each with calls of its own. */
    static final String THREADS = "threads";
    /** One call at a time, on all cores. */
    static final String WIDE = "one call";

    private static final double WARM_UP_SECONDS = 3;
    /** Counters of two threads do not share a cache line. */
    private static final int APART = 32;

    private static volatile boolean stopped;
    private static volatile Exception failed;

    private Crowd() {}

    /**
     * Runs.
     *
     * @param args an {@link Engine}, a {@link Workload}, how, seconds
     */
    public static void main(String... args) throws Exception {
        Engine engine = Engine.named(args[0]);
        Workload workload = Workload.named(args[1]);
        Network network = workload.maker().get();
        int cores = Runtime.getRuntime().availableProcessors();
        List<Scorer> scorers;
        if (args[2].equals(WIDE)) {
            Scorer wide = engine.openWide(workload, network, cores);
            if (wide == null) {
                System.out.println("none");
                return;
            }
            scorers = List.of(wide);
        } else {
            scorers = engine.open(workload, network, cores);
        }
        List<Workload.Call> calls = workload.calls(network);
        check(workload, engine.used(network), scorers, calls.getFirst(), engine.tolerance());
        AtomicLongArray done = new AtomicLongArray(APART * scorers.size());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < scorers.size(); i++) {
            int index = APART * i;
            Scorer scorer = scorers.get(i);
            threads.add(Thread.ofPlatform().daemon().start(() -> work(scorer, calls, done, index)));
        }
        Thread.sleep((long) (1000 * WARM_UP_SECONDS));
        long begin = System.nanoTime();
        long before = sum(done);
        Thread.sleep((long) (1000 * Double.parseDouble(args[3])));
        long after = sum(done);
        double seconds = (System.nanoTime() - begin) / 1e9;
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        if (failed != null) {
            throw failed;
        }
        System.out.println(String.format(Locale.ROOT, "rows %.3f", (after - before) * workload.batch() / seconds));
        for (Scorer scorer : scorers.reversed()) {
            scorer.close();
        }
    }

    private static void check(Workload workload, Network used, List<Scorer> scorers, Workload.Call call,
            double tolerance) throws Exception {
        double[] want = new Reference(workload, used).score(call, workload.batch() - 1);
        for (Scorer scorer : scorers) {
            Check.close(want, scorer.score(call), (workload.batch() - 1) * want.length, tolerance);
        }
    }

    private static void work(Scorer scorer, List<Workload.Call> calls, AtomicLongArray done, int index) {
        try {
            for (int next = 0; !stopped; next = next + 1 < calls.size() ? next + 1 : 0) {
                scorer.score(calls.get(next));
                done.setOpaque(index, done.getPlain(index) + 1);
            }
        } catch (Exception e) {
            failed = e;
        }
    }

    private static long sum(AtomicLongArray done) {
        long sum = 0;
        for (int i = 0; i < done.length(); i += APART) {
            sum += done.getOpaque(i);
        }
        return sum;
    }
}
