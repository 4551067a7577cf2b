package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Filled;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.Broadcast;
import lanewise.spec.DType;

/**
 * Operators whose inputs are all known: mostly the sizes that exporters compute beside the model. What only moves
 * values is done here, floats are computed by {@link OnnxFolding}, integers by {@link OnnxArithmetic}. Where a size is
 * one that only the call knows ({@link OnnxValue#ROWS} and below), it is passed on; arithmetic with it makes another
 * such size.
 */
final class OnnxConstants {
    /** Most values that are made of less. */
    private static final int MOST_VALUES = 1 << 26;

    private final OnnxNode n;

    private OnnxConstants(OnnxNode n) {
        this.n = n;
    }

    /** The outputs, or null if some input is not known, or the operator is not computed here. */
    static List<? extends OnnxValue> fold(OnnxNode n) {
        OnnxConstants constants = new OnnxConstants(n);
        if (n.op().equals("Constant")) {
            return List.of(constants.constant());
        }
        for (int i = 0; i < n.inputs(); i++) {
            if (n.has(i) && !(n.in(i) instanceof OnnxTensor)) {
                return null;
            }
        }
        if (n.inputs() == 0) {
            return null;
        }
        if (n.op().equals("Split")) {
            return constants.split();
        }
        OnnxValue value = constants.fold();
        if (value != null) {
            return List.of(value);
        }
        boolean whole = IntStream.range(0, n.inputs()).filter(n::has)
                .noneMatch(i -> constants.t(i).kind() == DType.FLOAT32);
        List<? extends OnnxValue> exact = whole ? OnnxArithmetic.fold(n) : null;
        boolean open = !OnnxFolding.moves(n.op())
                && IntStream.range(0, n.inputs()).filter(n::has).anyMatch(i -> constants.t(i).hasSymbols());
        return exact != null ? exact : open || OnnxLoop.knows(n.op()) ? null : OnnxFolding.fold(n);
    }

    private OnnxTensor t(int input) {
        return (OnnxTensor) n.in(input);
    }

    private OnnxValue fold() {
        return switch (n.op()) {
            case "Identity" -> t(0);
            case "ConstantOfShape" -> ofShape();
            case "Cast" -> {
                n.ignore("saturate", "round_mode");
                yield castSizes((int) n.integer("to", 1));
            }
            case "CastLike" -> castSizes(t(1).type());
            case "Gather" -> gather(t(0), t(1), (int) n.integer("axis", 0));
            case "Slice" -> slice();
            case "Concat" -> concat();
            case "Squeeze", "Unsqueeze", "Reshape", "Flatten" -> reshaped();
            case "Transpose" -> t(0).transposed(OnnxSizes.order(n.integers("perm"), t(0).rank()));
            case "Range" -> range();
            case "Where" -> where();
            case "Expand" -> expand();
            default -> null;
        };
    }

    private OnnxTensor constant() {
        for (String name : List.of("sparse_value", "value_string", "value_strings")) {
            if (n.hasAttribute(name)) {
                throw new Unsupported("its attribute " + name + " is not supported");
            }
        }
        if (n.hasAttribute("value_float")) {
            return OnnxTensor.of(OnnxTensor.FLOAT, n.number("value_float", 0));
        } else if (n.hasAttribute("value_int")) {
            return OnnxTensor.of(OnnxTensor.INT64, OnnxTensor.held(n.integer("value_int", 0)));
        } else if (n.hasAttribute("value_floats")) {
            double[] values = n.numbers("value_floats").stream().mapToDouble(Float::doubleValue).toArray();
            return new OnnxTensor(OnnxTensor.FLOAT, new int[] {values.length}, values);
        } else if (n.hasAttribute("value_ints")) {
            long[] values = n.integers("value_ints");
            return new OnnxTensor(OnnxTensor.INT64, new int[] {values.length},
                    Arrays.stream(values).mapToDouble(OnnxTensor::held).toArray());
        }
        OnnxTensor value = n.tensor("value");
        if (value == null) {
            throw new Unsupported("its value is missing");
        }
        return value;
    }

    private int count(int... dims) {
        int count = size(dims);
        n.graph().spend(count);
        return count;
    }

    /** How many values there are. */
    static int size(int... dims) {
        long count = 1;
        for (int dim : dims) {
            count *= dim;
            if (dim < 0 || count > MOST_VALUES) {
                throw new Unsupported("it makes the sizes " + OnnxValue.text(dims)
                        + ", which are too many values to know beforehand");
            }
        }
        return (int) count;
    }

    private OnnxValue ofShape() {
        int[] dims = n.shape(0).ints();
        OnnxTensor value = n.hasAttribute("value") ? n.tensor("value") : OnnxTensor.of(OnnxTensor.FLOAT, 0);
        if (!value.isSingle()) {
            throw new Unsupported("its value has the sizes " + OnnxValue.text(value.dims()) + ", expected one number");
        }
        if (Arrays.stream(dims).anyMatch(OnnxValue::isSymbol)) {
            return new Filled(value.values()[0], value.kind(), dims);
        }
        double[] values = new double[count(dims)];
        Arrays.fill(values, value.values()[0]);
        return new OnnxTensor(value.type(), dims, values);
    }

    /** A size that only the call knows stays one as an integer of 32 or 64 bits, else becomes a value of the call. */
    private OnnxValue castSizes(int type) {
        boolean kept = type == OnnxTensor.INT64 || type == OnnxTensor.INT32;
        return kept || !t(0).hasSymbols() ? cast(t(0), type)
                : OnnxShapes.cast(n, n.graph().live(n, t(0)), type);
    }

    static OnnxTensor cast(OnnxTensor x, int type) {
        DType kind = OnnxTensor.kind(type);
        if (kind == null) {
            throw new Unsupported("it casts to " + OnnxTensor.typeName(type));
        }
        if (x.kind() == DType.INT32 && kind != DType.BOOL && type != x.type()) {
            Arrays.stream(x.values()).forEach(OnnxTensor::whole);
        } else if (type == x.type()) {
            return x;
        }
        return new OnnxTensor(type, x.dims(), Arrays.stream(x.values()).map(v -> switch (kind) {
            case BOOL -> v != 0 ? 1 : 0;
            case INT32 -> OnnxArithmetic.held(type, (long) v);
            default -> switch (type) {
                case OnnxTensor.FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16((float) v));
                case OnnxTensor.BFLOAT16 -> OnnxTensor.bfloat16((float) v);
                case OnnxTensor.DOUBLE -> v;
                default -> (float) v;
            };
        }).toArray());
    }

    private OnnxTensor gather(OnnxTensor x, OnnxTensor indices, int axis) {
        int at = OnnxSizes.axis(axis, x.rank());
        int[] dims = OnnxSizes.replaced(x.dims(), at, indices.dims());
        int inner = size(Arrays.copyOfRange(x.dims(), at + 1, x.rank()));
        int outer = size(Arrays.copyOf(x.dims(), at));
        int size = x.dims()[at];
        double[] values = new double[count(dims)];
        int to = 0;
        for (int o = 0; o < outer; o++) {
            for (double index : indices.values()) {
                int from = (int) (index < 0 ? index + size : index);
                if (from < 0 || from >= size) {
                    throw new Unsupported("it takes position " + (long) index + " of " + size);
                }
                System.arraycopy(x.values(), (o * size + from) * inner, values, to, inner);
                to += inner;
            }
        }
        return new OnnxTensor(x.type(), dims, values);
    }

    private OnnxTensor slice() {
        OnnxTensor x = t(0);
        for (OnnxCut cut : OnnxCut.of(n, x.rank())) {
            if (OnnxValue.isSymbol(cut.start()) || OnnxValue.isSymbol(cut.end())) {
                throw new OpenSize("it cuts at a size that only the call knows");
            }
            int size = x.dims()[cut.axis()];
            int length = cut.count(size);
            double[] positions = new double[length];
            for (int p = 0; p < length; p++) {
                positions[p] = cut.begin(size) + (double) p * cut.step();
            }
            x = gather(x, new OnnxTensor(OnnxTensor.INT64, new int[] {length}, positions), cut.axis());
        }
        return x;
    }

    private OnnxTensor concat() {
        OnnxTensor first = t(0);
        int axis = (int) n.integer("axis", 0);
        int at = OnnxSizes.axis(axis, first.rank());
        int[] dims = first.dims().clone();
        dims[at] = 0;
        for (int i = 0; i < n.inputs(); i++) {
            int[] own = t(i).dims().clone();
            if (own.length == dims.length) {
                dims[at] += own[at];
                own[at] = dims[at];
            }
            if (!Arrays.equals(own, dims)) {
                throw new Unsupported("it joins " + OnnxValue.text(t(i).dims()) + " and "
                        + OnnxValue.text(first.dims()));
            }
        }
        int outer = size(Arrays.copyOf(dims, at));
        double[] values = new double[count(dims)];
        int to = 0;
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < n.inputs(); i++) {
                int block = t(i).values().length / Math.max(1, outer);
                System.arraycopy(t(i).values(), o * block, values, to, block);
                to += block;
            }
        }
        return new OnnxTensor(first.type(), dims, values);
    }

    private List<OnnxTensor> split() {
        OnnxTensor x = t(0);
        int axis = (int) n.integer("axis", 0);
        int at = OnnxSizes.axis(axis, x.rank());
        long[] given = n.list("split", 1);
        int parts = given != null ? given.length : n.parts();
        if (parts != n.outputs() || given == null && parts > x.dims()[at]) {
            throw new Unsupported(
                    "it has " + n.outputs() + " outputs, but cuts " + x.dims()[at] + " into " + parts + " parts");
        }
        int each = Math.ceilDiv(x.dims()[at], Math.max(1, parts));
        List<OnnxTensor> outputs = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < parts; i++) {
            int length = given == null ? Math.min(each, x.dims()[at] - from) : (int) given[i];
            if (length < 0 || length > x.dims()[at] - from) {
                throw new Unsupported("it cuts " + OnnxValue.text(x.dims()) + " into parts of "
                        + Arrays.toString(given));
            }
            int first = from;
            outputs.add(gather(x, new OnnxTensor(OnnxTensor.INT64, new int[] {length},
                    IntStream.range(0, length).mapToDouble(p -> first + p).toArray()), at));
            from += length;
        }
        return outputs;
    }

    private OnnxTensor reshaped() {
        OnnxTensor x = t(0);
        int[] result = switch (n.op()) {
            case "Unsqueeze" -> {
                int[] dims = x.dims();
                for (int axis : OnnxSizes.added(n.list("axes", 1), x.rank())) {
                    dims = OnnxSizes.inserted(dims, axis);
                }
                yield dims;
            }
            case "Squeeze" -> OnnxSizes.squeezed(x.dims(), n.list("axes", 1));
            case "Flatten" -> {
                long axis = n.integer("axis", 1);
                // behind the last axis is a place, too
                int at = axis == x.rank() ? x.rank() : OnnxSizes.axis(axis, x.rank());
                int before = size(Arrays.copyOf(x.dims(), at));
                yield new int[] {before, x.values().length / Math.max(1, before)};
            }
            default -> {
                n.ignore("allowzero");
                int[] dims = n.shape(1).ints();
                int open = -1;
                for (int i = 0; i < dims.length; i++) {
                    dims[i] = dims[i] == 0 && i < x.rank() ? x.dims()[i] : dims[i];
                    open = dims[i] == -1 ? i : open;
                }
                if (open >= 0) {
                    dims[open] = 1;
                    dims[open] = x.values().length / Math.max(1, size(dims));
                }
                yield dims;
            }
        };
        if (size(result) != x.values().length) {
            throw new Unsupported("it makes " + OnnxValue.text(result) + " of " + OnnxValue.text(x.dims()));
        }
        return x.reshaped(result);
    }

    private OnnxValue range() {
        double start = n.knownSingle(0);
        double limit = n.knownSingle(1);
        double delta = n.knownSingle(2);
        if (OnnxValue.isSymbol(limit) && t(1).kind() == DType.INT32 && start == 0 && delta == 1) {
            return OnnxSpread.range(n, (int) limit);
        } else if (t(1).hasSymbols() || t(0).hasSymbols() || t(2).hasSymbols()) {
            throw new OpenSize("it counts by a size that only the call knows, supported is from 0 up to it by 1");
        } else if (delta == 0) {
            throw new Unsupported("it counts by 0");
        }
        int length = count((int) Math.clamp(Math.ceil((limit - start) / delta), 0, Integer.MAX_VALUE));
        boolean floats = t(0).kind() == DType.FLOAT32;
        return new OnnxTensor(t(0).type(), new int[] {length}, IntStream.range(0, length)
                .mapToDouble(i -> floats ? (float) start + (float) i * (float) delta : start + i * delta).toArray());
    }

    private OnnxTensor where() {
        int[] dims = OnnxSizes.broadcast(OnnxSizes.broadcast(t(0).dims(), t(1).dims()), t(2).dims());
        double[] values = new double[count(dims)];
        for (int i = 0; i < values.length; i++) {
            values[i] = at(t(0), i, dims) != 0 ? at(t(1), i, dims) : at(t(2), i, dims);
        }
        return new OnnxTensor(t(1).type(), dims, values);
    }

    private OnnxTensor expand() {
        int[] wanted = n.shape(1).ints();
        if (Arrays.stream(wanted).anyMatch(OnnxValue::isSymbol)) {
            return null;
        }
        int[] dims = OnnxSizes.broadcast(t(0).dims(), wanted);
        double[] values = new double[count(dims)];
        for (int i = 0; i < values.length; i++) {
            values[i] = at(t(0), i, dims);
        }
        return new OnnxTensor(t(0).type(), dims, values);
    }

    /** The value of an operand that stands at a place of the result. */
    static double at(OnnxTensor operand, int i, int[] dims) {
        return operand.values()[(int) Broadcast.index(i, dims, operand.dims(), 0)];
    }
}
