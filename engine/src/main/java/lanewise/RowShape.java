package lanewise;

import java.util.ArrayList;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.error.InvalidSpecException;
import lanewise.spec.DType;
import lanewise.spec.LayerSpec;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * What one row of an input looks like.
 *
 * @param layer     the input
 * @param tokenized whether the model's tokenizer makes the input's ids from a text
 */
record RowShape(LayerSpec.InputLayer layer, boolean tokenized) {
    static RowShape of(LayerSpec.InputLayer layer, boolean hasTokenizer) {
        return new RowShape(layer, hasTokenizer && layer.dtype() != DType.STRING);
    }

    /**
     * One row from values as JSON has them.
     *
     * @param value what {@link TensorData#ofLists} takes, or an array
     * @throws InvalidInputException if they are of mixed kinds or sizes
     */
    TensorData read(Object value) {
        if (value instanceof TensorData array) {
            return array;
        }
        try {
            return TensorData.ofLists("input '" + layer.name() + "'", value, layer.dtype());
        } catch (InvalidSpecException e) {
            throw new InvalidInputException(e.getMessage());
        }
    }

    /**
     * One row as a call of one row.
     *
     * @param row values in the shape of a row, flat, or already in that of a call of one row
     * @throws InvalidInputException if they have another shape
     */
    TensorData asCall(TensorData row) {
        if (row.dtype() == DType.STRING && tokenized) {
            return sized(row, text(row.shape()));
        }
        Shape given = row.shape();
        int rows = layer.rowAxis();
        List<Integer> sizes = new ArrayList<>(layer.shape().dims());
        if (rows != RowAxis.NONE) {
            sizes.remove(rows);
        }
        if (given.rank() == sizes.size()) {
            sizes = new ArrayList<>(given.dims());
        } else if (rows != RowAxis.NONE && given.rank() == sizes.size() + 1 && given.dim(rows) == 1) {
            return row;
        } else if (given.rank() <= 1) {
            fit(given.size(), sizes);
        } else {
            throw new InvalidInputException("input '" + layer.name() + "' is given a row of shape " + given
                    + ", expected " + new Shape(sizes));
        }
        if (rows != RowAxis.NONE) {
            sizes.add(rows, 1);
        }
        return sized(row, new Shape(sizes));
    }

    private static TensorData sized(TensorData row, Shape sizes) {
        return new TensorData(row.dtype(), sizes, row.values(), row.strings());
    }

    private Shape text(Shape given) {
        if (given.size() != 1) {
            throw new InvalidInputException("input '" + layer.name() + "' is given a row of " + given.size()
                    + " texts, expected one text");
        }
        return Shape.of(1);
    }

    /** Finds the size of a row that is open from the number of its values. */
    private void fit(long count, List<Integer> sizes) {
        Shape expected = new Shape(sizes);
        int open = sizes.indexOf(Shape.ANY);
        boolean clear = open == sizes.lastIndexOf(Shape.ANY);
        long known = sizes.stream().mapToLong(size -> size == Shape.ANY ? 1 : size).reduce(1, (a, b) -> a * b);
        if (clear && open >= 0 && known > 0 && count % known == 0) {
            sizes.set(open, Math.toIntExact(count / known));
            known = count;
        }
        if (!clear || known != count) {
            throw new InvalidInputException("input '" + layer.name() + "' is given a flat row of " + count
                    + " values, expected " + (clear ? "values for " : "nested lists for ") + expected);
        }
    }
}
