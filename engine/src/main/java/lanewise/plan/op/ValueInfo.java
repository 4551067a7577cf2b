package lanewise.plan.op;

import lanewise.spec.DType;
import lanewise.spec.Shape;

/**
 * A value that operations read and write.
 *
 * @param name   the layer that makes it
 * @param dtype  what its numbers are
 * @param shape  its sizes
 * @param alias  the value whose memory it shares, or -1
 * @param matrix whether it is a matrix that is packed in every call
 */
public record ValueInfo(String name, DType dtype, Shape shape, int alias, boolean matrix) {
    /**
     * The number of axes.
     *
     * @return the rank
     */
    public int rank() {
        return shape.rank();
    }

    /**
     * The same value with other sizes.
     *
     * @param newShape its sizes
     * @return a new record
     */
    public ValueInfo withShape(Shape newShape) {
        return new ValueInfo(name, dtype, newShape, alias, matrix);
    }
}
