package lanewise.cli;

import java.util.ArrayList;
import java.util.List;

/** Messages of which there may be any number: the first are kept, the others counted. */
final class FewMessages {
    private static final int MOST = 10;

    private final List<String> first = new ArrayList<>();
    private long count;

    /** Adds a message; returns whether it is one of the first. */
    boolean add(String message) {
        if (count++ < MOST) {
            first.add(message);
        }
        return count <= MOST;
    }

    long count() {
        return count;
    }

    List<String> first() {
        return first;
    }

    /** How many are not among the first. */
    long more() {
        return count - first.size();
    }
}
