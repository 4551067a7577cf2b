package lanewise.format;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lanewise.error.InvalidSpecException;
import lanewise.error.ModelFileException;
import lanewise.spec.Shape;

/** The keys of a file with the types that the reader of a key expects. Remembers which keys somebody asked for. */
final class Keys {
    /** The version of the format, a number. */
    static final String FORMAT = "lanewise.format";
    /** A list of the keys that a reader must know. */
    static final String REQUIRED = "lanewise.required";

    private final String file;
    private final Map<String, Object> values;
    private final Set<String> known = new HashSet<>();

    /**
     * The keys of a file.
     *
     * @param file   its name, for messages
     * @param values by key
     */
    Keys(String file, Map<String, Object> values) {
        this.file = file;
        this.values = values;
    }

    String file() {
        return file;
    }

    boolean has(String key) {
        known.add(key);
        return values.containsKey(key);
    }

    /**
     * Refuses a file with a required key that nobody has asked for. To be called when all is read.
     *
     * @throws ModelFileException that names the key
     */
    void checkRequired() {
        for (String key : strings(REQUIRED)) {
            if (!known.contains(key)) {
                throw unknown("it requires its reader to know the key " + key);
            }
        }
    }

    /** What to throw for something that a newer version may know. */
    ModelFileException unknown(String what) {
        return new ModelFileException(
                file + ": " + what + ", which this version of Lanewise does not know (the file has"
                        + " format " + integer(FORMAT) + ", this version reads up to " + ModelFile.FORMAT
                        + "); use a newer Lanewise");
    }

    /** The constant whose name is the value of a key. */
    <E> E constant(String key, Class<E> type) {
        return constant(key, string(key), type);
    }

    /** The constants whose names are the values of a list; one that is absent is empty. */
    <E> List<E> constants(String key, Class<E> type) {
        List<E> constants = new ArrayList<>();
        for (String name : strings(key)) {
            constants.add(constant(key, name, type));
        }
        return constants;
    }

    private <E> E constant(String key, String name, Class<E> type) {
        E constant = WireConstants.find(type, name);
        if (constant == null) {
            throw unknown("key " + key + " is '" + name + "'");
        }
        return constant;
    }

    String string(String key) {
        return get(key, String.class);
    }

    int integer(String key) {
        long value = get(key, Long.class);
        if (value != (int) value) {
            throw new ModelFileException(file + ": key " + key + " is " + value + ", expected a 32-bit integer");
        }
        return (int) value;
    }

    long longInteger(String key) {
        return get(key, Long.class);
    }

    boolean bool(String key) {
        return get(key, Boolean.class);
    }

    double number(String key) {
        return get(key, Double.class);
    }

    /** A list that is absent is empty. */
    List<String> strings(String key) {
        return list(key, String.class);
    }

    /** A list that is absent is empty. */
    List<Integer> integers(String key) {
        return list(key, Long.class).stream().map(value -> {
            if (value != value.intValue()) {
                throw new ModelFileException(file + ": key " + key + " holds " + value + ", expected 32-bit integers");
            }
            return value.intValue();
        }).toList();
    }

    /** Sizes; none if the list is absent. */
    Shape shape(String key) {
        try {
            return new Shape(integers(key));
        } catch (InvalidSpecException e) {
            throw new ModelFileException(file + ": key " + key + ": " + e.getMessage());
        }
    }

    /** A list that is absent is empty. */
    List<Float> floats(String key) {
        // a list without values is written as one of integers
        return list(key, Number.class).stream().map(Number::floatValue).toList();
    }

    private <T> List<T> list(String key, Class<T> type) {
        if (!has(key)) {
            return List.of();
        }
        List<T> list = new ArrayList<>();
        for (Object value : get(key, List.class)) {
            if (!type.isInstance(value)) {
                throw wrong(key, value, "a list in which each is " + name(type));
            }
            list.add(type.cast(value));
        }
        return list;
    }

    private <T> T get(String key, Class<T> type) {
        known.add(key);
        Object value = values.get(key);
        if (!type.isInstance(value)) {
            throw wrong(key, value, name(type));
        }
        return type.cast(value);
    }

    private static String name(Class<?> type) {
        return type == String.class ? "a string"
                : type == Long.class ? "an integer"
                        : type == Boolean.class ? "true or false" : type == List.class ? "a list" : "a number";
    }

    private ModelFileException wrong(String key, Object value, String expected) {
        return new ModelFileException(
                file + ": key " + key + (value == null ? " is missing" : " is " + value) + ", expected "
                        + expected);
    }
}
