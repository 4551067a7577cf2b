package lanewise.plan.op.text;

import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.SameShapeOp;
import lanewise.spec.DType;
import lanewise.spec.PreprocessingLayer.Lookup;

/**
 * The ids of texts or integers.
 *
 * @param layer its path, for messages
 * @param x     an array
 * @param type  what its values are
 * @param out   ids; -1 for a value that counts nowhere
 * @param spec  how
 * @param ids   of texts, or of integers as Long
 * @param mask  id of the mask's value
 */
public record LookupOp(String layer, int x, DType type, int out, Lookup spec, Map<Object, Integer> ids, int mask)
        implements SameShapeOp {
    @Override
    public boolean refusesValues() {
        return true;
    }

    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims(x));
        for (int i = 0; i < n; i++) {
            Object value = spec.integers() ? (Object) f.integer(x, type, i) : f.strings(x)[i];
            Memory.setInt(f.data(out), i, id(value));
        }
    }

    private int id(Object value) {
        if (spec.hasMask() && value.toString().equals(spec.maskToken())) {
            return mask;
        }
        Integer id = ids.get(value);
        if (id != null) {
            return id;
        }
        if (spec.oovIndices() == 0) {
            throw new InvalidInputException(
                    "layer '" + layer + "': '" + value + "' is not in its vocabulary, which has no place for"
                            + " unknown values");
        }
        int which = spec.oovIndices() == 1 ? 0 : spec.integers() && !spec.hashed()
                ? (int) Math.floorMod((Long) value, (long) spec.oovIndices())
                : HashOp.bin(value.toString(), spec.oovIndices(), spec.salted(), spec.salt0(), spec.salt1());
        return spec.oovStart() + which;
    }
}
