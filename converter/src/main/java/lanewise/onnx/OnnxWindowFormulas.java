package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;

/** Operators over windows that are written in others: ConvTranspose, and where the largest value of a window lies. */
final class OnnxWindowFormulas {
    /** No axis reaches this far back: a slice to here takes all that is in front. */
    private static final long FRONT = -(1L << 40);
    /** Most places of a window that are compared. */
    private static final int MOST_TAPS = 1 << 10;

    private final OnnxNode n;
    private final OnnxFormula f;

    OnnxWindowFormulas(OnnxNode n) {
        this.n = n;
        this.f = new OnnxFormula(n);
    }

    private long[] list(String attribute, int count, long otherwise) {
        long[] given = n.integers(attribute);
        long[] list = given == null ? new long[count] : given;
        if (given == null) {
            Arrays.fill(list, otherwise);
        }
        if (list.length != count) {
            throw new Unsupported("its " + attribute + " are " + Arrays.toString(given) + " for "
                    + OnnxValue.text(n.in(0).dims()));
        }
        for (long value : list) {
            OnnxPadding.width(value);
        }
        return list;
    }

    /**
     * The transpose of a convolution: a convolution with the kernel turned around, over values with zeros put between
     * them.
     */
    OnnxValue convTranspose() {
        OnnxValue x = n.in(0);
        OnnxTensor w = n.constant(1);
        OnnxSizes.needRank(w, x.rank(), "kernel");
        int space = x.rank() - 2;
        int groups = n.count("group", 1);
        n.ignore("kernel_shape");
        if (space < 1 || space > 3 || groups < 1 || w.dims()[0] % groups != 0) {
            throw new Unsupported("its input has the sizes " + OnnxValue.text(x.dims()) + ", its kernel "
                    + OnnxValue.text(w.dims()) + " with " + groups + " groups, expected 1 to 3 axes of space");
        }
        long[] strides = list("strides", space, 1);
        long[] dilations = list("dilations", space, 1);
        long[] extra = list("output_padding", space, 0);
        long[] pads = pads(x, w, strides, dilations, extra);
        OnnxValue spread = x;
        for (int i = 0; i < space; i++) {
            spread = strides[i] == 1 ? spread : apart(spread, i + 2, strides[i]);
        }
        long[] around = new long[2 * space];
        long[] axes = new long[space];
        for (int i = 0; i < space; i++) {
            long reach = (w.dims()[i + 2] - 1) * dilations[i];
            around[i] = reach - pads[i];
            around[i + space] = reach - pads[i + space] + extra[i];
            axes[i] = i + 2L;
        }
        OnnxValue padded = f.op("Pad", spread, OnnxFormula.list(around), null, OnnxFormula.list(axes));
        return f.call("Conv").with("group", (long) groups).with("dilations", dilations).of(padded,
                turned(w, groups), f.in(2));
    }

    /** What is cut off at both ends of each axis of space. */
    private long[] pads(OnnxValue x, OnnxTensor w, long[] strides, long[] dilations, long[] extra) {
        int space = strides.length;
        long[] pads = list("pads", 2 * space, 0);
        String auto = n.text("auto_pad", "NOTSET");
        long[] wanted = n.integers("output_shape");
        boolean same = auto.startsWith("SAME");
        if (wanted == null && !same) {
            return pads;
        }
        for (int i = 0; i < space; i++) {
            int size = x.dims()[i + 2];
            if (size < 0) {
                throw new Unsupported("its padding depends on a size known only at run time");
            }
            long made = wanted != null ? wanted[wanted.length - space + i] : size * strides[i];
            // less than nothing: zeros at the end
            long total = strides[i] * (size - 1) + extra[i] + (w.dims()[i + 2] - 1) * dilations[i] + 1 - made;
            // and ONNX Runtime makes less where it has to be as many times the size as the stride
            total = wanted == null ? Math.max(0, total) : total;
            pads[i] = total < 0 ? 0 : auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
            pads[i + space] = total - pads[i];
        }
        return pads;
    }

    /** Zeros between the values along an axis. */
    private OnnxValue apart(OnnxValue x, int axis, long stride) {
        OnnxValue column = f.op("Unsqueeze", x, OnnxFormula.list(axis + 1L));
        OnnxValue padded = f.op("Pad", column, OnnxFormula.list(0, stride - 1), null, OnnxFormula.list(axis + 1L));
        long[] dims = new long[x.rank()];
        for (int i = axis; i < dims.length; i++) {
            dims[i] = i == axis ? -1 : x.dims()[i];
            if (i > axis && dims[i] < 0) {
                throw new Unsupported("its input has the sizes " + OnnxValue.text(x.dims())
                        + ", of which more than one is known only at run time; give the input fixed sizes");
            }
        }
        return f.sliced(f.reshaped(padded, dims), axis, 0, 1 - stride);
    }

    /** From [inputs, filters of a group, space] to [filters, inputs of a group, space], space turned around. */
    private OnnxValue turned(OnnxTensor w, int groups) {
        long[] space = Arrays.stream(w.dims()).skip(2).asLongStream().toArray();
        long inputs = w.dims()[0] / groups;
        long filters = w.dims()[1];
        OnnxValue parts = f.reshaped(w, concat(new long[] {groups, inputs, filters}, space));
        long[] order = IntStream.range(0, w.rank() + 1).mapToLong(i -> i == 1 ? 2 : i == 2 ? 1 : i).toArray();
        OnnxValue kernel = f.reshaped(f.transposed(parts, order), concat(new long[] {groups * filters, inputs}, space));
        for (int axis = 2; axis < w.rank(); axis++) {
            kernel = f.op("Slice", kernel, OnnxFormula.list(-1), OnnxFormula.list(FRONT), OnnxFormula.list(axis),
                    OnnxFormula.list(-1));
        }
        return kernel;
    }

    private static long[] concat(long[] a, long[] b) {
        long[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /**
     * Where the largest value of each window of MaxPool lies in the flat array, the first of equals.
     *
     * @param size    of a window
     * @param strides from window to window
     * @param taps    from place to place of a window
     * @param before  filling in front
     * @param after   filling behind
     */
    OnnxValue positions(Live x, int[] size, int[] strides, int[] taps, int[] before, int[] after) {
        if (x.row() >= 0) {
            throw new RowsMixed("its second output counts the values of all rows");
        }
        int space = size.length;
        int count = OnnxSizes.count(size);
        int[] windows = new int[space];
        long[] pads = new long[2 * space];
        long[] axes = IntStream.range(2, space + 2).asLongStream().toArray();
        for (int i = 0; i < space; i++) {
            pads[i] = before[i];
            pads[i + space] = after[i];
            int reach = (size[i] - 1) * taps[i] + 1;
            windows[i] = (x.dims()[i + 2] + before[i] + after[i] - reach) / strides[i] + 1;
        }
        int[] dims = IntStream.concat(IntStream.of(x.dims()[0], x.dims()[1]), Arrays.stream(windows)).toArray();
        int all = OnnxSizes.count(dims);
        if (count > MOST_TAPS) {
            throw new Unsupported("its windows have " + count + " values, supported are " + MOST_TAPS
                    + " where their positions are read");
        }
        n.graph().spend((long) all * count);
        OnnxValue padded = f.op("Pad", x, OnnxFormula.list(pads), OnnxFormula.number(Double.NEGATIVE_INFINITY),
                OnnxFormula.list(axes));
        List<OnnxValue> values = new ArrayList<>();
        double[] flat = new double[all * count];
        for (int tap = 0; tap < count; tap++) {
            int[] at = places(tap, size);
            OnnxValue part = padded;
            for (int i = 0; i < space; i++) {
                long from = (long) at[i] * taps[i];
                part = f.op("Slice", part, OnnxFormula.list(from),
                        OnnxFormula.list(from + (windows[i] - 1L) * strides[i] + 1), OnnxFormula.list(i + 2),
                        OnnxFormula.list(strides[i]));
            }
            values.add(f.op("Unsqueeze", part, OnnxFormula.list(space + 2)));
            for (int i = 0; i < all; i++) {
                int[] window = places(i, dims);
                flat[i * count + tap] = flat(x, window, at, strides, taps, before);
            }
        }
        OnnxValue side = f.call("Concat").with("axis", space + 2L).of(values.toArray(OnnxValue[]::new));
        OnnxValue best = f.call("ArgMax").with("axis", space + 2L).with("keepdims", 1L).of(side);
        int[] table = Arrays.copyOf(dims, space + 3);
        table[space + 2] = count;
        OnnxValue found = f.call("GatherElements").with("axis", space + 2L)
                .of(new OnnxTensor(OnnxTensor.INT64, table, flat), best);
        return f.op("Squeeze", found, OnnxFormula.list(space + 2));
    }

    /** Row-major coordinates. */
    private static int[] places(int index, int[] dims) {
        int[] at = new int[dims.length];
        int rest = index;
        for (int i = dims.length - 1; i >= 0; i--) {
            at[i] = rest % dims[i];
            rest /= dims[i];
        }
        return at;
    }

    private double flat(Live x, int[] window, int[] tap, int[] strides, int[] taps, int[] before) {
        int space = tap.length;
        boolean columns = n.flag("storage_order", false);
        long values = 1;
        long place = 0;
        for (int k = 0; k < space; k++) {
            int i = columns ? k : space - 1 - k;
            place += values * ((long) window[i + 2] * strides[i] + (long) tap[i] * taps[i] - before[i]);
            values *= x.dims()[i + 2];
        }
        return ((long) window[0] * x.dims()[1] + window[1]) * values + place;
    }
}
