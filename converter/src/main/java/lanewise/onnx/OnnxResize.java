package lanewise.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.onnx.OnnxValue.Live;
import lanewise.onnx.OnnxValue.Unsupported;
import lanewise.spec.ShapeOperation;

/**
 * The operators Resize and Upsample: along each axis every result is a sum of values with known factors, so that the
 * whole is a product with a matrix, or a selection where the nearest value is taken.
 */
final class OnnxResize {
    private final OnnxNode n;
    private final OnnxFormula f;
    private final String coordinates;
    private final String nearest;
    private final double cubic;
    private final boolean outside;
    private final boolean antialias;

    private OnnxResize(OnnxNode n) {
        this.n = n;
        this.f = new OnnxFormula(n);
        boolean first = n.op().equals("Upsample") || n.opset() < 11;
        coordinates = first ? "asymmetric" : n.text("coordinate_transformation_mode", "half_pixel");
        nearest = first ? "floor" : n.text("nearest_mode", "round_prefer_floor");
        cubic = n.number("cubic_coeff_a", -0.75f);
        outside = n.flag("exclude_outside", false);
        antialias = n.flag("antialias", false);
    }

    /** The output, or null for another operator. */
    static List<? extends OnnxValue> translate(OnnxNode n) {
        return n.op().equals("Resize") || n.op().equals("Upsample") ? List.of(new OnnxResize(n).resized()) : null;
    }

    private OnnxValue resized() {
        OnnxValue x = n.in(0);
        long[] given = n.integers("axes");
        int[] axes = given == null ? IntStream.range(0, x.rank()).toArray()
                : Arrays.stream(given).mapToInt(axis -> OnnxSizes.axis(axis, x.rank())).toArray();
        boolean attribute = n.hasAttribute("scales");
        int scalesAt = n.op().equals("Upsample") || n.opset() < 11 ? 1 : 2;
        double[] scales = attribute ? n.numbers("scales").stream().mapToDouble(Float::doubleValue).toArray()
                : n.has(scalesAt) && n.constant(scalesAt).values().length > 0 ? n.constant(scalesAt).values() : null;
        long[] sizes = scales == null && n.has(3) ? n.needSizes("", 3) : null;
        int count = scales != null ? scales.length : sizes == null ? 0 : sizes.length;
        if (count != axes.length) {
            throw new Unsupported("it has " + count + " scales or sizes for " + axes.length + " axes");
        }
        double[] region = n.has(1) && scalesAt == 2 && coordinates.equals("tf_crop_and_resize")
                ? n.constant(1).values() : null;
        float[] used = new float[axes.length];
        int[] to = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            int size = x.dims()[axes[i]];
            boolean kept = sizes != null && (sizes[i] == size || size < 0 && OnnxValue.isSymbol(sizes[i]));
            used[i] = scales != null ? (float) scales[i] : kept ? 1 : (float) sizes[i] / size;
            if (size < 0 && used[i] != 1 && (scales == null || OnnxValue.isSymbol(sizes == null ? 0 : sizes[i]))) {
                throw new Unsupported("it gives an axis whose size is known only at run time another size; give the "
                        + "input fixed sizes (--shape NAME=1x3x16)");
            }
            if (coordinates.equals("align_corners") && scales != null && Math.rint(size * used[i]) != size * used[i]) {
                throw new Unsupported("it aligns corners with a scale of " + used[i] + " for the size " + size
                        + ", which ONNX and ONNX Runtime define differently; give it sizes in place of scales");
            }
            to[i] = sizes != null ? (int) sizes[i] : (int) Math.floor(size * used[i]);
        }
        kept(x, axes, used, to, sizes != null);
        boolean same = IntStream.range(0, axes.length).allMatch(i -> to[i] == x.dims()[axes[i]]);
        if (same && region == null && IntStream.range(0, axes.length).anyMatch(i -> used[i] != 1)) {
            throw new Unsupported("its scales give the sizes that there are already, where ONNX computes new values "
                    + "and ONNX Runtime does not; give it sizes in place of scales");
        }
        OnnxValue result = x;
        for (int i = 0; i < axes.length; i++) {
            if (used[i] != 1 || region != null) {
                result = along(result, axes[i], used[i], to[i], region == null ? null
                        : new double[] {region[i], region[i + region.length / 2]});
            }
        }
        return result;
    }

    /** Keeps the ratio of sizes where that is asked for. */
    private void kept(OnnxValue x, int[] axes, float[] used, int[] to, boolean sizes) {
        String policy = n.text("keep_aspect_ratio_policy", "stretch");
        if (policy.equals("stretch") || !sizes) {
            return;
        }
        boolean larger = policy.equals("not_smaller");
        float scale = used.length == 0 ? 1 : used[0];
        for (float one : used) {
            scale = larger ? Math.max(scale, one) : Math.min(scale, one);
        }
        for (int i = 0; i < axes.length; i++) {
            used[i] = scale;
            to[i] = Math.round(scale * x.dims()[axes[i]]);
        }
    }

    private OnnxValue along(OnnxValue x, int axis, float scale, int to, double[] region) {
        String mode = n.text("mode", "nearest");
        int size = x.dims()[axis];
        if (size < 0) {
            return repeated(x, axis, scale, mode);
        }
        if (to < 1) {
            throw new Unsupported("it makes an axis of size " + size + " one of size " + to);
        }
        n.graph().spend((long) size * to);
        if (mode.equals("nearest") && region == null && !antialias) {
            double[] from = IntStream.range(0, to)
                    .mapToDouble(i -> nearest(i, scale, size, to)).toArray();
            return f.call("Gather").with("axis", (long) axis).of(x,
                    new OnnxTensor(OnnxTensor.INT64, new int[] {to}, from));
        }
        double[] matrix = new double[size * to];
        double[] bias = new double[to];
        double empty = n.number("extrapolation_value", 0);
        boolean any = false;
        for (int i = 0; i < to; i++) {
            double at = position(i, scale, size, to, region);
            if (region != null && (at < 0 || at > size - 1)) {
                bias[i] = empty;
                any |= empty != 0;
                continue;
            }
            fill(matrix, i, to, size, at, scale, mode);
        }
        OnnxValue product = f.along(x, axis, new OnnxTensor(OnnxTensor.FLOAT, new int[] {size, to}, matrix));
        if (!any) {
            return product;
        }
        int[] dims = new int[x.rank()];
        Arrays.fill(dims, 1);
        dims[axis] = to;
        return f.add(product, new OnnxTensor(OnnxTensor.FLOAT, dims, bias));
    }

    /** Whole times as many of the nearest, of an axis of any size. */
    private OnnxValue repeated(OnnxValue x, int axis, double scale, String mode) {
        int times = (int) scale;
        boolean floor = coordinates.equals("asymmetric") && nearest.equals("floor");
        // half a step in, times two: the nearest is the same one for both
        boolean halves = coordinates.startsWith("half_pixel") && nearest.startsWith("round");
        if (times != scale || !mode.equals("nearest") || !floor && !halves || !(x instanceof Live live)) {
            throw new Unsupported("it interpolates along an axis whose size is known only at run time; give the input "
                    + "fixed sizes (--shape NAME=1x3x16)");
        }
        int[] dims = live.dims().clone();
        dims[axis] = n.graph().newSymbol();
        return n.graph().layer(new ShapeOperation.Repeat(n.graph().unique(n.name()), times, live.axis(axis)), live,
                live.kind(), dims);
    }

    /** Where a result lies among the values: in single precision, as ONNX Runtime computes it. */
    private float position(int i, float scale, int size, int to, double[] region) {
        return switch (coordinates) {
            case "half_pixel" -> (i + 0.5f) / scale - 0.5f;
            case "half_pixel_symmetric" -> {
                float adjustment = to / (scale * size);
                float center = size / 2f;
                yield center * (1 - adjustment) + (i + 0.5f) / scale - 0.5f;
            }
            case "pytorch_half_pixel" -> to > 1 ? (i + 0.5f) / scale - 0.5f : 0;
            case "align_corners" -> to > 1 ? (float) i * (size - 1) / (to - 1) : 0;
            case "asymmetric" -> i / scale;
            case "tf_crop_and_resize" -> region == null ? i / scale
                    : (float) (to > 1 ? region[0] * (size - 1) + i * (region[1] - region[0]) * (size - 1) / (to - 1)
                            : 0.5 * (region[0] + region[1]) * (size - 1));
            default -> throw new Unsupported("its coordinate_transformation_mode is " + coordinates);
        };
    }

    /** The value next to where a result lies, if that does not hang on the last bit of a division. */
    private double nearest(int i, float scale, int size, int to) {
        float at = position(i, scale, size, to, null);
        boolean symmetric = coordinates.equals("half_pixel_symmetric");
        double half = coordinates.equals("asymmetric") ? 0 : 0.5;
        boolean exact = symmetric ? to == scale * size && (at + half) * scale == i + half
                : !nearest.startsWith("round") || (at + half) * scale == i + half;
        double near = 4 * Math.ulp((float) size);
        double value = Math.clamp(rounded(at), 0, size - 1);
        boolean open = Math.clamp(rounded(at - near), 0, size - 1) != value
                || Math.clamp(rounded(at + near), 0, size - 1) != value;
        if (open && !exact && !coordinates.equals("align_corners")) {
            throw new Unsupported("it takes the nearest value of an axis of " + size + " for one of " + to + ", where "
                    + "result " + i + " lies just between two and ONNX and ONNX Runtime round differently; give it "
                    + "other sizes, or the coordinate_transformation_mode asymmetric and nearest_mode floor");
        }
        return value;
    }

    private double rounded(double at) {
        return switch (nearest) {
            case "round_prefer_floor" -> Math.ceil(at - 0.5);
            case "round_prefer_ceil" -> Math.floor(at + 0.5);
            case "floor" -> Math.floor(at);
            case "ceil" -> Math.ceil(at);
            default -> throw new Unsupported("its nearest_mode is " + nearest);
        };
    }

    /** Puts the factors of one result into its column. */
    private void fill(double[] matrix, int column, int to, int size, double at, double scale, String mode) {
        if (mode.equals("nearest")) {
            matrix[(int) Math.clamp(rounded(at), 0, size - 1) * to + column] = 1;
            return;
        }
        boolean linear = mode.equals("linear");
        if (!linear && !mode.equals("cubic")) {
            throw new Unsupported("its mode is " + mode + ", expected nearest, linear or cubic");
        }
        double stretch = antialias ? Math.min(scale, 1) : 1;
        int reach = (int) Math.ceil((linear ? 1 : 2) / stretch);
        int first = (int) Math.floor(at) - reach;
        double sum = 0;
        double[] factors = new double[2 * reach + 2];
        for (int k = 0; k < factors.length; k++) {
            int place = first + k;
            double distance = Math.abs(at - place) * stretch;
            factors[k] = linear ? Math.max(0, 1 - distance) : cubic(distance);
            factors[k] = outside && (place < 0 || place >= size) ? 0 : factors[k];
            sum += factors[k];
        }
        for (int k = 0; k < factors.length; k++) {
            matrix[Math.clamp(first + k, 0, size - 1) * to + column] += factors[k] / sum;
        }
    }

    /** Keys's kernel (1981). */
    private double cubic(double d) {
        return d <= 1 ? ((cubic + 2) * d - (cubic + 3)) * d * d + 1
                : d < 2 ? ((cubic * d - 5 * cubic) * d + 8 * cubic) * d - 4 * cubic : 0;
    }
}
