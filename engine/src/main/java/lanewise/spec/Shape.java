package lanewise.spec;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import lanewise.error.InvalidSpecException;

/**
 * The sizes of an array's dimensions, outermost first; {@link #ANY} is a size that differs from call to call.
 *
 * @param dims sizes, each at least 0 or {@link #ANY}
 */
public record Shape(List<Integer> dims) {
    /** A size that is known only at the call (Keras writes {@code None}). */
    public static final int ANY = -1;

    /** The shape of a single value: no dimensions. */
    public static final Shape SCALAR = new Shape(List.of());

    /** Copies the list and checks every size. */
    public Shape {
        dims = List.copyOf(dims);
        // exact in a double as far as it matters
        double size = 1;
        for (int dim : dims) {
            if (dim < ANY) {
                throw new InvalidSpecException("a dimension is " + dim + ", expected 0 or more, or ANY (-1)");
            }
            size *= dim == ANY ? 1 : Math.max(1, dim);
        }
        if (size > Long.MAX_VALUE) {
            throw new InvalidSpecException("the dimensions " + dims + " are too large together");
        }
    }

    /**
     * Creates a shape with the given sizes.
     *
     * @param dims sizes, outermost first
     * @return the shape
     */
    public static Shape of(int... dims) {
        return new Shape(Arrays.stream(dims).boxed().toList());
    }

    /**
     * The number of dimensions.
     *
     * @return 0 for a single value
     */
    public int rank() {
        return dims.size();
    }

    /**
     * The size of one dimension.
     *
     * @param i its position; a negative one counts from the end
     * @return the size, or {@link #ANY}
     */
    public int dim(int i) {
        return dims.get(i < 0 ? i + dims.size() : i);
    }

    /**
     * The number of values in an array of this shape.
     *
     * @return the product of all sizes, 1 for {@link #SCALAR}
     * @throws IllegalStateException if a size is {@link #ANY}
     * @throws ArithmeticException   if the product exceeds a long
     */
    public long size() {
        long size = 1;
        for (int dim : dims) {
            if (dim == ANY) {
                throw new IllegalStateException("the size of " + this + " depends on the call");
            }
            size = Math.multiplyExact(size, (long) dim);
        }
        return size;
    }

    /**
     * The sizes as a new array.
     *
     * @return sizes, outermost first
     */
    public int[] toArray() {
        return dims.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Prints as Keras does, for example {@code (None, 40, 64)}. */
    @Override
    public String toString() {
        return dims.stream().map(d -> d == ANY ? "None" : d.toString())
                .collect(Collectors.joining(", ", "(", dims.size() == 1 ? ",)" : ")"));
    }
}
