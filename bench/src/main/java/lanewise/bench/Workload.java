package lanewise.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lanewise.bench.kernels.Seeded;
import lanewise.convert.Imported;
import lanewise.convert.Importer;
import lanewise.spec.Example;
import lanewise.spec.TensorData;
import lanewise.text.TextEncoder;

/**
 * A row of the table: a network, calls of one size, and how far the best rival is to be left behind.
 *
 * @param name    as it stands in the report
 * @param title   what it is, in words
 * @param steps   of every call
 * @param batch   rows of every call
 * @param must    the ratio, best rival's median over ours, that is promised
 * @param stretch the ratio that is hoped for; NaN for nothing
 * @param maker   makes the network
 * @param padded  whether ids are those of the 600 sentences of {@code models/sentiment}, padded in front
 */
public record Workload(String name, String title, int steps, int batch, double must, double stretch,
        Supplier<Network> maker,
        boolean padded) {
    private static final String SENTIMENT = "sentiment";
    private static final String FORECAST = "forecast";
    /** Rows that engines with rounded weights take too. */
    private static final Set<String> ROUNDED = Set.of("1x256x256-given", "1x512x512-given", "100x64x64", "100x128x128",
            "100x256x256", "50x512x512", "20x1024x1024", "100x128x128-batch32", SENTIMENT, FORECAST);

    /** All rows, as the report lists them. */
    public static final List<Workload> ALL = all();

    /**
     * One call.
     *
     * @param x   [batch][steps][features], or null
     * @param ids [batch][steps], or null
     * @param h   first output state [batch][units], or null for zeros
     * @param c   first cell state [batch][units], or null for zeros
     */
    public record Call(float[] x, int[] ids, float[] h, float[] c) {}

    private static List<Workload> all() {
        List<Workload> rows = new ArrayList<>();
        rows.add(lstm(1, 32, 1, false, 8, 12));
        rows.add(lstm(1, 32, 1, true, 5, 8));
        rows.add(lstm(1, 128, 1, false, 2.5, 3.2));
        rows.add(lstm(1, 128, 1, true, 1.5, 1.7));
        rows.add(lstm(1, 256, 1, false, 3, 4));
        rows.add(lstm(1, 256, 1, true, 1.1, 1.3));
        rows.add(lstm(1, 512, 1, true, 1, Double.NaN));
        rows.add(lstm(100, 16, 1, false, 2.5, 4));
        rows.add(lstm(100, 32, 1, false, 1.8, 2.5));
        rows.add(lstm(100, 64, 1, false, 1.25, 1.6));
        rows.add(lstm(100, 128, 1, false, 1.15, 1.35));
        rows.add(lstm(100, 256, 1, false, 1.1, 1.3));
        rows.add(lstm(50, 512, 1, false, 1.05, 1.3));
        rows.add(lstm(20, 1024, 1, false, 1, Double.NaN));
        rows.add(lstm(100, 128, 8, false, 1.03, 1.25));
        rows.add(lstm(100, 128, 32, false, 1.03, 1.2));
        rows.add(lstm(100, 256, 32, false, 1.1, 1.2));
        rows.add(
                new Workload("2-layers-100x128x128", "2 layers, 100 steps, 128 features, 128 units", 100, 1, 1.12, 1.35,
                        () -> Network.random(0, 128, new int[] {128, 128}, false, 0, false), false));
        rows.add(new Workload("bidirectional-100x128x128", "bidirectional, 100 steps, 128 features, 128 units", 100, 1,
                1.12, 1.4,
                () -> Network.random(0, 128, new int[] {128}, true, 0, false), false));
        rows.add(tutorial("tutorial", "tutorial model: Embedding(2000, 128), LSTM(196), Dense(2), 28 ids without zeros",
                1, 1.3, 2, false));
        rows.add(tutorial("tutorial-padded", "tutorial model, the 600 sentences padded to 28 ids", 1, 2.5, 4, true));
        rows.add(
                tutorial("tutorial-batch32", "tutorial model, 28 ids without zeros, batch of 32", 32, 1.2, 1.5, false));
        rows.add(new Workload("imdb",
                "imdb model: Embedding(20000, 128), 2 x Bidirectional(LSTM(64)), Dense(1), 200 ids", 200, 1, 1.4, 1.7,
                () -> Network.random(20000, 128, new int[] {64, 64}, true, 1, false), false));
        rows.add(new Workload(SENTIMENT, "sentiment: Embedding(2000, 48), LSTM(64), Dense(2), its 600 sentences", 40, 1,
                1, Double.NaN, () -> Network.of(Importer.read(Path.of("models/sentiment"))), true));
        rows.add(new Workload(FORECAST, "forecast: LSTM(32), LSTM(16), Dense(1), windows of 52 weeks", 52, 1, 1,
                Double.NaN,
                () -> Network.of(Importer.read(Path.of("models/forecast"))), false));
        return List.copyOf(rows);
    }

    private static Workload lstm(int steps, int size, int batch, boolean given, double must, double stretch) {
        String name = steps + "x" + size + "x" + size + (given ? "-given" : "") + (batch > 1 ? "-batch" + batch : "");
        String title = steps + (steps == 1 ? " step, " : " steps, ") + size + " features, " + size + " units"
                + (given ? ", given state" : steps == 1 ? ", zero state" : "")
                + (batch > 1 ? ", batch of " + batch : "");
        return new Workload(name, title, steps, batch, must, stretch,
                () -> Network.random(0, size, new int[] {size}, false, 0, given), false);
    }

    private static Workload tutorial(String name, String title, int batch, double must, double stretch,
            boolean padded) {
        return new Workload(name, title, 28, batch, must, stretch,
                () -> Network.random(2000, 128, new int[] {196}, false, 2, false), padded);
    }

    /**
     * Finds a row.
     *
     * @param name its name
     * @return the row
     */
    public static Workload named(String name) {
        return ALL.stream().filter(w -> w.name.equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no workload '" + name + "', there are "
                        + ALL.stream().map(Workload::name).toList()));
    }

    /**
     * Whether engines with rounded weights take this row.
     *
     * @return false for rows that would say nothing new
     */
    public boolean isRounded() {
        return ROUNDED.contains(name);
    }

    /** Products of a number and a weight in one call. */
    double products(Network network) {
        return (double) steps * batch * network.layers().stream().mapToDouble(layer -> 4.0 * layer.units()
                * layer.directions().size() * (layer.features() + layer.units())).sum();
    }

    /**
     * The calls that are scored, one after the other and then again.
     *
     * @param network what scores them
     * @return at least one
     */
    public List<Call> calls(Network network) {
        if (padded) {
            return sentences();
        }
        if (name.equals(FORECAST)) {
            return windows();
        }
        Random random = new Random(6);
        int units = network.layers().getFirst().units();
        float[] h = network.given() ? Seeded.floats(random, batch * units, 0.5) : null;
        float[] c = network.given() ? Seeded.floats(random, batch * units, 0.5) : null;
        if (network.vocabulary() == 0) {
            return List.of(new Call(Seeded.floats(random, batch * steps * network.features(), 1), null, h, c));
        }
        return List.of(new Call(null, random.ints((long) batch * steps, 1, network.vocabulary()).toArray(), h, c));
    }

    private static List<Call> windows() {
        return Importer.read(Path.of("models/forecast")).examples().calls().stream()
                .flatMap(example -> rows(example.inputs().getFirst())).map(x -> new Call(x, null, null, null))
                .toList();
    }

    private static Stream<float[]> rows(TensorData windows) {
        float[] all = windows.toFloats();
        int rows = windows.shape().dims().getFirst();
        int size = all.length / rows;
        return IntStream.range(0, rows).mapToObj(i -> Arrays.copyOfRange(all, i * size, (i + 1) * size));
    }

    private List<Call> sentences() {
        Imported imported = Importer.read(Path.of("models/sentiment"));
        TextEncoder encoder = new TextEncoder(imported.spec().text());
        List<Call> calls = new ArrayList<>();
        for (Example example : imported.examples().calls()) {
            for (String text : example.inputs().getFirst().strings()) {
                encoder.encode(text);
                int[] ids = new int[steps];
                int from = Math.max(0, encoder.count() - steps);
                int known = Math.min(steps, encoder.count());
                System.arraycopy(encoder.ids(), from, ids, steps - known, known);
                calls.add(new Call(null, ids, null, null));
            }
        }
        return calls;
    }
}
