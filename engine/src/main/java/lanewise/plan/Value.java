package lanewise.plan;

import java.util.function.Supplier;
import lanewise.spec.DType;

/**
 * A value of the graph while a model is being planned.
 *
 * @param id    its number
 * @param dtype what its numbers are
 * @param dims  its sizes as far as they are known
 * @param mask  makes the mask that travels with it, or null; asked only where a layer uses it
 */
record Value(int id, DType dtype, int[] dims, Supplier<Value> mask) {
    int rank() {
        return dims.length;
    }

    int dim(int i) {
        return dims[i < 0 ? i + dims.length : i];
    }

    Value withMask(Supplier<Value> newMask) {
        return new Value(id, dtype, dims, newMask);
    }

    /** The mask, or null. */
    Value maskOrNull() {
        return mask == null ? null : mask.get();
    }

    /** Asks a supplier once. */
    static Supplier<Value> once(Supplier<Value> make) {
        return new Supplier<>() {
            private Value value;

            @Override
            public Value get() {
                if (value == null) {
                    value = make.get();
                }
                return value;
            }
        };
    }
}
