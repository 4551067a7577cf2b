package lanewise.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;

/**
 * Operators that are defined for a batch, called with the axis of rows as that, or once for each where the whole call
 * is one row.
 */
final class OnnxRows {
    /** Most rows for which an operator is called one by one. */
    private static final int MOST_PARTS = 256;

    private OnnxRows() {}

    /**
     * Calls what wants an axis of rows, with the axis that the operator's definition calls its batch.
     *
     * @param x    the value
     * @param axis its batch
     * @param f    makes the outputs of x with that axis as its rows, each with rows along the given axis of the output
     * @param rows which axis of each output
     */
    static List<Live> with(OnnxNode n, Live x, int axis, int[] rows, Function<Live, List<Live>> f) {
        if (x.row() == axis) {
            return f.apply(x);
        } else if (x.row() >= 0) {
            throw new RowsMixed("its axis " + axis + " is one of rows for this operator");
        }
        int count = x.dims()[axis];
        if (count < 1 || count > MOST_PARTS) {
            throw new Unsupported("it takes " + OnnxValue.text(x.dims()) + " as one whole, so that axis " + axis
                    + " needs a fixed size of 1 to " + MOST_PARTS);
        }
        List<List<Live>> outputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Live part = n.graph().part(n, x, axis, i);
            int[] dims = x.dims().clone();
            dims[axis] = 1;
            List<Live> made = f.apply(new Live(part.ref(), x.kind(), dims, axis));
            for (int o = 0; o < made.size(); o++) {
                if (i == 0) {
                    outputs.add(new ArrayList<>());
                }
                Live whole = made.get(o);
                outputs.get(o)
                        .add(new Live(whole.ref(), whole.kind(), OnnxSizes.without(whole.dims(), whole.row()), -1));
            }
        }
        List<Live> joined = new ArrayList<>();
        for (int o = 0; o < outputs.size(); o++) {
            joined.add(n.graph().stacked(n, outputs.get(o), rows[o]));
        }
        return joined;
    }
}
