package lanewise.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Names of layers. Two calls of one name are calls of one layer. */
final class OnnxNames {
    private final Set<String> taken = new HashSet<>();
    /** The last number that was put behind a name. */
    private final Map<String, Integer> numbers = new HashMap<>();
    /** Names in the order in which they were asked for, while that is written down; then they are given out again. */
    private List<String> repeated;
    private int next = -1;

    /** What was made before with these names is something else. */
    static final class Conflict extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Conflict() {
            super(null, null, false, false);
        }
    }

    /**
     * Runs something again and again, with the names of the first time at all others.
     *
     * @param times how often
     * @param each  takes the number of the time
     * @param undo  called with the names of the first time where another time makes something else
     * @throws Conflict if that was so
     */
    void repeat(int times, IntConsumer each, Consumer<List<String>> undo) {
        List<String> outer = repeated;
        int outerNext = next;
        List<String> made = new ArrayList<>();
        try {
            for (int i = 0; i < times; i++) {
                repeated = made;
                next = i == 0 ? -1 : 0;
                each.accept(i);
            }
        } catch (Conflict e) {
            undo.accept(made);
            throw e;
        } finally {
            repeated = outer;
            next = outerNext;
        }
    }

    /** Lets what follows have names of its own. */
    void own(Runnable action) {
        List<String> kept = repeated;
        repeated = null;
        try {
            action.run();
        } finally {
            repeated = kept;
        }
    }

    String unique(String wanted) {
        if (repeated != null && next >= 0) {
            if (next >= repeated.size() || !repeated.get(next).startsWith(wanted)) {
                throw new Conflict();
            }
            return repeated.get(next++);
        }
        String name = wanted;
        while (!taken.add(name)) {
            name = wanted + "_" + numbers.merge(wanted, 1, Integer::sum);
        }
        if (repeated != null) {
            repeated.add(name);
        }
        return name;
    }
}
