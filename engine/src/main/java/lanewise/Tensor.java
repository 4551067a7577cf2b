package lanewise;

import java.util.Arrays;
import java.util.Objects;
import lanewise.error.InvalidInputException;
import lanewise.error.Shortened;
import lanewise.plan.op.Frame;
import lanewise.plan.op.ValueInfo;
import lanewise.spec.DType;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;

/**
 * An input or an output of a {@link Predictor} or a {@link Stepper}: a view of its memory. Belongs to the thread that
 * the predictor or stepper belongs to; other threads are refused.
 *
 * <p>Values are row-major, in the order that the model's file asks for. In models of Keras the rows of a call (the
 * batch) lie along the first axis. In a model of ONNX they may lie along another, {@link #rowAxis}: arrays are given
 * and taken as ONNX Runtime gives and takes them. A file that fixes the number of rows is a model for any number of
 * rows here, as in Keras, for rows do not depend on each other. Where they do, the model has no axis of rows: its whole
 * call is one row.
 */
public abstract sealed class Tensor permits InputTensor, OutputTensor {
    final Usage usage;
    final TensorValues values;
    /** Sizes in the current call, with the rows first; the frame's own array. */
    final int[] dims;
    final RowOrder order;
    private final String name;
    private final ValueInfo info;
    private final Shape shape;

    Tensor(Usage usage, String name, ValueInfo info, int rowAxis, Frame frame, int value) {
        this.usage = usage;
        this.name = name;
        this.info = info;
        this.values = new TensorValues(name, info.dtype(), frame, value);
        this.dims = frame.dims(value);
        this.order = new RowOrder(rowAxis);
        this.shape = RowAxis.ofCaller(info.shape(), rowAxis);
    }

    /**
     * The name in the model.
     *
     * @return the name
     */
    public final String name() {
        return name;
    }

    /**
     * The type of the values.
     *
     * @return the type
     */
    public final DType dtype() {
        return info.dtype();
    }

    /**
     * The shape in the model, as its file has it.
     *
     * @return sizes, {@link Shape#ANY} where they differ between calls
     */
    public final Shape shape() {
        return shape;
    }

    /** The shape with the rows first. */
    final Shape rowsFirst() {
        return info.shape();
    }

    /**
     * Which axis holds the rows of a call (the batch).
     *
     * @return {@link RowAxis#FIRST} for all models of Keras; {@link RowAxis#NONE} if the whole call is one row, or an
     *         output is the same for all rows
     */
    public final int rowAxis() {
        return order.rowAxis();
    }

    /**
     * The size of a dimension in the current call.
     *
     * @param axis which one of {@link #shape}; {@link #rowAxis} is the batch
     * @return the size
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public final int dim(int axis) {
        usage.checkForeign();
        return dims[order.inGraph(Objects.checkIndex(axis, shape.rank()))];
    }

    /**
     * The sizes in the current call.
     *
     * @return one for each axis of {@link #shape}, in a new array
     */
    public final int[] dims() {
        usage.checkForeign();
        int[] sizes = new int[shape.rank()];
        for (int axis = 0; axis < sizes.length; axis++) {
            sizes[axis] = dim(axis);
        }
        return sizes;
    }

    /**
     * The number of values in the current call.
     *
     * @return the product of all {@link #dims}
     * @throws InvalidInputException if the last call was refused before it was known
     */
    public final int size() {
        usage.checkForeign();
        for (int size : dims) {
            if (size < 0) {
                throw new InvalidInputException(
                        "'" + name + "' has no values: the last call was refused before their number was known");
            }
        }
        // without an axis of rows, what is the same for all rows is there once
        return rowAxis() == RowAxis.NONE && dims[0] > 1 ? count(dims) / dims[0] : count(dims);
    }

    /** Refuses rows of another tensor whose type or sizes this one has not. */
    final void needRowsLike(Tensor source, int rows) {
        // refused where the last call was
        source.size();
        boolean fits = source.dtype() == dtype() && source.dims.length == dims.length
                && (rowAxis() != RowAxis.NONE || rows == 1);
        for (int i = 1; fits && i < dims.length; i++) {
            int size = rowsFirst().dim(i);
            fits = source.dims[i] > 0 && (size == Shape.ANY || size == source.dims[i]);
        }
        if (!fits) {
            throw new InvalidInputException("input '" + name + "', " + dtype() + " " + shapeText()
                    + ", does not take output '" + source.name + "', " + source.dtype() + " "
                    + Shape.of(source.dims()));
        }
    }

    /** Repeats the first row, or leaves out rows; none where there is no axis of rows. */
    final void repeat(int rowsNow, int rows) {
        if (rowAxis() != RowAxis.NONE) {
            int row = count(dims) / rowsNow;
            for (int to = rowsNow; to < rows; to++) {
                values.putRow(values, 0, to, row);
            }
            dims[0] = rows;
        }
    }

    static int count(int[] sizes) {
        int count = 1;
        for (int size : sizes) {
            count *= size;
        }
        return count;
    }

    /** The shape for messages; says where the rows are unless they come first. */
    final String shapeText() {
        return shape + switch (rowAxis()) {
            case RowAxis.FIRST -> "";
            case RowAxis.NONE -> " without an axis of rows";
            default -> " with rows along axis " + rowAxis();
        };
    }

    /** The name and what the values are, for messages. */
    final String declared() {
        return name + " " + info.dtype() + " " + shapeText();
    }

    /** The name, what the values are, and the first of them where the calling thread may read them. */
    @Override
    public final String toString() {
        if (usage.isOwn() && Arrays.stream(dims).allMatch(size -> size >= 0)) {
            try {
                RowOrder caller = new RowOrder(rowAxis());
                caller.measure(dims);
                return declared() + ", now " + Shape.of(dims()) + " "
                        + Shortened.values(size(), i -> values.text(caller.inGraphValue((int) i)));
            } catch (IllegalStateException e) {
                // closed meanwhile; what is printed may not fail
                return declared();
            }
        }
        return declared();
    }
}
