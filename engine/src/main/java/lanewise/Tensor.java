package lanewise;

import lanewise.plan.op.Frame;
import lanewise.plan.op.ValueInfo;
import lanewise.spec.DType;
import lanewise.spec.Shape;

/**
 * An input or an output of a {@link Predictor} or a {@link Stepper}: a view of its memory. Values are row-major, batch
 * first. Belongs to the thread that uses the predictor or stepper.
 */
public abstract sealed class Tensor permits InputTensor, OutputTensor {
    final Usage usage;
    final TensorValues values;
    /** Sizes in the current call; the frame's own array. */
    final int[] dims;
    private final String name;
    private final ValueInfo info;

    Tensor(Usage usage, String name, ValueInfo info, Frame frame, int value) {
        this.usage = usage;
        this.name = name;
        this.info = info;
        this.values = new TensorValues(name, info.dtype(), frame, value);
        this.dims = frame.dims(value);
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
     * The shape in the model, batch first.
     *
     * @return sizes, {@link Shape#ANY} where they differ between calls
     */
    public final Shape shape() {
        return info.shape();
    }

    /**
     * The size of a dimension in the current call.
     *
     * @param axis 0 is the batch
     * @return the size
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public final int dim(int axis) {
        return dims[axis];
    }

    /**
     * The number of values in the current call.
     *
     * @return the product of all sizes
     */
    public final int size() {
        return count(dims);
    }

    static int count(int[] sizes) {
        int count = 1;
        for (int size : sizes) {
            count *= size;
        }
        return count;
    }

    /** The name and what the values are, for messages and debuggers. */
    @Override
    public final String toString() {
        return name + " " + info.dtype() + " " + info.shape();
    }
}
