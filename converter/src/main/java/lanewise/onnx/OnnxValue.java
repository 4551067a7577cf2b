package lanewise.onnx;

import java.util.Arrays;
import lanewise.spec.DType;
import lanewise.spec.Graph;

/**
 * A value of an ONNX graph while it is being translated: known now, or made at each call. Axes and sizes are ONNX's.
 */
sealed interface OnnxValue permits OnnxTensor, OnnxValue.Live, OnnxValue.Filled, OnnxValue.ByRow,
        OnnxValue.Steps {
    /** Stands for the number of rows of a call, where a size is asked for. */
    int ROWS = -1_987_654_000;
    /** Most names for sizes that there are below it. */
    int MOST_SYMBOLS = 1_000_000;

    /**
     * Whether a number among sizes is a name for one known only at run time.
     *
     * @param value the number
     * @return true for {@link #ROWS} and those below it that are given out; numbers of models do not lie there
     */
    static boolean isSymbol(double value) {
        return value <= ROWS && value > ROWS - MOST_SYMBOLS;
    }

    /**
     * Its sizes.
     *
     * @return one for each axis; a negative one is a name for a size known only at run time, {@link #ROWS} or below
     */
    int[] dims();

    default int rank() {
        return dims().length;
    }

    /**
     * A value that is made at each call.
     *
     * @param ref  where it is in the graph that is being built; there the axis of rows comes first
     * @param kind FLOAT32, INT32 or BOOL
     * @param dims see {@link OnnxValue#dims}
     * @param row  which axis holds the rows of a call, or -1: then the whole is one row, with an axis of its own in
     *             front
     */
    record Live(Graph.Ref ref, DType kind, int[] dims, int row) implements OnnxValue {
        /** Where an axis is in the graph that is being built. */
        int axis(int onnxAxis) {
            return row < 0 ? onnxAxis + 1 : onnxAxis == row ? 0 : onnxAxis < row ? onnxAxis + 1 : onnxAxis;
        }

        int builtRank() {
            return row < 0 ? dims.length + 1 : dims.length;
        }

        /** Counts a negative axis from the end. */
        int positive(long axis) {
            return OnnxSizes.axis(axis, dims.length);
        }

        Live with(DType newKind) {
            return new Live(ref, newKind, dims, row);
        }
    }

    /**
     * The same number everywhere, over sizes of which some are known only at run time.
     *
     * @param value the number
     * @param kind  FLOAT32, INT32 or BOOL
     * @param dims  see {@link OnnxValue#dims}
     */
    record Filled(double value, DType kind, int[] dims) implements OnnxValue {}

    /**
     * Integers that are made of the number of each row, which no value of a row may depend on: they may only select the
     * row itself.
     *
     * @param factor how far the rows lie apart, a size; or 1
     * @param offset what is added in each row, or null
     * @param pairs  whether the number of the row stands before the offsets in the last axis
     * @param dims   see {@link OnnxValue#dims}
     */
    record ByRow(int factor, Live offset, boolean pairs, int[] dims) implements OnnxValue {
        /** Why it is no value of the call. */
        Unsupported refusal() {
            return new Unsupported("it computes with the numbers of the rows, on which no row's result may depend");
        }
    }

    /**
     * The steps of all rows, one behind the other. They may only be selected by {@link ByRow}.
     *
     * @param of   [rows, steps, features]
     * @param dims see {@link OnnxValue#dims}
     */
    record Steps(Live of, int[] dims) implements OnnxValue {
        /** Why it is no value of the call. */
        RowsMixed refusal() {
            return new RowsMixed("it makes one axis of rows and steps, which mixes rows");
        }
    }

    /** What can't be run, with the reason. */
    class Unsupported extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsupported(String message) {
            super(message, null, false, false);
        }
    }

    /** What can't be run because only the call knows a size; a shape for an input may help. */
    final class OpenSize extends Unsupported {
        private static final long serialVersionUID = 1L;

        OpenSize(String message) {
            super(message);
        }
    }

    /** The axis of rows was taken for another one: the graph has to be read with other axes as its rows. */
    final class RowsMixed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean placed;

        RowsMixed(String message) {
            this(message, false);
        }

        private RowsMixed(String message, boolean placed) {
            super(message, null, false, false);
            this.placed = placed;
        }

        /** The same with the node where it happened, the innermost one. */
        RowsMixed at(String node) {
            return placed ? this : new RowsMixed(node + ": " + getMessage(), true);
        }
    }

    /** A value of the call has to be known beforehand. */
    final class NeedsConstant extends RuntimeException {
        private static final long serialVersionUID = 1L;
        /** The value's name. */
        final String value;

        NeedsConstant(String value, String message) {
            super(message, null, false, false);
            this.value = value;
        }
    }

    /** A value is missing for a reason that was said already. */
    final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Missing() {
            super(null, null, false, false);
        }
    }

    /** A size for messages. */
    static String text(int[] dims) {
        return Arrays.toString(
                Arrays.stream(dims).mapToObj(d -> d == ROWS ? "rows" : d < 0 ? "?" : String.valueOf(d)).toArray());
    }
}
