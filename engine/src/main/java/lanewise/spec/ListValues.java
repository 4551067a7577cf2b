package lanewise.spec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import lanewise.error.InvalidSpecException;

/**
 * Finds out what values of a list are, as JSON libraries and scripts give them: texts, truth values, integers or
 * floats.
 *
 * @param where  what the array is, for messages
 * @param values the values, row-major
 */
record ListValues(String where, List<?> values) {
    /** JSON has no numbers for these. */
    private static final Set<String> NO_NUMBERS = Set.of("NaN", "Infinity", "-Infinity");

    /** Takes nested lists apart: collects their lengths, outermost first, and what they hold, row-major. */
    static ListValues of(String where, Object lists, List<Integer> shape) {
        for (Object level = lists; level instanceof List<?> list; level = list.getFirst()) {
            shape.add(list.size());
            if (list.isEmpty()) {
                break;
            }
        }
        List<Object> values = new ArrayList<>();
        collect(where, lists, shape, 0, values);
        return new ListValues(where, values);
    }

    private static void collect(String where, Object lists, List<Integer> shape, int depth, List<Object> values) {
        if (depth == shape.size()) {
            values.add(lists);
        } else if (!(lists instanceof List<?> list) || list.size() != shape.get(depth)) {
            throw new InvalidSpecException(where + ": its lists differ in length at depth " + depth);
        } else {
            for (Object item : list) {
                collect(where, item, shape, depth + 1, values);
            }
        }
    }

    TensorData typed(Shape shape, DType wants) {
        boolean strings = values.stream().allMatch(String.class::isInstance);
        if (wants == DType.STRING || strings && !NO_NUMBERS.containsAll(values)) {
            return TensorData.of(shape, values.stream().map(this::text).toList());
        }
        if (!values.isEmpty() && values.stream().allMatch(Boolean.class::isInstance)) {
            return TensorData.of(DType.BOOL, shape,
                    values.stream().mapToInt(value -> Boolean.TRUE.equals(value) ? 1 : 0).toArray());
        }
        if (values.stream().allMatch(ListValues::isLong)) {
            return TensorData.of(shape, values.stream().mapToLong(value -> ((Number) value).longValue()).toArray());
        }
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = number(values.get(i));
        }
        return TensorData.of(shape, floats);
    }

    /** Whether a value is an integer of at most 64 bits. */
    private static boolean isLong(Object value) {
        return value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte
                || value instanceof BigInteger big && big.bitLength() < Long.SIZE;
    }

    private String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new InvalidSpecException(where + " holds " + value + ", expected texts");
    }

    private float number(Object value) {
        if (value instanceof String text && NO_NUMBERS.contains(text)) {
            return Float.parseFloat(text);
        }
        if (value instanceof Number number) {
            return (float) number.doubleValue();
        }
        throw new InvalidSpecException(
                where + " holds " + (value instanceof String ? '"' + (String) value + '"' : value)
                        + " among numbers");
    }
}
