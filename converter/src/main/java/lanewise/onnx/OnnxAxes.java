package lanewise.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.RowsMixed;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.AxisOperation;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.MapOp;
import lanewise.spec.Operation.ReduceOp;

/** Operators whose results depend on where values lie along an axis, and functions of single values. */
final class OnnxAxes {
    private static final Map<String, MapOp> MAPS = Map.of("Tan", MapOp.TAN, "Asin", MapOp.ARCSIN, "Acos", MapOp.ARCCOS,
            "Atan", MapOp.ARCTAN, "Sinh", MapOp.SINH, "Cosh", MapOp.COSH, "Asinh", MapOp.ARCSINH, "Acosh",
            MapOp.ARCCOSH, "Atanh", MapOp.ARCTANH);
    /** A position that no axis has: a call with it is refused. */
    private static final int NOWHERE = 1 << 30;

    private final OnnxNode n;
    private final OnnxGraph graph;
    private final OnnxFormula f;

    private OnnxAxes(OnnxNode n) {
        this.n = n;
        this.graph = n.graph();
        this.f = new OnnxFormula(n);
    }

    /** The outputs, or null for another operator. */
    static List<? extends OnnxValue> translate(OnnxNode n) {
        OnnxAxes axes = new OnnxAxes(n);
        if (MAPS.containsKey(n.op())) {
            return List.of(n.graph().map(n, MAPS.get(n.op()), n.graph().floats(n, n.live(0)), DType.FLOAT32));
        }
        return switch (n.op()) {
            case "CumSum" -> List.of(axes.accumulated(ReduceOp.SUM));
            case "CumProd" -> List.of(axes.accumulated(ReduceOp.PROD));
            case "OneHot" -> List.of(axes.oneHot());
            case "GatherElements" -> List.of(axes.along(n.live(0), n.live(1), n.integer("axis", 0)));
            case "GatherND" -> List.of(axes.gatherPoints());
            case "ReverseSequence" -> List.of(axes.reversed());
            case "Scatter", "ScatterElements" -> List.of(axes.scattered());
            case "ScatterND" -> List.of(axes.scatteredPoints());
            default -> null;
        };
    }

    private String name() {
        return graph.unique(n.name());
    }

    private static int built(Live x, int axis) {
        if (x.axis(axis) == 0) {
            throw new RowsMixed("it looks along the axis of rows");
        }
        return x.axis(axis);
    }

    private Live accumulated(ReduceOp op) {
        Live x = n.live(0);
        int axis = x.positive((long) n.single(1));
        AxisOperation.Cumulate spec = new AxisOperation.Cumulate(name(), op, built(x, axis),
                n.flag("exclusive", false), n.flag("reverse", false));
        return graph.layer(spec, x, x.kind(), x.dims());
    }

    /** Zeros with a one at a position, both replaced by given numbers; negative positions count from the end. */
    private OnnxValue oneHot() {
        Live x = n.live(0);
        int depth = OnnxSizes.exact((long) n.single(1), "depth");
        if (depth < 1) {
            throw new Unsupported("it makes vectors of " + depth + " values, expected at least 1");
        }
        int axis = OnnxSizes.axis(n.integer("axis", -1), x.rank() + 1);
        OnnxTensor[] numbers = {n.constant(2).part(0), n.constant(2).part(1)};
        OnnxValue ids = f.integers(x);
        Live positive = (Live) f.where(f.op("Less", ids, OnnxFormula.whole(0)),
                f.add(ids, OnnxFormula.whole(depth)), ids);
        int[] dims = OnnxSizes.inserted(x.dims(), axis);
        dims[axis] = depth;
        int row = x.row() < 0 ? -1 : x.row() >= axis ? x.row() + 1 : x.row();
        Live shape = new Live(positive.ref(), DType.FLOAT32, dims, row);
        Graph.Ref ref = graph.node(new AxisOperation.OneHot(name(), depth, shape.axis(axis)), null, positive.ref());
        OnnxValue hot = graph.as(n, new Live(ref, DType.FLOAT32, dims, row), DType.BOOL);
        return f.where(hot, numbers[1], numbers[0]);
    }

    /** The values at given positions of an axis, one for each place of the others. */
    private Live along(Live x, Live at, long axisGiven) {
        int axis = x.positive(axisGiven);
        OnnxSizes.needRank(at, x.rank(), "positions");
        if (x.row() != at.row()) {
            throw new RowsMixed("it takes values whose rows lie along another axis than those of its positions");
        }
        Live cut = x;
        for (int i = 0; i < x.rank(); i++) {
            // fewer positions than values: the first ones of an axis are meant
            boolean less = i != axis && i != x.row() && at.dims()[i] >= 0 && x.dims()[i] > at.dims()[i];
            cut = less ? graph.cut(n, cut, i, 0, at.dims()[i], 1, false) : cut;
            if (i != axis && !less && x.dims()[i] != at.dims()[i]) {
                throw new Unsupported("it takes positions of the sizes " + OnnxValue.text(at.dims()) + " from "
                        + OnnxValue.text(x.dims()));
            }
        }
        AxisOperation.TakeAlongAxis spec = new AxisOperation.TakeAlongAxis(name(), built(x, axis));
        return new Live(graph.node(spec, null, cut.ref(), at.ref()), x.kind(), at.dims(), x.row());
    }

    /** Parts of an axis at positions of the call. */
    static Live gathered(OnnxNode n, Live x, Live at, int axis) {
        return new OnnxAxes(n).gathered(x, at, axis, 0);
    }

    /** One step of each row at a position of its own: [rows, features]. */
    static Live ofOwnRow(OnnxNode n, Live x, Live at) {
        return new OnnxAxes(n).gathered(x, at, 1, 1);
    }

    /**
     * The same, where some axes in front are common to the values and the positions.
     *
     * @param batch how many; the row is among them, or there is none
     */
    private Live gathered(Live x, Live at, int axis, int batch) {
        boolean shared = x.row() < 0 && at.row() < 0;
        boolean rowInTable = x.row() >= 0 && at.row() < 0;
        boolean rowInBoth = batch == 1 && x.row() == 0 && at.row() == 0;
        boolean rowInPositions = x.row() < 0 && at.row() >= 0;
        if (!shared && !rowInTable && !rowInBoth && !(rowInPositions && batch == 0)) {
            throw new RowsMixed("it looks up positions of one row among the values of others");
        }
        if (batch > 0 && !rowInBoth) {
            throw new Unsupported("it looks up along an axis that is no axis of rows; give all inputs an open first "
                    + "axis for their rows");
        }
        int[] dims = rowInBoth
                ? OnnxSizes.replaced(x.dims(), axis, Arrays.copyOfRange(at.dims(), 1, at.rank()))
                : OnnxSizes.replaced(x.dims(), axis, at.dims());
        int row = rowInBoth ? 0
                : rowInTable ? x.row() < axis ? x.row() : x.row() - 1 + at.rank()
                        : rowInPositions ? axis + at.row() : -1;
        AxisOperation.Gather spec = new AxisOperation.Gather(name(), built(x, axis));
        if (rowInPositions && at.row() > 0 || rowInTable && at.rank() == 0) {
            throw new Unsupported("it looks up by positions whose rows lie along axis " + at.row());
        }
        return new Live(graph.node(spec, null, x.ref(), graph.as(n, at, DType.INT32).ref()), x.kind(), dims, row);
    }

    /** Values at points, whose coordinates are the last axis of the positions. */
    private OnnxValue gatherPoints() {
        int batch = n.count("batch_dims", 0);
        Live x = n.live(0);
        OnnxValue points = n.in(1);
        int last = points.rank() - 1;
        int coordinates = last < 0 ? -1 : points.dims()[last];
        if (coordinates < 1 || batch + coordinates > x.rank()) {
            throw new Unsupported("its points have the sizes " + OnnxValue.text(points.dims()) + " for values of "
                    + OnnxValue.text(x.dims()));
        }
        if (points instanceof OnnxValue.ByRow byRow && batch == 0 && x.row() == 0) {
            // the first coordinate is the number of the row itself
            return gathered(folded(x, 1, coordinates - 1), place(x, 1, byRow.offset(), coordinates - 1), 1, 1);
        }
        Live at = graph.live(n, points);
        if (batch > 1 || batch == 1 && x.row() != 0) {
            throw new Unsupported("it has " + batch + " axes in front that are common to values and points; supported "
                    + "is one, the axis of rows");
        } else if (batch == 0 && x.row() >= 0 && x.row() < coordinates) {
            throw new RowsMixed("it looks up points among the rows");
        }
        return gathered(folded(x, batch, coordinates), place(x, batch, at, coordinates), batch, batch);
    }

    /** Some axes as one. */
    private Live folded(Live x, int first, int count) {
        if (count == 1) {
            return x;
        }
        int[] folded = Arrays.copyOfRange(x.dims(), first, first + count);
        int[] dims = IntStream.concat(IntStream.concat(Arrays.stream(x.dims(), 0, first),
                IntStream.of(OnnxSizes.count(folded))), Arrays.stream(x.dims(), first + count, x.rank())).toArray();
        return OnnxShapes.reshaped(n, x, dims);
    }

    /** Where points lie in the axis that their axes become; one that no axis has where a coordinate is outside. */
    private Live place(Live x, int first, Live points, int count) {
        int last = points.rank() - 1;
        OnnxValue place = null;
        for (int i = 0; i < count; i++) {
            Live coordinate = graph.part(n, points, last, i);
            if (count == 1) {
                return coordinate;
            }
            OnnxTensor size = OnnxFormula.whole(x.dims()[first + i]);
            OnnxValue negative = f.op("Less", coordinate, OnnxFormula.whole(0));
            OnnxValue positive = f.where(negative, f.add(coordinate, size), coordinate);
            OnnxValue inside = f.op("And", f.op("GreaterOrEqual", positive, OnnxFormula.whole(0)),
                    f.op("Less", positive, size));
            place = place == null ? positive : f.add(f.mul(place, size), positive);
            place = f.where(inside, place, OnnxFormula.whole(NOWHERE));
            place = f.op("Min", place, OnnxFormula.whole(NOWHERE / Math.max(1, x.dims()[first + i] * count)));
        }
        return (Live) place;
    }

    /** Each row turned around up to its length. */
    private OnnxValue reversed() {
        int time = n.count("time_axis", 0);
        int batch = n.count("batch_axis", 1);
        Live x = n.live(0);
        if (x.rank() < 2 || time + batch != 1) {
            throw new Unsupported("its axes of time and batch are " + time + " and " + batch
                    + ", expected 0 and 1 or 1 and 0");
        }
        OnnxValue steps = OnnxSpread.positions(n, x, time);
        OnnxValue positions = time == 0 ? f.op("Unsqueeze", steps, OnnxFormula.list(1)) : steps;
        OnnxValue lengths = f.op("Unsqueeze", n.in(1), OnnxFormula.list(time));
        OnnxValue turned = f.sub(f.sub(lengths, OnnxFormula.whole(1)), positions);
        OnnxValue at = f.where(f.op("Less", positions, lengths), turned, positions);
        while (at.rank() < x.rank()) {
            at = f.op("Unsqueeze", at, OnnxFormula.list(at.rank()));
        }
        Live places = graph.live(n, at);
        if (places.row() != x.row()) {
            throw new RowsMixed("its lengths are not given for each row");
        }
        AxisOperation.TakeAlongAxis spec = new AxisOperation.TakeAlongAxis(name(), built(x, time));
        return new Live(graph.node(spec, null, x.ref(), graph.as(n, places, DType.INT32).ref()), x.kind(), x.dims(),
                x.row());
    }

    /** Updates put in at known positions of an axis: what lies behind the values is selected in their place. */
    private OnnxValue scattered() {
        Live x = n.live(0);
        OnnxTensor at = n.constant(1);
        int axis = x.positive(n.integer("axis", 0));
        needPlain();
        int[] dims = x.dims();
        int[] from = IntStream.range(0, OnnxSizes.count(dims)).toArray();
        graph.spend(from.length);
        int[] own = OnnxTensor.strides(dims);
        for (int i = 0; i < at.values().length; i++) {
            int rest = i;
            int place = 0;
            for (int a = at.rank() - 1; a >= 0; a--) {
                int position = rest % at.dims()[a];
                rest /= at.dims()[a];
                long put = a == axis ? (long) at.values()[i] : position;
                place += own[a] * inside(put, dims[a]);
            }
            from[place] = from.length + i;
        }
        return selected(x, n.in(2), from);
    }

    private OnnxValue scatteredPoints() {
        Live x = n.live(0);
        OnnxTensor points = n.constant(1);
        needPlain();
        int coordinates = points.dims()[points.rank() - 1];
        int[] dims = x.dims();
        int[] own = OnnxTensor.strides(dims);
        int[] from = IntStream.range(0, OnnxSizes.count(dims)).toArray();
        graph.spend(from.length);
        int block = OnnxSizes.count(Arrays.copyOfRange(dims, coordinates, dims.length));
        for (int i = 0; i < points.values().length / Math.max(1, coordinates); i++) {
            int place = 0;
            for (int c = 0; c < coordinates; c++) {
                place += own[c] * inside((long) points.values()[i * coordinates + c], dims[c]);
            }
            for (int k = 0; k < block; k++) {
                from[place + k] = from.length + i * block + k;
            }
        }
        return selected(x, n.in(2), from);
    }

    private void needPlain() {
        if (!n.text("reduction", "none").equals("none")) {
            throw new Unsupported("it adds or multiplies what it puts in (reduction), supported is to replace");
        }
    }

    private static int inside(long position, int size) {
        long at = position < 0 ? position + size : position;
        if (at < 0 || at >= size) {
            throw new Unsupported("it puts a value at position " + position + " of " + size);
        }
        return (int) at;
    }

    private OnnxValue selected(Live x, OnnxValue updates, int[] from) {
        if (x.row() >= 0 || updates instanceof Live u && u.row() >= 0) {
            throw new RowsMixed("it puts values at positions of the whole call");
        }
        OnnxValue both = f.call("Concat").with("axis", 0L).of(graph.live(n, f.reshaped(x, -1)),
                graph.live(n, f.reshaped(updates, -1)));
        OnnxValue flat = f.op("Gather", both,
                OnnxFormula.list(Arrays.stream(from).asLongStream().toArray()));
        return f.reshaped(flat, Arrays.stream(x.dims()).asLongStream().toArray());
    }
}
