package lanewise.trust.fuzz;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a reader is given: files that lie in one folder.
 *
 * @param main  the file that is opened; empty for the folder itself
 * @param files contents by name, which may have a folder before it
 */
record Seed(String main, Map<String, byte[]> files) {
    /** The same with one of the files damaged. */
    Seed damaged(Script script) {
        List<String> names = List.copyOf(files.keySet());
        String name = files.containsKey(main) && script.below(3) > 0 ? main : names.get(script.below(names.size()));
        Map<String, byte[]> changed = new LinkedHashMap<>(files);
        if (names.size() > 1 && script.oneIn(40)) {
            changed.remove(name);
        } else {
            changed.put(name, Damage.of(files.get(name), script));
        }
        return new Seed(main, changed);
    }

    int size() {
        return files.values().stream().mapToInt(bytes -> bytes.length).sum();
    }
}
