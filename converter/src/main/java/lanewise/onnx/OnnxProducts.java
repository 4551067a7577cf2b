package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Filled;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;
import lanewise.spec.TensorData;

/**
 * The operators MatMul, Gemm and Einsum: a Dense layer where one factor is known, else a product of two values of the
 * call.
 */
final class OnnxProducts {
    /** Most axes of a product: each has a letter. */
    private static final int MOST_AXES = 20;

    private final OnnxNode n;
    private final OnnxGraph graph;

    private OnnxProducts(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
    }

    /** The outputs, or null for another operator. */
    static List<? extends OnnxValue> translate(OnnxNode n) {
        return switch (n.op()) {
            case "MatMul" -> List.of(OnnxGraph.kind(n.in(0)) == DType.INT32 ? ofIntegers(n)
                    : new OnnxProducts(n).matmul(n.in(0), n.in(1)));
            case "Gemm" -> List.of(new OnnxProducts(n).gemm());
            case "Einsum" -> List.of(new OnnxProducts(n).einsum());
            default -> null;
        };
    }

    /** Matrices of integers, exactly: all products, and their sums. */
    private static OnnxValue ofIntegers(OnnxNode n) {
        OnnxFormula f = new OnnxFormula(n);
        if (n.in(0).rank() < 2 || n.in(1).rank() < 2) {
            throw new Unsupported("it multiplies vectors of integers; cast them to float before");
        }
        OnnxValue rows = f.op("Unsqueeze", n.in(0), OnnxFormula.list(-1));
        OnnxValue columns = f.op("Unsqueeze", n.in(1), OnnxFormula.list(-3));
        return f.call("ReduceSum").with("keepdims", 0L).of(f.mul(rows, columns), OnnxFormula.list(-2));
    }

    private void needFloats() {
        if (OnnxGraph.kind(n.in(0)) == DType.INT32) {
            throw new Unsupported("it multiplies integers; cast them to float before, or use MatMul");
        }
    }

    /**
     * Sums of products in Einstein's notation; the axis of rows, or the one that stands for the whole, gets the first
     * letter of each.
     */
    private Live einsum() {
        needFloats();
        String equation = n.text("equation", "").replace(" ", "");
        int arrow = equation.indexOf("->");
        String[] terms = (arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1);
        if (!equation.matches("[a-zA-Z,]+(->[a-zA-Z]*)?") || terms.length != n.inputs() || terms.length > 2) {
            throw new Unsupported("its equation '" + equation + "' is not supported with " + n.inputs() + " inputs");
        }
        String result = arrow < 0 ? implied(String.join("", terms)) : equation.substring(arrow + 2);
        Live first = n.all().stream().filter(v -> v instanceof Live).map(v -> (Live) v).findFirst()
                .orElseGet(() -> n.live(0));
        for (int i = 0; i < terms.length; i++) {
            OnnxValue x = n.in(i);
            if (x.rank() != terms[i].length() || terms[i].chars().distinct().count() != x.rank()) {
                throw new Unsupported("its input " + i + " has the sizes " + OnnxValue.text(x.dims()) + ", but '"
                        + terms[i] + "' in its equation");
            }
        }
        boolean summed = result.chars().distinct().count() == result.length()
                && result.chars().allMatch(letter -> String.join("", terms).indexOf(letter) >= 0);
        if (!summed || equation.chars().filter(c -> c >= 'a' && c <= 'z').distinct().count() == 26) {
            throw new Unsupported("its equation '" + equation + "' is not supported");
        }
        String free = "abcdefghijklmnopqrstuvwxyz".replaceAll("[" + equation.replaceAll("[^a-z]", "") + "]", "");
        String row = first.row() < 0 ? free.substring(0, 1)
                : String.valueOf(terms[n.all().indexOf(first)].charAt(first.row()));
        StringBuilder built = new StringBuilder();
        Map<Character, Integer> sizes = new HashMap<>();
        List<Graph.Ref> refs = new ArrayList<>();
        for (int i = 0; i < terms.length; i++) {
            OnnxValue x = n.in(i);
            for (int axis = 0; axis < x.rank(); axis++) {
                sizes.merge(terms[i].charAt(axis), x.dims()[axis], Math::max);
            }
            boolean same = x instanceof Live l && (l.row() < 0 ? first.row() < 0 : l.row() == terms[i].indexOf(row));
            if (!same && !(x instanceof OnnxTensor && first.row() < 0)) {
                throw new RowsMixed("it joins values whose rows lie along different axes");
            }
            built.append(i == 0 ? "" : ",").append(row).append(terms[i].replace(row, ""));
            refs.add(x instanceof Live l ? graph.floats(n, l).ref()
                    : graph.constant(n, ((OnnxTensor) x).asFloats(), x.rank(), -1));
        }
        int rowOut = first.row() < 0 ? -1 : result.indexOf(row);
        if (first.row() >= 0 && rowOut < 0) {
            throw new RowsMixed("it sums over the rows");
        }
        built.append("->").append(row).append(result.replace(row, ""));
        int[] dims = result.chars().map(letter -> sizes.get((char) letter)).toArray();
        LayerSpec spec = new Operation.Einsum(name(), built.toString());
        Live product = new Live(graph.node(spec, null, refs.toArray(Graph.Ref[]::new)), DType.FLOAT32, dims, rowOut);
        return graph.as(n, product, OnnxGraph.kind(first));
    }

    /** The letters that stand once, in order. */
    private static String implied(String letters) {
        return letters.chars().filter(c -> letters.indexOf(c) == letters.lastIndexOf(c)).sorted()
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private String name() {
        return graph.unique(n.name());
    }

    private Live times(Live x, double factor) {
        return factor == 1 ? x : graph.pair(n, PairOp.MULTIPLY, x, factor);
    }

    /** The product of matrices in the last two axes. */
    static Live product(OnnxNode n, OnnxValue first, OnnxValue second) {
        return new OnnxProducts(n).matmul(first, second);
    }

    private Live matmul(OnnxValue first, OnnxValue second) {
        if (first instanceof Live a && second instanceof OnnxTensor b && b.rank() == 2 && a.rank() > 0
                && a.axis(a.rank() - 1) > 0) {
            return dense(graph.floats(n, a), b, null);
        }
        if (first instanceof Filled || second instanceof Filled) {
            return matmul(graph.live(n, first), second instanceof OnnxTensor ? second : graph.live(n, second));
        }
        if (Math.min(first.rank(), second.rank()) < 1 || Math.max(first.rank(), second.rank()) > MOST_AXES) {
            throw new Unsupported("it multiplies values of the sizes " + OnnxValue.text(first.dims()) + " and "
                    + OnnxValue.text(second.dims()));
        }
        // a vector is a matrix of one row or column, and that axis goes again
        OnnxValue left = first.rank() == 1 ? matrix(first, 0) : first;
        OnnxValue right = second.rank() == 1 ? matrix(second, 1) : second;
        int rank = Math.max(left.rank(), right.rank());
        OnnxAligned both = new Product(left, right, rank).align();
        int[] dims = both.dims();
        String outer = letters(both.row() < 0 ? rank - 1 : rank - 2);
        if (both.row() >= rank - 2) {
            throw new RowsMixed("it multiplies along the axis of rows");
        }
        LayerSpec spec = new Operation.Einsum(name(), outer + "xy," + outer + "yz->" + outer + "xz");
        Live product = new Live(graph.node(spec, null, both.refs().toArray(Graph.Ref[]::new)), DType.FLOAT32, dims,
                both.row());
        if (first.rank() == 1) {
            product = graph.part(n, product, product.rank() - 2, 0);
        }
        product = second.rank() == 1 ? graph.part(n, product, product.rank() - 1, 0) : product;
        return graph.as(n, product, OnnxGraph.kind(first));
    }

    private static String letters(int count) {
        return "abcdefghijklmnopqrstuvw".substring(0, count);
    }

    private OnnxValue matrix(OnnxValue vector, int axis) {
        return switch (vector) {
            case Live l -> graph.unsqueezed(n, l, axis);
            case OnnxTensor t -> t.reshaped(axis == 0 ? new int[] {1, t.dims()[0]} : new int[] {t.dims()[0], 1});
            default -> graph.unsqueezed(n, graph.live(n, vector), axis);
        };
    }

    /** Two factors with as many axes; axes before the last two must agree. */
    private final class Product {
        private final OnnxValue a;
        private final OnnxValue b;
        private final int rank;

        Product(OnnxValue a, OnnxValue b, int rank) {
            this.a = a;
            this.b = b;
            this.rank = rank;
        }

        OnnxAligned align() {
            int[] dims = new int[rank];
            for (int i = 0; i < rank - 2; i++) {
                dims[i] = OnnxSizes.broadcast(size(a, i), size(b, i));
            }
            int inner = a.dims()[a.rank() - 1];
            if (inner >= 0 && b.dims()[b.rank() - 2] >= 0 && inner != b.dims()[b.rank() - 2]) {
                throw new Unsupported("it multiplies values of the sizes " + OnnxValue.text(a.dims()) + " and "
                        + OnnxValue.text(b.dims()));
            }
            dims[rank - 2] = a.dims()[a.rank() - 2];
            dims[rank - 1] = b.dims()[b.rank() - 1];
            Live live = (Live) (a instanceof Live ? a : b);
            int row = live.row() < 0 ? -1 : rank - live.rank() + live.row();
            List<Graph.Ref> refs = new ArrayList<>();
            for (OnnxValue factor : List.of(a, b)) {
                refs.add(switch (factor) {
                    case Live l when (l.row() < 0 ? -1 : rank - l.rank() + l.row()) == row ->
                        repeated(graph.expanded(n, graph.floats(n, l), rank), dims).ref();
                    case OnnxTensor t when row < 0 ->
                        repeated(new Live(graph.constant(n, t.asFloats(), rank, row), DType.FLOAT32, dims(t), -1), dims)
                                .ref();
                    default -> throw new RowsMixed("it multiplies values whose rows lie along different axes");
                });
            }
            return new OnnxAligned(refs, dims, row);
        }

        private int size(OnnxValue factor, int axis) {
            int own = axis - rank + factor.rank();
            return own < 0 ? 1 : factor.dims()[own];
        }

        private int[] dims(OnnxValue factor) {
            return IntStream.range(0, rank).map(i -> size(factor, i)).toArray();
        }

        /** Repeats axes of size 1 before the last two. */
        private Live repeated(Live x, int[] sizes) {
            Live result = x;
            for (int i = 0; i < rank - 2; i++) {
                if (x.dims()[i] == 1 && sizes[i] != 1) {
                    if (sizes[i] < 0 || x.axis(i) == 0) {
                        throw new RowsMixed("it multiplies matrices of the sizes " + OnnxValue.text(a.dims()) + " and "
                                + OnnxValue.text(b.dims()));
                    }
                    int[] grown = result.dims().clone();
                    grown[i] = sizes[i];
                    result = graph.layer(new ShapeOperation.Repeat(name(), sizes[i], x.axis(i)), result, DType.FLOAT32,
                            grown);
                }
            }
            return result;
        }
    }

    /** {@code x * kernel + bias} along the last axis. */
    private Live dense(Live x, OnnxTensor kernel, float[] bias) {
        String name = name();
        int units = kernel.dims()[1];
        int inputs = x.dims()[x.rank() - 1];
        if (inputs >= 0 && inputs != kernel.dims()[0]) {
            throw new Unsupported("it multiplies values of the sizes " + OnnxValue.text(x.dims()) + " and "
                    + OnnxValue.text(kernel.dims()));
        }
        graph.weight(name, "kernel",
                new OnnxTensor(OnnxTensor.FLOAT, kernel.dims(), kernel.values()).data(kernel.dims()));
        if (bias != null) {
            graph.weight(name, "bias", TensorData.of(Shape.of(units), bias));
        }
        int[] dims = x.dims().clone();
        dims[dims.length - 1] = units;
        return graph.layer(new CoreLayer.Dense(name, units, Activation.LINEAR, bias != null), x, DType.FLOAT32, dims);
    }

    private OnnxValue gemm() {
        needFloats();
        float alpha = n.number("alpha", 1);
        float beta = n.number("beta", 1);
        OnnxValue a = n.flag("transA", false) ? turned(n.in(0)) : n.in(0);
        OnnxValue b = n.flag("transB", false) ? turned(n.in(1)) : n.in(1);
        OnnxValue c = n.has(2) ? n.in(2) : null;
        OnnxSizes.needRank(a, 2, "first factor");
        OnnxSizes.needRank(b, 2, "second factor");
        if (a instanceof Live x && x.row() != 1 && b instanceof OnnxTensor kernel
                && (c == null || c instanceof OnnxTensor)) {
            OnnxTensor scaled = scaled(kernel, alpha);
            int units = kernel.dims()[1];
            OnnxTensor given = c == null ? null : scaled((OnnxTensor) c, beta);
            boolean perUnit = given != null
                    && (given.isSingle() || given.values().length == units && given.dims()[given.rank() - 1] == units);
            float[] bias = null;
            if (perUnit) {
                bias = given.isSingle() ? new float[units] : given.floats();
                Arrays.fill(bias, 0, given.isSingle() ? units : 0, (float) given.values()[0]);
            }
            Live product = dense(graph.floats(n, x), scaled, bias);
            return given == null || perUnit ? product : graph.pair(n, PairOp.ADD, product, given);
        }
        Live product = matmul(a, b);
        product = times(product, alpha);
        if (c == null) {
            return product;
        }
        return graph.pair(n, PairOp.ADD, product, switch (c) {
            case Live l -> times(l, beta);
            case OnnxTensor t -> scaled(t, beta);
            case Filled f -> new Filled((float) f.value() * beta, f.kind(), f.dims());
            case OnnxValue.ByRow r -> throw r.refusal();
            case OnnxValue.Steps s -> throw s.refusal();
        });
    }

    private OnnxValue turned(OnnxValue matrix) {
        OnnxSizes.needRank(matrix, 2, "factor");
        return switch (matrix) {
            case Live l -> graph.transposed(n, l, 1, 0);
            case OnnxTensor t -> t.transposed(1, 0);
            default -> graph.transposed(n, graph.live(n, matrix), 1, 0);
        };
    }

    private static OnnxTensor scaled(OnnxTensor t, float factor) {
        return factor == 1 ? t
                : new OnnxTensor(t.type(), t.dims(), Arrays.stream(t.values()).map(v -> (float) v * factor).toArray());
    }
}
