package lanewise.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.OpenSize;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.Operation;
import lanewise.spec.ShapeOperation;

/** Values around an array. */
final class OnnxPadding {
    /** Most values in front of or behind an axis. */
    private static final int MOST_WIDTH = 1 << 20;

    private final OnnxNode n;
    private final OnnxGraph graph;

    OnnxPadding(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
    }

    /** A number of values that a file asks for at one end of an axis. */
    static int width(long given) {
        if (Math.abs((double) given) > MOST_WIDTH) {
            throw new Unsupported("it pads by " + given + ", supported are up to " + MOST_WIDTH);
        }
        return (int) given;
    }

    /**
     * Puts values around an array, or takes some off where a number is negative.
     *
     * @param x      the array
     * @param before how many in front, for each axis
     * @param after  how many behind
     * @param mode   constant, or which values of the array are repeated: edge, reflect, wrap
     * @param value  the constant
     */
    Live pad(Live x, int[] before, int[] after, String mode, double value) {
        Live result = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            if (before[axis] == 0 && after[axis] == 0) {
                continue;
            } else if (x.axis(axis) == 0) {
                throw new RowsMixed("it pads the axis of rows");
            }
            int from = Math.max(0, -before[axis]);
            int to = Math.max(0, -after[axis]);
            if (from > 0 || to > 0) {
                result = graph.cut(n, result, axis, from, to == 0 ? ShapeOperation.Slice.OPEN : -to, 1, false);
            }
            result = mode.equals("constant") ? result
                    : repeated(result, axis, Math.max(0, before[axis]), Math.max(0, after[axis]), mode);
        }
        return mode.equals("constant") ? constant(result, before, after, value) : result;
    }

    private Live constant(Live x, int[] before, int[] after, double value) {
        List<Integer> pairs = new ArrayList<>(Collections.nCopies(2 * (x.builtRank() - 1), 0));
        int[] dims = x.dims().clone();
        boolean any = false;
        for (int axis = 0; axis < x.rank(); axis++) {
            int front = Math.max(0, before[axis]);
            int back = Math.max(0, after[axis]);
            if (front + back > 0) {
                pairs.set(2 * (x.axis(axis) - 1), front);
                pairs.set(2 * (x.axis(axis) - 1) + 1, back);
                dims[axis] = dims[axis] < 0 ? graph.newSymbol() : dims[axis] + front + back;
                any = true;
            }
        }
        if (!any) {
            return x;
        }
        Live zeros = graph.layer(new ShapeOperation.Pad(graph.unique(n.name()), pairs), x, x.kind(), dims);
        if (value == 0) {
            return zeros;
        } else if (x.kind() == DType.INT32 && !OnnxTensor.of(OnnxTensor.INT64, value).isFloat()) {
            throw new Unsupported("it puts in the integer " + (long) value
                    + ", supported are integers that are a float, too (24 bits)");
        }
        Graph.Ref ones = graph.node(new Operation.FilledLike(graph.unique(n.name() + "_inside"), 1f, false), null,
                x.ref());
        Graph.Ref inside = graph.node(new ShapeOperation.Pad(graph.unique(n.name() + "_inside"), pairs), null, ones);
        Graph.Ref filled = graph.node(new Operation.Where(graph.unique(n.name()), true, 0, false, (float) value), null,
                inside, zeros.ref());
        DType held = x.kind() == DType.FLOAT32 ? DType.FLOAT32 : DType.INT32;
        return graph.as(n, new Live(filled, held, dims, x.row()), x.kind());
    }

    private Live repeated(Live x, int axis, int front, int back, String mode) {
        int size = x.dims()[axis];
        if (size < 1) {
            throw new OpenSize("it repeats values of an axis whose size is known only at run time");
        }
        graph.spend((long) front + size + back);
        List<Integer> indices = new ArrayList<>();
        for (int i = -front; i < size + back; i++) {
            int period = Math.max(1, 2 * (size - 1));
            int mirrored = Math.floorMod(i, period);
            indices.add(switch (mode) {
                case "edge" -> Math.clamp(i, 0, size - 1);
                case "reflect" -> Math.min(mirrored, period - mirrored);
                case "wrap" -> Math.floorMod(i, size);
                default -> throw new Unsupported("its mode is " + mode + ", expected constant, edge, reflect or wrap");
            });
        }
        int[] dims = x.dims().clone();
        dims[axis] = indices.size();
        return graph.layer(new ShapeOperation.Take(graph.unique(n.name()), indices, x.axis(axis)), x, x.kind(), dims);
    }
}
