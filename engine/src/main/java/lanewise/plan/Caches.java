package lanewise.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The caches of a core, and what they give a row's matrix product: for estimates. The rates were measured on one core
 * of an AMD EPYC (Zen 4).
 *
 * @param sizes of the levels 1, 2, 3 in bytes
 * @param known whether the machine says so; else they are those of many servers
 */
record Caches(List<Long> sizes, boolean known) {
    /** Where Linux lists the caches of the first core. */
    static final Path LINUX = Path.of("/sys/devices/system/cpu/cpu0/cache");
    /** GB/s from each level, and from memory. */
    static final List<Integer> RATES = List.of(280, 105, 80, 25);

    private static final Caches USUAL = new Caches(List.of(32L << 10, 1L << 20, 32L << 20), false);

    /**
     * The caches that a folder lists.
     *
     * @param folder with a folder for each cache, as in {@link #LINUX}
     * @return what is there; usual sizes if something is missing
     */
    static Caches read(Path folder) {
        long[] sizes = new long[3];
        try (Stream<Path> caches = Files.list(folder)) {
            for (Path cache : caches.filter(path -> path.getFileName().toString().startsWith("index")).toList()) {
                int level = Integer.parseInt(word(cache, "level"));
                OptionalLong size = bytes(word(cache, "size"));
                if (level >= 1 && level <= sizes.length && size.isPresent()
                        && !word(cache, "type").equals("Instruction")) {
                    sizes[level - 1] = size.getAsLong();
                }
            }
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return USUAL;
        }
        // a core without a third level has what its second has
        sizes[2] = Math.max(sizes[1], sizes[2]);
        return sizes[0] > 0 && sizes[1] >= sizes[0] ? new Caches(List.of(sizes[0], sizes[1], sizes[2]), true) : USUAL;
    }

    private static String word(Path cache, String file) throws IOException {
        return Files.readString(cache.resolve(file)).strip();
    }

    /** For example 1024K. */
    private static OptionalLong bytes(String text) {
        int shift = text.endsWith("K") ? 10 : text.endsWith("M") ? 20 : text.endsWith("G") ? 30 : 0;
        String digits = shift == 0 ? text : text.substring(0, text.length() - 1);
        return digits.matches("[0-9]{1,9}") ? OptionalLong.of(Long.parseLong(digits) << shift) : OptionalLong.empty();
    }

    /**
     * The level that numbers of some size live in.
     *
     * @param bytes how many
     * @return 0 for the first level, 3 for memory
     */
    int level(long bytes) {
        int level = 0;
        while (level < sizes.size() && bytes > sizes.get(level)) {
            level++;
        }
        return level;
    }

    /** The name of a level. */
    static String name(int level) {
        return level == 3 ? "memory" : "L" + (level + 1);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(known ? "caches of this machine" : "usual caches");
        for (int level = 0; level < sizes.size(); level++) {
            text.append(level == 0 ? ": " : ", ").append(name(level)).append(' ').append(WeightListing.size(sizes
                    .get(level)));
        }
        return text.toString();
    }
}
