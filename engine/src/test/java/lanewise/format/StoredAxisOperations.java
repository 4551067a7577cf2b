package lanewise.format;

import java.util.ArrayList;
import java.util.List;
import lanewise.spec.AxisOperation;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.Operation;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;

/** Operations along an axis, and the functions that came with them. */
final class StoredAxisOperations {
    private StoredAxisOperations() {}

    static List<LayerSpec> layers() {
        List<LayerSpec> layers = new ArrayList<>(List.of(new AxisOperation.TakeAlongAxis("along", 1),
                new AxisOperation.Gather("gather", -1), new AxisOperation.OneHot("hot", 5, -2),
                new AxisOperation.Cumulate("sums", ReduceOp.SUM, 2, true, false),
                new AxisOperation.Sort("sort", 3, false, true), new AxisOperation.Triangle("triangle", -1, true),
                new AxisOperation.Positions("positions", 4)));
        for (MapOp op : List.of(MapOp.TAN, MapOp.ARCSIN, MapOp.ARCCOS, MapOp.ARCTAN, MapOp.SINH, MapOp.COSH,
                MapOp.ARCSINH, MapOp.ARCCOSH, MapOp.ARCTANH, MapOp.ERFC, MapOp.ERFINV, MapOp.CBRT, MapOp.SINC,
                MapOp.BESSEL_I0, MapOp.TRUNC, MapOp.ISINF, MapOp.ISFINITE, MapOp.SIGNBIT, MapOp.BITWISE_NOT)) {
            layers.add(new Operation.Map("map_" + layers.size(), op));
        }
        for (PairOp op : List.of(PairOp.FMAX, PairOp.FMIN, PairOp.FMOD, PairOp.DIVIDE_NO_NAN, PairOp.ARCTAN2,
                PairOp.HYPOT, PairOp.LOGADDEXP, PairOp.LOGADDEXP2, PairOp.NEXTAFTER, PairOp.HEAVISIDE, PairOp.GCD,
                PairOp.LCM, PairOp.BITWISE_AND, PairOp.BITWISE_OR, PairOp.BITWISE_XOR, PairOp.LEFT_SHIFT,
                PairOp.RIGHT_SHIFT)) {
            layers.add(new Operation.Pair("pair_" + layers.size(), op, 0, false));
        }
        return layers;
    }
}
