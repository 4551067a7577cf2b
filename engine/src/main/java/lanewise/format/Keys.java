package lanewise.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lanewise.error.ModelFileException;
import lanewise.spec.Shape;

/**
 * The keys of a file with the types that the reader of a key expects.
 *
 * @param file   its name, for messages
 * @param values by key
 */
record Keys(String file, Map<String, Object> values) {
    boolean has(String key) {
        return values.containsKey(key);
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
        } catch (IllegalArgumentException e) {
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
                throw wrong(key, value, "a list of " + type.getSimpleName());
            }
            list.add(type.cast(value));
        }
        return list;
    }

    private <T> T get(String key, Class<T> type) {
        Object value = values.get(key);
        if (!type.isInstance(value)) {
            throw wrong(key, value, type.getSimpleName());
        }
        return type.cast(value);
    }

    private ModelFileException wrong(String key, Object value, String expected) {
        return new ModelFileException(
                file + ": key " + key + (value == null ? " is missing" : " is " + value) + ", expected "
                        + expected);
    }
}
