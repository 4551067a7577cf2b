package lanewise.plan.op.text;

import java.util.List;
import lanewise.kernel.Kernels;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.SameShapeOp;
import lanewise.spec.DType;

/**
 * The texts or integers of ids.
 *
 * @param x       ids
 * @param type    what they are held as
 * @param out     the result
 * @param to      STRING or INT64
 * @param values  by id, integers as decimal digits
 * @param outside what an id without a value becomes
 */
public record InvertOp(int x, DType type, int out, DType to, List<String> values, String outside)
        implements SameShapeOp {
    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims(x));
        for (int i = 0; i < n; i++) {
            long id = f.integer(x, type, i);
            String value = id >= 0 && id < values.size() ? values.get((int) id) : outside;
            if (to == DType.STRING) {
                f.strings(out)[i] = value;
            } else {
                f.longs(out)[i] = Long.parseLong(value);
            }
        }
    }
}
