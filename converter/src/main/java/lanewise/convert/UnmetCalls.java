package lanewise.convert;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Calls that can't run because something that they read is not there. The reason is either a call that was refused,
 * which has a line of its own, or a reference to what no layer makes. Only the latter is reported, once: what follows
 * from it is not.
 */
final class UnmetCalls {
    private final Set<String> refused;
    private final Map<String, Unmet> calls = new LinkedHashMap<>();

    /**
     * A call without its inputs.
     *
     * @param call    the call
     * @param missing what it reads that nothing made
     */
    private record Unmet(GraphReader.Call call, List<String> missing) {}

    /**
     * Begins with the calls that were refused.
     *
     * @param refused their keys: name of the layer, a number sign, and which of its calls
     */
    UnmetCalls(Collection<String> refused) {
        this.refused = Set.copyOf(refused);
    }

    void add(GraphReader.Call call, String key, List<String> missing) {
        calls.putIfAbsent(key, new Unmet(call, missing));
    }

    /** Whether a call is refused or unmet, so that there is a reason for what is missing after it. */
    boolean has(String key) {
        return refused.contains(key) || calls.containsKey(key);
    }

    /** Adds a line for each call that reads what the file does not have, and one for calls that read each other. */
    void report(String prefix, Problems problems) {
        Deque<String> explained = new ArrayDeque<>(refused);
        Map<String, List<String>> readers = new HashMap<>();
        calls.forEach((key, unmet) -> {
            unmet.missing().forEach(read -> readers.computeIfAbsent(read, k -> new ArrayList<>()).add(key));
            List<String> absent = unmet.missing().stream().filter(read -> !has(read)).map(UnmetCalls::layer).distinct()
                    .toList();
            if (!absent.isEmpty()) {
                problems.add(prefix + unmet.call().name(), unmet.call().spec().kerasClass(), "reads "
                        + absent + ", which no layer of the file makes; the file is damaged");
                explained.add(key);
            }
        });
        Set<String> open = new LinkedHashSet<>(calls.keySet());
        open.removeAll(explained);
        while (!explained.isEmpty()) {
            for (String reader : readers.getOrDefault(explained.remove(), List.of())) {
                if (open.remove(reader)) {
                    explained.add(reader);
                }
            }
        }
        keepRings(open);
        if (!open.isEmpty()) {
            GraphReader.Call first = calls.get(open.iterator().next()).call();
            problems.add(prefix + first.name(), first.spec().kerasClass(), "is called in a ring: of the layers "
                    + open.stream().map(UnmetCalls::layer).distinct().toList()
                    + " each waits for another's output; the file is damaged");
        }
    }

    /** Leaves out calls that no other of them reads: they only wait for a ring. */
    private void keepRings(Set<String> open) {
        Map<String, Integer> readers = new HashMap<>();
        open.forEach(key -> calls.get(key).missing().forEach(read -> readers.merge(read, 1, Integer::sum)));
        Deque<String> unread = new ArrayDeque<>(open.stream().filter(key -> !readers.containsKey(key)).toList());
        while (!unread.isEmpty()) {
            String key = unread.remove();
            open.remove(key);
            for (String read : calls.get(key).missing()) {
                if (readers.merge(read, -1, Integer::sum) == 0 && open.contains(read)) {
                    unread.add(read);
                }
            }
        }
    }

    private static String layer(String key) {
        return key.substring(0, key.lastIndexOf('#'));
    }
}
