package lanewise.cli.rows;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** Makes the arrays of a row from its cells. Any number of threads may use it. */
final class Cells {
    private final Columns columns;
    private final List<RowModel.Input> inputs;

    /**
     * Knows which columns belong to which input.
     *
     * @param columns of the file
     * @param model   what takes the rows
     */
    Cells(Columns columns, RowModel model) {
        this.columns = columns;
        inputs = model.inputs();
    }

    /**
     * Makes a row of all cells of a record.
     *
     * @throws InvalidInputException naming the column, what it holds and what was expected
     */
    Map<String, TensorData> arrays(List<String> cells) {
        columns.check(cells.size());
        Map<String, TensorData> row = new LinkedHashMap<>();
        int input = 0;
        for (int[] taken : columns.of(cells.size())) {
            RowModel.Input of = inputs.get(input++);
            row.put(of.name(), of.takesTexts() ? texts(cells, taken) : numbers(cells, taken, of));
        }
        return row;
    }

    private static TensorData texts(List<String> cells, int[] taken) {
        return TensorData.of(Shape.of(taken.length), Arrays.stream(taken).mapToObj(cells::get).toList());
    }

    private TensorData numbers(List<String> cells, int[] taken, RowModel.Input input) {
        Shape shape = Shape.of(taken.length);
        if (input.takesIntegers()) {
            long[] integers = new long[taken.length];
            for (int i = 0; i < taken.length; i++) {
                integers[i] = integer(cells.get(taken[i]).strip(), taken[i], input);
            }
            return TensorData.of(shape, integers);
        }
        float[] floats = new float[taken.length];
        for (int i = 0; i < taken.length; i++) {
            floats[i] = number(cells.get(taken[i]).strip(), taken[i]);
        }
        return TensorData.of(shape, floats);
    }

    private long integer(String cell, int column, RowModel.Input input) {
        try {
            // no float holds every id
            return Long.parseLong(cell);
        } catch (NumberFormatException e) {
            float value = number(cell, column);
            if (value != Math.rint(value) || Math.abs(value) >= 0x1p63f) {
                throw new InvalidInputException(columns.name(column) + ": input '" + input.name()
                        + "' takes integers, found " + cell);
            }
            return (long) value;
        }
    }

    private float number(String cell, int column) {
        Float value = parse(cell);
        if (value == null) {
            throw new InvalidInputException(columns.name(column) + ": found " + (cell.isEmpty() ? "nothing"
                    : "'" + (cell.length() > 40 ? cell.substring(0, 40) + "..." : cell) + "'")
                    + ", expected a number" + (cell.isEmpty() ? "; a value that is missing is NaN" : ""));
        }
        return value;
    }

    /** A number as programs write it, also true and false; null for anything else. */
    private static Float parse(String cell) {
        if (cell.isEmpty()) {
            return null;
        }
        char last = cell.charAt(cell.length() - 1);
        try {
            if (last >= '0' && last <= '9' || last == '.') {
                return Float.parseFloat(cell);
            }
        } catch (NumberFormatException e) {
            return null;
        }
        return switch (cell.toLowerCase(Locale.ROOT)) {
            case "nan" -> Float.NaN;
            case "inf", "+inf", "infinity", "+infinity" -> Float.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Float.NEGATIVE_INFINITY;
            case "true" -> 1f;
            case "false" -> 0f;
            default -> null;
        };
    }

    /** Whether a cell is a number, so that its record is no header. */
    static boolean isNumber(String cell) {
        return parse(cell.strip()) != null;
    }

    /** The type that an array of integers has for an input of floats: the same for all rows, so that they join. */
    static TensorData asFloats(TensorData data, DType wants) {
        if (wants != DType.FLOAT32 || data.dtype() != DType.INT32 && data.dtype() != DType.INT64) {
            return data;
        }
        long[] integers = data.toLongs();
        float[] floats = new float[integers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = integers[i];
        }
        return TensorData.of(data.shape(), floats);
    }
}
