package lanewise.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lanewise.spec.WeightFormat;

/**
 * Lists for each layer what its matrices take in each format, the cache level that holds them, and how long a lone row
 * takes to read them: an estimate, from rates that were measured on another machine.
 */
public final class WeightListing {
    /** GMAC/s that a core computes at most with weights of the format, from any level; as {@link Caches#RATES}. */
    private static final Map<WeightFormat, Double> ROOFS = Map.of(WeightFormat.FLOAT32, 58.0, WeightFormat.BFLOAT16,
            55.0, WeightFormat.INT16, 37.0);

    private final List<WeightMatrix> matrices;
    private final Caches caches;

    /**
     * A listing for this machine.
     *
     * @param matrices of a model
     */
    public WeightListing(List<WeightMatrix> matrices) {
        this(matrices, Caches.read(Caches.LINUX));
    }

    WeightListing(List<WeightMatrix> matrices, Caches caches) {
        this.matrices = matrices;
        this.caches = caches;
    }

    /**
     * The formats that there are, as the end of a line.
     *
     * @return for example {@code , float32: embedding, int16: lstm/cell}; empty if there are no matrices
     */
    public String formats() {
        return matrices.isEmpty() ? "" : ", " + formatNames();
    }

    private String formatNames() {
        Map<WeightFormat, List<String>> layers = new LinkedHashMap<>();
        for (WeightMatrix matrix : matrices) {
            List<String> names = layers.computeIfAbsent(matrix.format(), format -> new ArrayList<>());
            if (!names.contains(matrix.layer())) {
                names.add(matrix.layer());
            }
        }
        return layers.size() == 1 ? name(layers.keySet().iterator().next())
                : layers.entrySet().stream().map(entry -> name(entry.getKey()) + ": "
                        + String.join(" ", entry.getValue())).collect(Collectors.joining(", "));
    }

    /**
     * The listing.
     *
     * @return whole lines, none if there are no matrices
     */
    @Override
    public String toString() {
        return lines().stream().map(line -> line + System.lineSeparator()).collect(Collectors.joining());
    }

    List<String> lines() {
        if (matrices.isEmpty()) {
            return List.of();
        }
        Map<String, List<WeightMatrix>> layers = matrices.stream()
                .collect(Collectors.groupingBy(WeightMatrix::layer, LinkedHashMap::new, Collectors.toList()));
        int width = Math.max(5, layers.keySet().stream().mapToInt(String::length).max().orElseThrow());
        String row = "%-" + width + "s  %-26s %-26s %-26s";
        List<String> lines = new ArrayList<>();
        lines.add("matrices: bytes, the cache that holds them, and the time in which a lone row reads them once (in a"
                + " step of a recurrent layer); * as they are kept");
        lines.add(String.format(row, "layer", "float32", "bfloat16", "int16").stripTrailing());
        layers.forEach((layer, all) -> lines.add(String.format(row, layer, cell(all, WeightFormat.FLOAT32),
                cell(all, WeightFormat.BFLOAT16), cell(all, WeightFormat.INT16)).stripTrailing()));
        lines.add("times are estimates: " + caches + ",");
        lines.add("  " + rates());
        return lines;
    }

    private static String rates() {
        return Stream.of(0, 1, 2, 3).map(level -> Caches.RATES.get(level) + " GB/s from " + Caches.name(level))
                .collect(Collectors.joining(", "))
                + Stream.of(WeightFormat.values()).map(format -> String.format(Locale.ROOT, "%.0f", ROOFS.get(format)))
                        .collect(Collectors.joining(", ", ", and at most ", " products a nanosecond"));
    }

    private String cell(List<WeightMatrix> layer, WeightFormat format) {
        long bytes = layer.stream().mapToLong(matrix -> matrix.bytes(format)).sum();
        boolean current = layer.stream().allMatch(matrix -> matrix.format() == format);
        boolean lookup = layer.stream().allMatch(WeightMatrix::lookup);
        int level = caches.level(bytes);
        return size(bytes) + " " + Caches.name(level) + (lookup ? ", looked up" : " " + time(layer, format, level))
                + (current ? " *" : "");
    }

    private static String time(List<WeightMatrix> layer, WeightFormat format, int level) {
        double bytes = layer.stream().mapToLong(matrix -> matrix.bytes(format)).sum();
        double products = layer.stream().mapToLong(matrix -> matrix.shape().size()).sum();
        double nanos = Math.max(bytes / Caches.RATES.get(level), products / ROOFS.get(format));
        return nanos < 1 ? "under 1 ns" : nanos < 1000 ? String.format(Locale.ROOT, "%.0f ns", nanos)
                : nanos < 1e6 ? String.format(Locale.ROOT, "%.1f us", nanos / 1e3)
                        : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }

    /**
     * A number of bytes as people write it.
     *
     * @param bytes how many
     * @return for example {@code 375 KB}
     */
    public static String size(long bytes) {
        return bytes < 1024 ? bytes + " B"
                : bytes < 10 * 1024 ? String.format(Locale.ROOT, "%.1f KB", bytes / 1024.0)
                        : bytes < 1024 * 1024 ? bytes / 1024 + " KB"
                                : String.format(Locale.ROOT, "%.1f MB", bytes / 1024.0 / 1024).replace(".0 MB", " MB");
    }

    private static String name(WeightFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }
}
