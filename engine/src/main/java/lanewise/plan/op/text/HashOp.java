package lanewise.plan.op.text;

import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Frame;
import lanewise.plan.op.SameShapeOp;
import lanewise.spec.DType;
import lanewise.spec.PreprocessingLayer.Hashing;
import lanewise.text.Fingerprint;

/**
 * Hashes modulo a number of bins.
 *
 * @param x    texts or integers
 * @param type which of these
 * @param out  ids
 * @param spec how
 */
public record HashOp(int x, DType type, int out, Hashing spec) implements SameShapeOp {
    @Override
    public void run(Frame f, Kernels k) {
        int n = Dims.count(f.dims(x));
        for (int i = 0; i < n; i++) {
            String value = type == DType.STRING ? f.strings(x)[i] : Long.toString(f.integer(x, type, i));
            int id;
            if (!spec.hasMask()) {
                id = bin(value, spec.bins(), spec.salted(), spec.salt0(), spec.salt1());
            } else if (value.equals(spec.maskValue())) {
                id = 0;
            } else {
                id = 1 + bin(value, spec.bins() - 1, spec.salted(), spec.salt0(), spec.salt1());
            }
            Memory.setInt(f.data(out), i, id);
        }
    }

    static int bin(String value, int bins, boolean salted, long salt0, long salt1) {
        long hash = salted ? Fingerprint.sip(value, salt0, salt1) : Fingerprint.farm(value);
        return (int) Long.remainderUnsigned(hash, bins);
    }
}
