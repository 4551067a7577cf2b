package lanewise.cli.rows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.InputTensor;
import lanewise.Predictor;
import lanewise.Scorer;
import lanewise.error.InvalidInputException;
import lanewise.files.RowArray;
import lanewise.spec.DType;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** Rows from an array for each input. Some are in memory at a time, unless the model takes them only all at once. */
public final class ArrayRows implements Rows {
    private final String name;
    private final InputArrays arrays;
    private final RowModel model;
    /** The axis of the rows in each array, in the order of the model. */
    private final int[] axes;
    private final boolean whole;
    private final int rows;
    private final int mostByBytes;
    private int next;
    private int most = 1;

    /**
     * Takes rows from arrays.
     *
     * @param name      for messages
     * @param arrays    an array for each input; closed with these rows
     * @param predictor of the model
     * @throws InvalidInputException if a shape does not fit its input, or the arrays differ in rows
     */
    public ArrayRows(String name, InputArrays arrays, Predictor predictor) {
        this.name = name;
        this.arrays = arrays;
        this.model = RowModel.of(predictor);
        axes = predictor.inputs().stream().mapToInt(InputTensor::rowAxis).toArray();
        boolean all = predictor.isStateful();
        int found = -1;
        String of = "";
        long bytes = 1;
        for (InputTensor input : predictor.inputs()) {
            RowArray array = arrays.get(input.name());
            Shape shape = array.shape();
            if (input.rowAxis() == RowAxis.NONE) {
                all = true;
                continue;
            }
            // a tokenizer takes a list of texts
            if (!array.holdsTexts() || shape.rank() != 1) {
                check(input, shape);
            }
            int here = shape.dim(input.rowAxis());
            if (found >= 0 && here != found) {
                throw new InvalidInputException("input '" + input.name() + "' has " + here + " rows, but input '" + of
                        + "' has " + found);
            }
            found = here;
            of = input.name();
            bytes += shape.size() / Math.max(1, here) * Float.BYTES;
        }
        whole = all;
        rows = whole ? 1 : found;
        mostByBytes = (int) Math.max(1, BLOCK_BYTES / bytes);
    }

    /** Refuses an array of which no rows can be taken; the engine refuses what else does not fit. */
    private static void check(InputTensor input, Shape shape) {
        boolean fits = shape.rank() == input.shape().rank();
        for (int axis = 0; fits && axis < shape.rank(); axis++) {
            int size = input.shape().dim(axis);
            fits = axis == input.rowAxis() || size == Shape.ANY || size == shape.dim(axis);
        }
        if (!fits) {
            throw new InvalidInputException("input '" + input.name() + "' is given values of shape " + shape
                    + ", expected " + input.shape());
        }
    }

    @Override
    public RowBlock next() {
        if (next >= rows) {
            return null;
        }
        int from = next;
        int count = Math.min(Math.min(most, mostByBytes), rows - from);
        Map<String, TensorData> part = new LinkedHashMap<>();
        int input = 0;
        for (RowModel.Input of : model.inputs()) {
            RowArray array = arrays.get(of.name());
            part.put(of.name(), whole ? array.all() : array.rows(axes[input], from, count));
            input++;
        }
        next += count;
        most = Math.min(MAX_BLOCK_ROWS, 2 * most);
        return new Part(part, from, count);
    }

    @Override
    public long total() {
        return rows;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() {
        arrays.close();
    }

    /** Some of the rows. */
    private final class Part implements RowBlock {
        private final Map<String, TensorData> part;
        private final int first;
        private final int count;

        Part(Map<String, TensorData> part, int first, int count) {
            this.part = part;
            this.first = first;
            this.count = count;
        }

        @Override
        public int size() {
            return count;
        }

        @Override
        public long number(int row) {
            return first + row + 1L;
        }

        @Override
        public String place(int row) {
            return whole ? name : "row " + number(row) + " of " + name;
        }

        @Override
        public String text(int row) {
            return null;
        }

        @Override
        public Map<String, TensorData> call(Scorer scorer, int from, int to) {
            Map<String, TensorData> call = new LinkedHashMap<>();
            List<RowModel.Input> inputs = model.inputs();
            for (int i = 0; i < inputs.size(); i++) {
                RowModel.Input input = inputs.get(i);
                TensorData data = part.get(input.name());
                boolean all = whole || from == 0 && to == count;
                data = all ? data : RowArray.of(data).rows(axes[i], from, to - from);
                WholeNumbers.check(input, data, axes[i], first + (long) from);
                call.put(input.name(), data.dtype() == DType.STRING ? data : Cells.asFloats(data, input.dtype()));
            }
            return call;
        }

        @Override
        public long position() {
            return first + (long) count;
        }
    }
}
