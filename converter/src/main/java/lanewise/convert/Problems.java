package lanewise.convert;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import lanewise.error.UnsupportedModelException;

/** Collects everything that is wrong with a model, so that all of it is said at once. */
final class Problems {
    /** Without repetition: a layer that is called twice has one reason. */
    private final Set<String> list = new LinkedHashSet<>();

    /** Adds what is wrong with a layer. */
    void add(String path, String kerasClass, String what) {
        list.add("layer '" + path + "' (" + kerasClass + "): " + what);
    }

    /** Adds what is wrong with the file as a whole. */
    void add(String what) {
        list.add(what);
    }

    int size() {
        return list.size();
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    /** Refuses the model if anything is wrong with it. */
    void throwIfAny() {
        if (!list.isEmpty()) {
            throw new UnsupportedModelException(List.copyOf(list));
        }
    }
}
