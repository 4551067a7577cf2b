package lanewise.convert;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The order in which the calls of a graph can run, and the calls that can't because something that they read is not
 * there. The reason is either a call that was refused, which has a line of its own, or a reference to what no layer
 * makes. Only the latter is reported, once: what follows from it is not.
 */
final class CallOrder {
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
    CallOrder(Collection<String> refused) {
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
            List<String> absent = unmet.missing().stream().filter(read -> !has(read)).map(CallOrder::layer).distinct()
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
                    + open.stream().map(CallOrder::layer).distinct().toList()
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

    static String key(GraphReader.Call call) {
        return call.name() + "#" + call.number();
    }

    static String key(CallReader.History h, Map<String, Integer> shift) {
        return h.layer() + "#" + (h.node() - shift.getOrDefault(h.layer(), 0));
    }

    /**
     * Sorts the calls so that each comes after those that it reads. The order is the one of repeated passes over the
     * list that take every call whose inputs are there, found without the passes: a long list may stand in reverse.
     * Calls that never get their inputs come last.
     */
    static List<GraphReader.Call> of(List<GraphReader.Call> calls, Map<String, Integer> shift) {
        Map<String, List<Integer>> readers = new HashMap<>();
        int[] missing = new int[calls.size()];
        for (int i = 0; i < missing.length; i++) {
            Set<String> reads = new HashSet<>();
            calls.get(i).reads().forEach(h -> reads.add(key(h, shift)));
            missing[i] = reads.size();
            for (String read : reads) {
                readers.computeIfAbsent(read, k -> new ArrayList<>()).add(i);
            }
        }
        PriorityQueue<Turn> ready = new PriorityQueue<>();
        for (int i = 0; i < missing.length; i++) {
            if (missing[i] == 0) {
                ready.add(new Turn(0, i));
            }
        }
        Set<Integer> taken = new LinkedHashSet<>();
        while (!ready.isEmpty()) {
            Turn turn = ready.poll();
            taken.add(turn.call());
            GraphReader.Call call = calls.get(turn.call());
            // a second call of this name and number makes nothing new
            List<Integer> waiting = readers.remove(key(call));
            for (int reader : waiting == null ? List.<Integer>of() : waiting) {
                if (--missing[reader] == 0) {
                    ready.add(new Turn(turn.pass() + (reader > turn.call() ? 0 : 1), reader));
                }
            }
        }
        IntStream.range(0, missing.length).forEach(taken::add);
        return new ArrayList<>(taken.stream().map(calls::get).toList());
    }

    /** When a call is taken: in which pass over the list, and where it is in the list. */
    private record Turn(int pass, int call) implements Comparable<Turn> {
        @Override
        public int compareTo(Turn other) {
            return pass != other.pass ? Integer.compare(pass, other.pass) : Integer.compare(call, other.call);
        }
    }

    /**
     * By how much references to a layer's calls are too high. A nested model may be born with a call of its own, which
     * is not in the file: then its first call here is number 1.
     */
    static Map<String, Integer> callShift(List<GraphReader.Call> calls, Map<String, CallReader.History> outputs) {
        Map<String, Integer> count = new HashMap<>();
        Map<String, Integer> highest = new HashMap<>();
        List<CallReader.History> all = new ArrayList<>(outputs.values());
        for (GraphReader.Call call : calls) {
            count.merge(call.name(), 1, Integer::sum);
            all.addAll(call.reads());
        }
        all.forEach(h -> highest.merge(h.layer(), h.node(), Math::max));
        Map<String, Integer> shift = new HashMap<>();
        highest.forEach((name, node) -> shift.put(name, node >= count.getOrDefault(name, 0) ? 1 : 0));
        return shift;
    }
}
