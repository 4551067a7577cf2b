package lanewise.convert;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import lanewise.files.Json;
import lanewise.spec.Activation;
import tools.jackson.databind.JsonNode;

/**
 * The config of one layer. Every option must be read or said to be without effect; {@link #finish} reports all
 * others, so that no unknown option is silently ignored.
 */
final class Options {
    private final Problems problems;
    private final String path;
    private final String kerasClass;
    private final JsonNode config;
    private final int kerasMajor;
    private final boolean strict;
    private final Set<String> seen = new HashSet<>(Set.of("name"));

    /** The options of an operation: null stands for what the operation does without. */
    Options(Problems problems, String path, String kerasClass, JsonNode config, int kerasMajor) {
        this(problems, path, kerasClass, config, kerasMajor, false);
    }

    private Options(Problems problems, String path, String kerasClass, JsonNode config, int kerasMajor,
            boolean strict) {
        this.strict = strict;
        this.problems = problems;
        this.path = path;
        this.kerasClass = kerasClass;
        this.config = config;
        this.kerasMajor = kerasMajor;
    }

    /**
     * The options of a layer. From Keras 3 on they are as the layer's constructor takes them: integers are neither
     * floats nor lists, null is no value unless {@link #has} was asked first, and names are written in one way.
     */
    static Options ofLayer(Problems problems, String path, String kerasClass, JsonNode config, int kerasMajor) {
        return new Options(problems, path, kerasClass, config, kerasMajor, kerasMajor >= 3);
    }

    String kerasClass() {
        return kerasClass;
    }

    void problem(String what) {
        problems.add(path, kerasClass, what);
    }

    /** The value of an option, or null if it is absent or null. */
    JsonNode get(String key) {
        seen.add(key);
        JsonNode value = config.get(key);
        return value == null || value.isNull() ? null : value;
    }

    /** Whether the option is there and null. */
    boolean isNull(String key) {
        return config.has(key) && config.get(key).isNull();
    }

    boolean has(String key) {
        return config.hasNonNull(key);
    }

    private void wrong(String key, Object found, String expected) {
        problem("option '" + key + "' is " + found + ", expected " + expected);
    }

    int integer(String key) {
        JsonNode value = get(key);
        if (strict && (value == null || !Json.isInt(value))) {
            wrong(key, value, "an integer");
            return 1;
        }
        // older Keras wrote sizes of one axis as lists of one
        JsonNode number = value != null && value.isArray() && value.size() == 1 ? value.get(0) : value;
        if (number == null || !number.isNumber() || Json.real(number) != Math.rint(Json.real(number))
                || Math.abs(Json.real(number)) > Integer.MAX_VALUE) {
            wrong(key, value, "an integer");
            return 1;
        }
        return (int) Json.real(number);
    }

    /** A number of things, at least 1. */
    int count(String key) {
        int value = integer(key);
        if (value < 1) {
            wrong(key, value, "at least 1");
            return 1;
        }
        return value;
    }

    int count(String key, int otherwise) {
        refuseNull(key, "at least 1");
        return has(key) ? count(key) : seenDefault(key, otherwise);
    }

    /** A number of things, at least 1; 0 if there is none. */
    int countOrNone(String key) {
        return has(key) ? count(key) : seenDefault(key, 0);
    }

    /** Reports null for an option that has another default. */
    void refuseNull(String key, String expected) {
        if (strict && isNull(key)) {
            wrong(key, null, expected);
        }
    }

    /** Reports options that Keras does not do without. */
    void required(String... keys) {
        for (String key : keys) {
            if (strict && !config.has(key)) {
                problem("has no option '" + key + "', without which Keras does not read it; save the model again");
            }
        }
    }

    /** Whether options are as Keras 3 takes them. */
    boolean isStrict() {
        return strict;
    }

    private <T> T seenDefault(String key, T otherwise) {
        seen.add(key);
        return otherwise;
    }

    boolean bool(String key, boolean otherwise) {
        JsonNode value = get(key);
        if (value != null && !isTruth(value)) {
            wrong(key, value, "true or false");
            return otherwise;
        }
        // Python takes None for false
        return value != null ? truth(value) : otherwise && !(strict && isNull(key));
    }

    /** Whether the layer is trained: the one option that Keras takes as nothing but true or false. */
    boolean trainable() {
        JsonNode value = config.get("trainable");
        if (strict && value != null && !value.isBoolean()) {
            seen.add("trainable");
            wrong("trainable", value, "true or false");
            return true;
        }
        return bool("trainable", true);
    }

    /** Whether a value is true or false: Python takes 1 and 0 for them. */
    private boolean isTruth(JsonNode value) {
        return value.isBoolean() || strict && Json.isInt(value) && (value.intValue() == 0 || value.intValue() == 1);
    }

    private static boolean truth(JsonNode value) {
        return value.isBoolean() ? value.booleanValue() : value.intValue() == 1;
    }

    float number(String key, float otherwise) {
        refuseNull(key, "a number");
        JsonNode value = get(key);
        if (value != null && !value.isNumber()) {
            wrong(key, value, "a number");
            return otherwise;
        }
        return value == null ? otherwise : (float) Json.real(value);
    }

    /** A number that may not be negative. */
    float positive(String key, float otherwise) {
        float value = number(key, otherwise);
        if (strict && value < 0) {
            wrong(key, value, "a number from 0 up");
        }
        return value;
    }

    /** Reads options that only training needs, which still have to be numbers from 0 to 1. */
    void fractions(String... keys) {
        for (String key : keys) {
            fraction(key);
        }
    }

    /** A number from 0 to 1. */
    float fraction(String key) {
        float value = numberOrTruth(key);
        if (strict && !(value >= 0 && value <= 1)) {
            wrong(key, value, "a number from 0 to 1");
        }
        return value;
    }

    /** Reads options that only training needs, which still have to be numbers. */
    void numbers(String... keys) {
        for (String key : keys) {
            numberOrTruth(key);
        }
    }

    /** A number of which Keras only asks how large it is: Python takes true for 1. */
    private float numberOrTruth(String key) {
        JsonNode value = get(key);
        return strict && value != null && value.isBoolean() ? value.booleanValue() ? 1 : 0 : number(key, 0f);
    }

    /** Reads the seed of random numbers, which only training needs. Without dropout, attention takes any. */
    void seed() {
        JsonNode seed = get("seed");
        boolean read = strict && !kerasClass.contains("Attention");
        if (read && seed != null && !seed.isIntegralNumber() && !seed.has("class_name")) {
            wrong("seed", seed, "an integer");
        }
    }

    String string(String key, String otherwise) {
        refuseNull(key, "a string");
        JsonNode value = get(key);
        if (value != null && !value.isString()) {
            wrong(key, value, "a string");
            return otherwise;
        }
        return value == null ? otherwise : value.stringValue();
    }

    /** A list of integers, or one. */
    List<Integer> integers(String key) {
        JsonNode value = get(key);
        List<Integer> list = new ArrayList<>();
        if (value != null && Json.isInt(value)) {
            list.add(value.intValue());
        } else if (value != null && value.isArray()) {
            for (JsonNode item : value) {
                if (!Json.isInt(item)) {
                    wrong(key, value, "integers");
                    return list;
                }
                list.add(item.intValue());
            }
        } else if (value != null) {
            wrong(key, value, "integers");
        }
        return list;
    }

    /** One axis, which older Keras wrote as a list. */
    int axis(String key, int otherwise) {
        if (strict) {
            return config.has(key) ? integer(key) : seenDefault(key, otherwise);
        }
        return onlyAxis(key, otherwise);
    }

    /** One axis, or a list of one. */
    int onlyAxis(String key, int otherwise) {
        List<Integer> axes = integers(key);
        if (axes.size() > 1) {
            problem("option '" + key + "' is " + axes + ", expected one axis");
        }
        return axes.isEmpty() ? otherwise : axes.getFirst();
    }

    /** Whether features come before space. */
    boolean channelsFirst() {
        String format = has("data_format") ? string("data_format", "").toLowerCase(Locale.ROOT)
                : seenDefault("data_format", "channels_last");
        if (!format.equals("channels_last") && !format.equals("channels_first")) {
            wrong("data_format", format, "channels_last or channels_first");
        }
        return format.equals("channels_first");
    }

    /** A list of numbers, or one. */
    List<Float> numbers(String key, float otherwise) {
        JsonNode value = get(key);
        List<Float> list = new ArrayList<>();
        collect(key, value, list);
        return value == null ? List.of(otherwise) : list;
    }

    private void collect(String key, JsonNode value, List<Float> into) {
        if (value != null && value.isNumber()) {
            into.add((float) Json.real(value));
        } else if (value != null && value.isArray()) {
            value.forEach(item -> collect(key, item, into));
        } else if (value != null) {
            wrong(key, value, "numbers");
        }
    }

    /** One of some strings, as the constant whose name it is in lower case. */
    <E extends Enum<E>> E choice(String key, E otherwise, Class<E> type) {
        return choice(key, otherwise, type, !strict);
    }

    /** One of some strings, if need be in any case. */
    <E extends Enum<E>> E choice(String key, E otherwise, Class<E> type, boolean anyCase) {
        String value = string(key, otherwise.name().toLowerCase(Locale.ROOT));
        for (E constant : type.getEnumConstants()) {
            String name = constant.name().toLowerCase(Locale.ROOT);
            if (anyCase || !strict ? name.equalsIgnoreCase(value) : name.equals(value)) {
                return constant;
            }
        }
        wrong(key, "'" + value + "'", "one of " + List.of(type.getEnumConstants()));
        return otherwise;
    }

    /** An activation function by its name. */
    Activation activation(String key, Activation otherwise) {
        JsonNode value = config.get(key);
        seen.add(key);
        if (value == null) {
            return otherwise;
        } else if (value.isNull()) {
            return Activation.LINEAR;
        }
        String name = value.isString() ? value.stringValue() : value.path("config").asString("");
        Optional<Activation> found = value.isString() ? Activation.byName(name) : Optional.empty();
        if (found.isEmpty()) {
            problem("option '" + key + "' is the function '" + (name.isEmpty() ? value.toString() : name)
                    + "', which is not one of Keras's; supported are the names in keras.activations. Put the "
                    + "function's formula into"
                    + " layers of its own, or train with one of these");
            return otherwise;
        }
        // Keras 3 changed the slope of hard_sigmoid; a file means what its version computed
        return found.get() == Activation.HARD_SIGMOID && kerasMajor < 3 ? Activation.HARD_SIGMOID_KERAS_2 : found.get();
    }

    /** Marks options as read that change nothing at inference. */
    void ignore(String... keys) {
        seen.addAll(List.of(keys));
    }

    /** All options that the config has. */
    String[] keys() {
        return config.propertyNames().toArray(new String[0]);
    }

    /** Reports an option whose value is not supported. */
    void require(String key, String expected, String wayOut) {
        JsonNode value = get(key);
        boolean off = value != null && expected.equals("false") && isTruth(value) && !truth(value);
        if (value != null && !off && !value.asString("").equals(expected)) {
            wrong(key, value, expected + wayOut);
        }
    }

    /** Reports every option that was not read. */
    void finish() {
        for (String key : config.propertyNames()) {
            if (!seen.contains(key) && !key.endsWith("_initializer") && !key.endsWith("_regularizer")
                    && !key.endsWith("_constraint")) {
                problem("option '" + key + "' = " + config.get(key) + " is unknown");
            }
        }
    }
}
