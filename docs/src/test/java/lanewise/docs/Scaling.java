package lanewise.docs;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** Computes the tables of {@code docs/scaling.md} from figures that were measured on one machine. */
final class Scaling {
    private static final int[] MACHINES = {1, 10, 100};

    private final Properties figures = new Properties();

    /** Reads the figures. */
    Scaling(Path file) throws IOException {
        try (Reader in = Files.newBufferedReader(file)) {
            figures.load(in);
        }
    }

    /** A bound on events a second. */
    private record Bound(String what, double events) {}

    private double get(String name) {
        String value = figures.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("no figure '" + name + "'");
        }
        return Double.parseDouble(value);
    }

    /** What a machine's cores compute, for an event of so many microseconds. */
    private Bound cores(String micros) {
        return new Bound("cores", get("machine.cores") * get("machine.share") * 1e6 / get(micros));
    }

    private Bound network(double bytes) {
        return new Bound("network", get("machine.network.bytes") * get("machine.share") / bytes);
    }

    private static Bound least(Bound... bounds) {
        return List.of(bounds).stream().min(Comparator.comparingDouble(Bound::events)).orElseThrow();
    }

    /** Bytes that an application of Kafka Streams reads and writes for an event. */
    private double kafkaBytes() {
        return get("event.bytes") + get("kafka.changelog.bytes") + get("score.bytes");
    }

    private Bound kafka() {
        return least(cores("kafka.micros"), network(kafkaBytes()));
    }

    private Bound flink(String backend) {
        // an event comes in, crosses to the machine of its key, and goes out as a score
        return least(cores("flink." + backend + ".micros"), network(2 * get("event.bytes") + get("score.bytes")));
    }

    private double heapKeys() {
        return get("machine.memory.bytes") / (get("state.bytes") + get("heap.overhead.bytes"));
    }

    private double diskKeys() {
        return get("machine.disk.bytes") / (get("state.bytes") + get("disk.overhead.bytes"));
    }

    /** All tables. */
    String tables() {
        List<String> lines = new ArrayList<>();
        lines.add("Assumed of a machine: " + count(get("machine.cores")) + " cores, of which events may take "
                + percent(get("machine.share")) + "; " + bytes(get("machine.memory.bytes")) + " of memory and "
                + bytes(get("machine.disk.bytes")) + " of disk for states; " + bytes(get("machine.network.bytes"))
                + " a second over the network. A broker's disk takes " + bytes(get("broker.disk.bytes"))
                + " a second, and " + count(get("broker.copies")) + " brokers keep each record. A state takes "
                + count(get("state.bytes")) + " bytes as it is stored, and a step "
                + digits(get("step.nanos") / 1e3) + " us with reading and writing it.");
        lines.add("");
        kafkaTable(lines);
        flinkTable(lines, "hashmap", "states on the heap", heapKeys());
        flinkTable(lines, "rocksdb", "states in RocksDB", diskKeys());
        sparkTable(lines);
        return String.join("\n", lines);
    }

    private void kafkaTable(List<String> lines) {
        lines.add("### Kafka Streams, states in RocksDB");
        lines.add("");
        lines.add("| machines | events a second | threads, so partitions at least | keys on disk | bytes of state |"
                + " changelog a second | brokers for it all | a lost machine's states come back in |");
        lines.add("|---|---|---|---|---|---|---|---|");
        for (int n : MACHINES) {
            double events = n * kafka().events();
            double keys = n * diskKeys();
            double brokers = events * kafkaBytes() * get("broker.copies") / get("broker.disk.bytes");
            lines.add("| " + n + " | " + count(events) + " | " + count(n * get("machine.cores")) + " | " + count(keys)
                    + " | " + bytes(keys * get("state.bytes")) + " | " + bytes(events * get("kafka.changelog.bytes"))
                    + " | " + count(Math.ceil(brokers)) + " | " + minutes(diskKeys(), n) + " |");
        }
        lines.add("");
        lines.add("What limits first: the " + kafka().what() + " of the scoring machines, of whose time Lanewise takes "
                + percent(get("step.nanos") / 1e3 / get("kafka.micros")) + "; then the brokers, which write "
                + Math.round(kafkaBytes() * get("broker.copies")) + " bytes for an event, "
                + percent(get("kafka.changelog.bytes") / kafkaBytes()) + " of them changelog.");
        lines.add("");
    }

    private void flinkTable(List<String> lines, String backend, String where, double keysOfMachine) {
        lines.add("### Flink, " + where);
        lines.add("");
        lines.add("| machines | events a second | keys | bytes of state | written by a full checkpoint in |"
                + " a lost machine's states come back in |");
        lines.add("|---|---|---|---|---|---|");
        for (int n : MACHINES) {
            double keys = n * keysOfMachine;
            lines.add("| " + n + " | " + count(n * flink(backend).events()) + " | " + count(keys) + " | "
                    + bytes(keys * get("state.bytes")) + " | " + minutes(keysOfMachine, Integer.MAX_VALUE) + " | "
                    + minutes(keysOfMachine, n) + " |");
        }
        lines.add("");
        lines.add("What limits first: the " + flink(backend).what() + ", of whose time Lanewise takes "
                + percent(get("step.nanos") / 1e3 / get("flink." + backend + ".micros"))
                + "; the keys are limited by " + (backend.equals("hashmap") ? "memory" : "disk") + ".");
        lines.add("");
    }

    private void sparkTable(List<String> lines) {
        lines.add("### Spark, texts from Parquet to Parquet");
        lines.add("");
        lines.add("| machines | rows a second | a billion rows in |");
        lines.add("|---|---|---|");
        double rows = get("machine.cores") * 1e6 / get("spark.micros");
        for (int n : MACHINES) {
            lines.add("| " + n + " | " + count(n * rows) + " | " + time(1e9 / (n * rows)) + " |");
        }
        lines.add("");
        lines.add("What limits first: the cores, of whose time Lanewise takes "
                + percent(get("spark.loop.micros") / get("spark.micros")) + ". A batch may take all of them.");
    }

    /** How long states of one machine take over its network; all others send, if there are several. */
    private String minutes(double keys, int machines) {
        // with one machine left there is nobody to share them; else the others take equal parts
        double takers = machines == Integer.MAX_VALUE ? 1 : Math.max(1, machines - 1);
        return time(keys * get("state.bytes") / get("machine.network.bytes") / takers);
    }

    private static String time(double seconds) {
        return seconds < 1 ? "under 1 s" : seconds < 90 ? Math.round(seconds) + " s"
                : seconds < 5400 ? Math.round(seconds / 60) + " min" : digits(seconds / 3600) + " h";
    }

    private static String percent(double share) {
        return Math.round(100 * share) + " %";
    }

    private static String count(double count) {
        return count < 1e4 ? String.format(Locale.ROOT, "%,.0f", count)
                : count < 1e6 ? digits(count / 1e3) + " thousand"
                        : count < 1e9 ? digits(count / 1e6) + " million" : digits(count / 1e9) + " billion";
    }

    private static String bytes(double bytes) {
        return bytes < 1e9 ? digits(bytes / 1e6) + " MB" : bytes < 1e12 ? digits(bytes / 1e9) + " GB"
                : digits(bytes / 1e12) + " TB";
    }

    /** Two digits: the figures are no better than that. */
    private static String digits(double value) {
        return value < 9.95 ? String.format(Locale.ROOT, "%.1f", value)
                : String.format(Locale.ROOT, "%.0f", value < 100 ? value : Math.round(value / 10) * 10.0);
    }
}
