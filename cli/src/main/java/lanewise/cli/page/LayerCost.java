package lanewise.cli.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lanewise.spec.LayerInfo;
import lanewise.spec.OperationTime;
import lanewise.spec.Weights;

/**
 * What one call of a layer costs.
 *
 * @param layer       the layer
 * @param weightBytes what its weights take in the format that they are kept in, before packing; 0 if it was listed
 *                    before
 * @param micros      microseconds of a call of the model that go into the layer; 0 if it was listed before, NaN if that
 *                    was not measured
 */
public record LayerCost(LayerInfo layer, long weightBytes, double micros) {
    /**
     * The costs of all layers.
     *
     * @param layers  as the model lists them
     * @param weights as they are kept
     * @param times   of its operations, empty if nothing was measured
     * @return one for each listed layer, in their order
     */
    public static List<LayerCost> of(List<LayerInfo> layers, Weights weights, List<OperationTime> times) {
        Map<String, Double> micros = new HashMap<>();
        for (OperationTime time : times) {
            micros.merge(listed(time.layer(), layers), time.micros(), Double::sum);
        }
        Map<String, Long> bytes = new HashMap<>();
        weights.arrays().forEach((key, array) -> bytes.merge(listed(key, layers), array.values().byteSize(),
                Long::sum));
        weights.narrow().forEach((key, array) -> bytes.merge(listed(key, layers),
                array.words().byteSize() + (long) Float.BYTES * array.scales().length, Long::sum));
        List<LayerCost> costs = new ArrayList<>();
        for (LayerInfo layer : layers) {
            Double time = micros.remove(layer.path());
            Long size = bytes.remove(layer.path());
            costs.add(new LayerCost(layer, size == null ? 0 : size,
                    times.isEmpty() ? Double.NaN : time == null ? 0 : time));
        }
        return costs;
    }

    /** The listed layer that something in it belongs to: the innermost, or the path itself if none is listed. */
    private static String listed(String path, List<LayerInfo> layers) {
        return layers.stream().map(LayerInfo::path).filter(one -> path.equals(one) || path.startsWith(one + "/"))
                .max(Comparator.comparingInt(String::length)).orElse(path);
    }
}
