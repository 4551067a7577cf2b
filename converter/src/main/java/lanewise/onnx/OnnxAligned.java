package lanewise.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.spec.Graph;
import lanewise.spec.ShapeOperation;

/**
 * Values side by side: of as many axes, those that are missing put in front with size 1 (ONNX's broadcasting).
 *
 * @param refs where they are in the graph that is being built
 * @param dims the sizes of what is made of them, value by value
 * @param row  the axis of rows in it, or -1
 */
record OnnxAligned(List<Graph.Ref> refs, int[] dims, int row) {
    /** Puts values of the call, and known ones, side by side. */
    static OnnxAligned of(OnnxNode n, List<OnnxValue> given) {
        OnnxGraph graph = n.graph();
        List<OnnxValue> operands = given.stream()
                .map(v -> v instanceof OnnxTensor t && !t.hasSymbols() ? v : graph.live(n, v)).toList();
        int rank = operands.stream().mapToInt(OnnxValue::rank).max().orElse(0);
        int row = row(operands, rank);
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        List<Graph.Ref> refs = new ArrayList<>();
        for (OnnxValue operand : operands) {
            for (int i = 0; i < operand.rank(); i++) {
                int at = rank - operand.rank() + i;
                dims[at] = OnnxSizes.broadcast(dims[at], operand.dims()[i]);
            }
            refs.add(switch (operand) {
                case OnnxTensor t -> graph.constant(n, t, rank, row);
                case Live l when row >= 0 && l.row() < 0 -> sameForAll(n, l, rank, row).ref();
                case Live l -> graph.expanded(n, l, rank).ref();
                default -> throw new IllegalStateException("made a value of the call before");
            });
        }
        return new OnnxAligned(refs, dims, row);
    }

    /** Where the rows lie in values that are aligned at their ends; -1 if none of them has an axis of rows. */
    private static int row(List<OnnxValue> operands, int rank) {
        List<Live> withRows = operands.stream().filter(v -> v instanceof Live l && l.row() >= 0).map(v -> (Live) v)
                .toList();
        List<Integer> rows = withRows.stream().map(v -> rank - v.rank() + v.row()).distinct().toList();
        if (rows.size() > 1) {
            throw new RowsMixed("it joins values whose rows lie along different axes");
        }
        int row = rows.isEmpty() ? -1 : rows.getFirst();
        if (withRows.stream().mapToInt(v -> v.dims()[v.row()]).distinct().count() > 1) {
            throw new RowsMixed("it joins values of different numbers of rows");
        }
        return row;
    }

    /** A value without an axis of rows beside others that have one: where theirs is, it has none or one of size 1. */
    private static Live sameForAll(OnnxNode n, Live x, int rank, int row) {
        int at = row - rank + x.rank();
        if (at < 0) {
            return n.graph().expanded(n, x, rank - 1);
        } else if (x.dims()[at] != 1) {
            throw new RowsMixed("a value of the sizes " + OnnxValue.text(x.dims()) + " differs from row to row");
        }
        Graph.Ref ref = n.graph().node(
                new ShapeOperation.Squeeze(n.graph().unique(n.name() + "_same"), List.of(x.axis(at))), null,
                x.ref());
        return n.graph().expanded(n, new Live(ref, x.kind(), OnnxSizes.without(x.dims(), at), -1), rank - 1);
    }
}
