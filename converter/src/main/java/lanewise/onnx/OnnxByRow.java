package lanewise.onnx;

import java.util.Arrays;
import java.util.List;
import lanewise.onnx.OnnxValue.ByRow;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.spec.DType;

/**
 * How exporters write {@code x[arange(rows), positions]}: each row takes one of its own steps. In ONNX it is GatherND
 * with pairs of the row and the step, or Gather from all steps of all rows, at {@code row * steps + step}.
 */
final class OnnxByRow {
    /** A position that no axis has: a call with it is refused. */
    private static final int NOWHERE = 1 << 30;

    private OnnxByRow() {}

    /** The output, or null if the operator has nothing to do with numbers of rows. */
    static OnnxValue translate(OnnxNode n) {
        if (n.op().equals("Flatten") || n.op().equals("Reshape")) {
            return flattened(n);
        }
        ByRow rows = n.given().stream().filter(v -> v instanceof ByRow).map(v -> (ByRow) v).findFirst()
                .orElse(null);
        if (rows == null) {
            return null;
        }
        int[] dims = rows.dims();
        boolean plain = !rows.pairs() && rows.offset() == null;
        return switch (n.op()) {
            case "Identity" -> rows;
            case "Cast" -> {
                if (OnnxTensor.kind(n.count("to", OnnxTensor.INT64)) != DType.INT32) {
                    throw rows.refusal();
                }
                yield rows;
            }
            case "Unsqueeze" -> {
                int[] sizes = dims;
                for (int axis : OnnxSizes.added(n.list("axes", 1), dims.length)) {
                    sizes = OnnxSizes.inserted(sizes, axis);
                }
                yield new ByRow(rows.factor(), rows.offset(), rows.pairs(), sizes);
            }
            case "Mul" -> {
                OnnxValue other = n.in(0) instanceof ByRow ? n.in(1) : n.in(0);
                if (!plain || rows.factor() != 1 || !(other instanceof OnnxTensor size) || !size.isSingle()) {
                    throw rows.refusal();
                }
                yield new ByRow(OnnxSizes.exact((long) size.values()[0], "factor"), null, false, dims);
            }
            case "Add" -> {
                OnnxValue other = n.in(0) instanceof ByRow ? n.in(1) : n.in(0);
                if (!plain || !(other instanceof Live at) || at.row() != 0 || !Arrays.equals(at.dims(), dims)) {
                    throw rows.refusal();
                }
                yield new ByRow(rows.factor(), at, false, dims);
            }
            case "Concat" -> {
                boolean last = OnnxSizes.axis(n.integer("axis", 0), dims.length) == dims.length - 1;
                if (!plain || rows.factor() != 1 || !last || dims.length != 2 || dims[1] != 1
                        || !(n.in(0) instanceof ByRow)) {
                    throw rows.refusal();
                }
                List<OnnxValue> rest = n.all().subList(1, n.inputs());
                OnnxFormula f = new OnnxFormula(n);
                Live offsets = n.graph().live(n, rest.size() == 1 ? rest.getFirst()
                        : f.call("Concat").with("axis", 1L).of(rest.toArray(OnnxValue[]::new)));
                if (offsets.row() != 0) {
                    throw rows.refusal();
                }
                yield new ByRow(1, offsets, true, new int[] {dims[0], 1 + offsets.dims()[1]});
            }
            case "Shape", "Size", "GatherND" -> null;
            case "Gather" -> gathered(n, rows);
            default -> throw rows.refusal();
        };
    }

    /** Rows and their steps as one axis; null where something else is asked for. */
    private static OnnxValue flattened(OnnxNode n) {
        if (!(n.in(0) instanceof Live x) || x.row() != 0 || x.rank() < 3) {
            return null;
        }
        boolean flat = n.op().equals("Flatten") && n.integer("axis", 1) == 2 && x.rank() == 3;
        return flat ? new OnnxValue.Steps(x, new int[] {n.graph().newSymbol(), x.dims()[2]}) : null;
    }

    private static Live gathered(OnnxNode n, ByRow rows) {
        if (!(n.in(0) instanceof OnnxValue.Steps steps) || rows.offset() == null || rows.pairs()
                || n.integer("axis", 0) != 0 || rows.factor() != steps.of().dims()[1]) {
            throw new RowsMixed("it selects rows by their numbers");
        }
        // a step before the first would be one of another row: the call is refused
        OnnxFormula f = new OnnxFormula(n);
        OnnxValue inside = f.where(f.op("Less", rows.offset(), OnnxFormula.whole(0)), OnnxFormula.whole(NOWHERE),
                rows.offset());
        return OnnxAxes.ofOwnRow(n, steps.of(), n.graph().live(n, inside));
    }
}
