package lanewise.files;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** An array from which rows are taken, some at a time. For one thread at a time. */
public interface RowArray extends AutoCloseable {
    /**
     * The sizes of the whole array.
     *
     * @return its shape
     */
    Shape shape();

    /**
     * Whether the values are texts.
     *
     * @return false for numbers and truth values
     */
    default boolean holdsTexts() {
        return false;
    }

    /**
     * The whole array.
     *
     * @return all values
     */
    TensorData all();

    /**
     * Some rows, one after the other.
     *
     * @param axis  along which the rows lie
     * @param from  the first one
     * @param count how many
     * @return an array with this many along the axis
     */
    TensorData rows(int axis, int from, int count);

    @Override
    void close();

    /**
     * Takes rows from an array in memory.
     *
     * @param data the array
     * @return the same, to take rows from
     */
    static RowArray of(TensorData data) {
        return new RowArray() {
            @Override
            public Shape shape() {
                return data.shape();
            }

            @Override
            public boolean holdsTexts() {
                return data.dtype() == DType.STRING;
            }

            @Override
            public TensorData all() {
                return data;
            }

            @Override
            public TensorData rows(int axis, int from, int count) {
                return slice(data, axis, from, count);
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }

    private static TensorData slice(TensorData data, int axis, int from, int count) {
        Shape shape = data.shape();
        Shape part = part(shape, axis, count);
        long outer = product(shape, 0, axis);
        long inner = product(shape, axis + 1, shape.rank());
        List<String> strings = new ArrayList<>();
        int bytes = data.dtype() == DType.STRING ? 0 : data.dtype().bytes();
        MemorySegment values = MemorySegment.ofArray(new byte[Math.toIntExact(part.size() * bytes)]);
        for (long i = 0; i < outer; i++) {
            long at = (i * shape.dim(axis) + from) * inner;
            long n = count * inner;
            if (data.dtype() == DType.STRING) {
                strings.addAll(data.strings().subList((int) at, (int) (at + n)));
            } else {
                MemorySegment.copy(data.values(), at * bytes, values, i * n * bytes, n * bytes);
            }
        }
        return new TensorData(data.dtype(), part, values, strings);
    }

    /**
     * The shape of some rows.
     *
     * @param shape of all rows
     * @param axis  which holds the rows
     * @param count how many of them
     * @return the shape with that many rows
     */
    static Shape part(Shape shape, int axis, int count) {
        List<Integer> dims = new ArrayList<>(shape.dims());
        dims.set(axis, count);
        return new Shape(dims);
    }

    /**
     * The product of some sizes.
     *
     * @param shape the sizes
     * @param from  the first axis
     * @param to    the axis behind the last
     * @return the product; 1 for no axis
     */
    static long product(Shape shape, int from, int to) {
        long product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= shape.dim(axis);
        }
        return product;
    }
}
