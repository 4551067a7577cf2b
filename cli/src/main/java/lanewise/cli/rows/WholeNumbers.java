package lanewise.cli.rows;

import lanewise.error.InvalidInputException;
import lanewise.spec.DType;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** Refuses numbers with a fraction where integers are expected: they would be cut. */
public final class WholeNumbers {
    private WholeNumbers() {}

    /**
     * Checks an array.
     *
     * @param input   what takes it
     * @param data    its values
     * @param rowAxis along which rows lie; {@link RowAxis#NONE} if all is one row
     * @param first   the number of its first row among all, from 0
     * @throws InvalidInputException naming the row and the column of the first one that is no integer
     */
    public static void check(RowModel.Input input, TensorData data, int rowAxis, long first) {
        if (data.dtype() != DType.FLOAT32 || !input.takesIntegers()) {
            return;
        }
        float[] values = data.toFloats();
        for (int i = 0; i < values.length; i++) {
            // also NaN; infinities have no rest
            if (values[i] != Math.rint(values[i]) || Float.isInfinite(values[i])) {
                throw new InvalidInputException("input '" + input.name() + "' takes integers, found " + values[i]
                        + " in " + place(data.shape(), rowAxis, first, i));
            }
        }
    }

    private static String place(Shape shape, int rowAxis, long first, int index) {
        if (rowAxis == RowAxis.NONE || rowAxis >= shape.rank()) {
            return "column " + (index + 1);
        }
        long inner = 1;
        for (int axis = rowAxis + 1; axis < shape.rank(); axis++) {
            inner *= shape.dim(axis);
        }
        long rows = shape.dim(rowAxis);
        long row = index / inner % rows;
        long column = index / (inner * rows) * inner + index % inner;
        return "row " + (first + row + 1) + ", column " + (column + 1);
    }
}
