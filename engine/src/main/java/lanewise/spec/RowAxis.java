package lanewise.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * Which axis of an input or output holds the rows of a call (the batch). In the arrays of a caller it may be any axis,
 * as in ONNX models whose first axis is time; inside a graph the rows always come first. Where the whole call is one
 * row, the arrays have no axis of rows, and the graph has an axis of size 1 in front of theirs.
 */
public final class RowAxis {
    /** The rows come first: all models of Keras. */
    public static final int FIRST = 0;

    /** No axis holds rows: the whole call is one row. */
    public static final int NONE = -1;

    private RowAxis() {}

    /**
     * Where an axis of the caller's array lies in the graph.
     *
     * @param axis    the axis of the array
     * @param rowAxis the array's axis of rows, or {@link #NONE}
     * @return the axis in the graph; 0 for the axis of rows
     */
    public static int inGraph(int axis, int rowAxis) {
        return axis == rowAxis ? 0 : axis < rowAxis || rowAxis == NONE ? axis + 1 : axis;
    }

    /**
     * The shape that a caller's array has in the graph.
     *
     * @param shape   of the array
     * @param rowAxis its axis of rows, or {@link #NONE}
     * @return the shape with the rows first
     */
    public static Shape inGraph(Shape shape, int rowAxis) {
        List<Integer> dims = new ArrayList<>(shape.dims());
        int rows = rowAxis == NONE ? 1 : dims.remove(rowAxis);
        dims.addFirst(rows);
        return new Shape(dims);
    }

    /**
     * The shape that a value of the graph has in the caller's array.
     *
     * @param shape   with the rows first
     * @param rowAxis the array's axis of rows, or {@link #NONE}
     * @return the shape of the array
     */
    public static Shape ofCaller(Shape shape, int rowAxis) {
        List<Integer> dims = new ArrayList<>(shape.dims());
        int rows = dims.removeFirst();
        if (rowAxis != NONE) {
            dims.add(rowAxis, rows);
        }
        return new Shape(dims);
    }
}
