package lanewise.onnx;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.NeedsConstant;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.onnx.proto.AttributeProto;
import lanewise.onnx.proto.NodeProto;

/**
 * Writes an operator in others: ONNX defines many as functions of simpler ones, for which there are layers. Each of
 * them is computed at import where all that it reads is known.
 */
final class OnnxFormula {
    /** The version of the operators that a formula is written in. */
    static final int OPSET = 21;

    private final OnnxNode n;
    private final OnnxGraph graph;

    OnnxFormula(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
    }

    /** A call of an operator, to be given attributes. */
    final class Call {
        private final NodeProto.Builder node;

        private Call(String op) {
            node = NodeProto.newBuilder().setOpType(op).setName(n.name() + "." + op);
        }

        Call with(String name, long value) {
            node.addAttribute(AttributeProto.newBuilder().setName(name).setI(value));
            return this;
        }

        Call with(String name, float value) {
            node.addAttribute(AttributeProto.newBuilder().setName(name).setF(value));
            return this;
        }

        Call with(String name, long[] values) {
            node.addAttribute(AttributeProto.newBuilder().setName(name).addAllInts(LongStream.of(values).boxed()
                    .toList()));
            return this;
        }

        Call with(String name, String value) {
            node.addAttribute(AttributeProto.newBuilder().setName(name)
                    .setS(com.google.protobuf.ByteString.copyFromUtf8(value)));
            return this;
        }

        /** The first output for these inputs; null for one that is left out. */
        OnnxValue of(OnnxValue... inputs) {
            return all(1, inputs).getFirst();
        }

        /** Several outputs. */
        List<? extends OnnxValue> all(int outputs, OnnxValue... inputs) {
            for (OnnxValue input : inputs) {
                String name = input == null ? "" : graph.newName();
                node.addInput(name);
                if (input != null) {
                    graph.put(name, input);
                }
            }
            IntStream.range(0, outputs).forEach(i -> node.addOutput(graph.newName()));
            graph.budget().node();
            return translated(new OnnxNode(node.build(), graph, OPSET));
        }
    }

    private List<? extends OnnxValue> translated(OnnxNode call) {
        try {
            List<? extends OnnxValue> values = OnnxConstants.fold(call);
            values = values == null ? OnnxOperators.plain(call) : values;
            if (values == null) {
                throw new Unsupported("its part " + call.op() + " is not supported here");
            }
            return values;
        } catch (NeedsConstant e) {
            // weights come last
            for (int i = n.inputs() - 1; i >= 0; i--) {
                if (n.has(i) && n.in(i) instanceof Live) {
                    throw new NeedsConstant(n.input(i), "its part " + call.op() + " needs constants where it has "
                            + "values of the call; give its input " + i + " ('" + n.input(i)
                            + "') a fixed value before exporting");
                }
            }
            throw e;
        }
    }

    /** Another operator for some values, with the attributes and the outputs of this one. */
    List<? extends OnnxValue> as(String op, OnnxValue... inputs) {
        OnnxNode same = n.as(op, inputs);
        List<? extends OnnxValue> values = translated(same);
        n.read(same);
        return values;
    }

    Call call(String op) {
        return new Call(op);
    }

    /** An operator without attributes. */
    OnnxValue op(String op, OnnxValue... inputs) {
        return call(op).of(inputs);
    }

    /** An input, or null. */
    OnnxValue in(int input) {
        return n.has(input) ? n.in(input) : null;
    }

    static OnnxTensor number(double value) {
        return OnnxTensor.of(OnnxTensor.FLOAT, value);
    }

    static OnnxTensor whole(long value) {
        return OnnxTensor.of(OnnxTensor.INT64, value);
    }

    static OnnxTensor list(long... values) {
        return new OnnxTensor(OnnxTensor.INT64, new int[] {values.length},
                LongStream.of(values).asDoubleStream().toArray());
    }

    OnnxValue add(OnnxValue a, OnnxValue b) {
        return op("Add", a, b);
    }

    OnnxValue sub(OnnxValue a, OnnxValue b) {
        return op("Sub", a, b);
    }

    OnnxValue mul(OnnxValue a, OnnxValue b) {
        return op("Mul", a, b);
    }

    OnnxValue div(OnnxValue a, OnnxValue b) {
        return op("Div", a, b);
    }

    OnnxValue where(OnnxValue condition, OnnxValue a, OnnxValue b) {
        return op("Where", condition, a, b);
    }

    OnnxValue floats(OnnxValue x) {
        return call("Cast").with("to", (long) OnnxTensor.FLOAT).of(x);
    }

    OnnxValue integers(OnnxValue x) {
        return call("Cast").with("to", (long) OnnxTensor.INT64).of(x);
    }

    OnnxValue transposed(OnnxValue x, long... order) {
        return call("Transpose").with("perm", order).of(x);
    }

    OnnxValue reshaped(OnnxValue x, long... dims) {
        return op("Reshape", x, list(dims));
    }

    /** Positions of an axis from a begin to before an end. */
    OnnxValue sliced(OnnxValue x, int axis, long begin, long end) {
        return op("Slice", x, list(begin), list(end), list(axis));
    }

    /**
     * The product of an axis with a matrix: each result is a sum over the axis.
     *
     * @param x      the value
     * @param axis   the axis
     * @param matrix [size of the axis, size of the result]
     */
    OnnxValue along(OnnxValue x, int axis, OnnxTensor matrix) {
        int last = x.rank() - 1;
        long[] order = IntStream.rangeClosed(0, last).mapToLong(i -> i == axis ? last : i == last ? axis : i).toArray();
        OnnxValue turned = axis == last ? x : transposed(x, order);
        OnnxValue product = op("MatMul", turned, matrix);
        return axis == last ? product : transposed(product, order);
    }
}
