package lanewise.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.Predictor;
import lanewise.convert.Imported;
import lanewise.options.ModelOptions;
import lanewise.options.WeightFormats;
import lanewise.spec.Accuracy;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.LayerInfo;
import lanewise.spec.NarrowArray;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;

/**
 * Measures what rounding weights to 16 bits does to a model's answers: all layers together, and each layer alone.
 */
public final class AccuracyMeasurement {
    /** The limit where none is stated, if some weights are bfloat16. */
    public static final double BFLOAT16_LIMIT = 1e-2;
    /** The limit where none is stated, if all rounded weights are int16. */
    public static final double INT16_LIMIT = 1e-3;
    /** Calls that are worth compiling vector code for. */
    private static final int MANY_CALLS = 100;
    private static final ModelOptions OPTIONS = ModelOptions.DEFAULT.withWarmUpThread(false);

    private final Imported original;
    private final WeightFormats formats;
    private final List<Example> calls;
    private final Weights rounded;
    /** What float32 weights answer, by call and output. */
    private final List<List<TensorData>> answers;
    /** Keys of narrow arrays by the layer that they are said to belong to. */
    private final Map<String, List<String>> layers = new LinkedHashMap<>();
    private final List<Difference> none;
    /** What each layer alone does; empty until that was asked for. */
    private final Map<String, List<Difference>> alone = new LinkedHashMap<>();

    /**
     * Runs the calls with float32 weights.
     *
     * @param original the model, of float32 weights
     * @param formats  in which format its matrices are to be kept
     * @param calls    at least one; what is expected of them does not count
     * @throws lanewise.error.UnsupportedModelException if the weights can't be rounded, with every reason
     * @throws lanewise.error.InvalidInputException     if a call does not fit the model
     */
    public AccuracyMeasurement(Imported original, WeightFormats formats, List<Example> calls) {
        this.original = original;
        this.formats = formats;
        this.calls = List.copyOf(calls);
        rounded = formats.apply(original.spec(), original.weights());
        try (Model model = open(original.weights())) {
            answers = answers(model);
            for (String key : rounded.narrow().keySet()) {
                layers.computeIfAbsent(layerOf(key, model.layers()), layer -> new ArrayList<>()).add(key);
            }
        }
        none = compare(answers);
    }

    /** The layer that a caller would name for an array: the innermost that is listed. */
    private static String layerOf(String key, List<LayerInfo> listed) {
        return listed.stream().map(LayerInfo::path).filter(path -> key.startsWith(path + "/"))
                .max(Comparator.comparingInt(String::length)).orElse(key.substring(0, key.lastIndexOf('/')));
    }

    /**
     * The limit where none is stated.
     *
     * @return {@link #BFLOAT16_LIMIT} or {@link #INT16_LIMIT}
     */
    public double usualLimit() {
        return rounded.narrow().values().stream().map(NarrowArray::format).anyMatch(WeightFormat.BFLOAT16::equals)
                ? BFLOAT16_LIMIT : INT16_LIMIT;
    }

    /**
     * The layers with matrices that are rounded.
     *
     * @return their paths, in the order of the layers
     */
    public Set<String> layers() {
        return Collections.unmodifiableSet(layers.keySet());
    }

    /**
     * Rounds one layer after the other, each alone.
     *
     * @return by how much that moves an answer at most, by the path of the layer, in their order
     */
    public Map<String, Double> alone() {
        Map<String, Double> largest = new LinkedHashMap<>();
        eachAlone().forEach((layer, outputs) -> largest.put(layer,
                outputs.stream().mapToDouble(output -> output.largest).max().orElse(0)));
        return largest;
    }

    private Map<String, List<Difference>> eachAlone() {
        if (alone.isEmpty()) {
            layers.keySet().forEach(layer -> alone.put(layer, differences(only(List.of(layer)))));
        }
        return alone;
    }

    /**
     * Compares the answers of the rounded weights with those of the float32 weights, without asking which layer does
     * it.
     *
     * @param limit what to hold against the distances
     * @return the figures, whose layers are empty
     */
    public Accuracy together(double limit) {
        return accuracy(limit, Map.of());
    }

    /**
     * Compares the answers of the rounded weights with those of the float32 weights.
     *
     * @param limit what to hold against the distances
     * @return the figures
     */
    public Accuracy measure(double limit) {
        return accuracy(limit, eachAlone());
    }

    private Accuracy accuracy(double limit, Map<String, List<Difference>> single) {
        List<Difference> together = differences(rounded);
        List<Accuracy.Output> outputs = new ArrayList<>();
        for (int o = 0; o < together.size(); o++) {
            String most = "";
            double largest = 0;
            for (Map.Entry<String, List<Difference>> layer : single.entrySet()) {
                if (layer.getValue().get(o).largest > largest) {
                    most = layer.getKey();
                    largest = layer.getValue().get(o).largest;
                }
            }
            Difference d = together.get(o);
            outputs.add(new Accuracy.Output(original.spec().graph().outputs().get(o).name(), d.largest, d.mean(),
                    d.size, d.labels(), d.changedLabels(), most, largest));
        }
        return new Accuracy(calls.size(), limit, outputs);
    }

    /**
     * Looks for a way within a limit: keeps one layer after the other as float32, those first that move the answers
     * most; if no layer is left then, takes int16 in place of bfloat16.
     *
     * @param limit what no output may exceed
     * @return formats that do it, or empty if there are none
     */
    public Optional<WeightFormats> within(double limit) {
        List<String> narrow = new ArrayList<>(layers.keySet());
        Map<String, Double> distances = new LinkedHashMap<>();
        eachAlone().forEach((layer, outputs) -> distances.put(layer, distance(outputs)));
        narrow.sort(Comparator.comparingDouble(distances::get));
        Map<String, WeightFormat> named = new LinkedHashMap<>(formats.layers());
        while (narrow.size() > 1) {
            String kept = narrow.removeLast();
            named.keySet().removeIf(name -> name.equals(kept) || name.startsWith(kept + "/"));
            named.put(kept, WeightFormat.FLOAT32);
            if (distance(differences(only(narrow))) <= limit) {
                return Optional.of(new WeightFormats(formats.format(), named));
            }
        }
        WeightFormats finer = new WeightFormats(finer(formats.format()), formats.layers().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, layer -> finer(layer.getValue()))));
        boolean same = finer.equals(formats);
        return same || distance(differences(finer.apply(original.spec(), original.weights()))) > limit
                ? Optional.empty() : Optional.of(finer);
    }

    private static WeightFormat finer(WeightFormat format) {
        return format == WeightFormat.BFLOAT16 ? WeightFormat.INT16 : format;
    }

    /**
     * Says why a model is refused and what to do, for the command line.
     *
     * @param measured figures beyond their limit
     * @return one line
     */
    public String refusal(Accuracy measured) {
        Accuracy.Output worst = measured.worst();
        String size = worst.size() > 1 ? " of up to " + (float) worst.size() : "";
        String what = "rounding the weights to " + formats + " moves output '" + worst.name() + "'" + size + " by "
                + (float) worst.largest() + ", the limit is " + (float) measured.limit()
                + (worst.size() > 1 ? " of its largest value" : "") + ", and layer '" + worst.layer()
                + "' alone moves it by " + (float) worst.layerLargest();
        String allow = Double.isFinite(worst.distance()) ? "--limit " + above(worst.distance()) + " allows this"
                : "no limit allows what is not finite";
        // a name with a comma can't be given on the command line
        String other = within(measured.limit())
                .filter(found -> found.layers().keySet().stream().noneMatch(name -> name.contains(",")))
                .map(found -> "--weights " + found + " stays within it")
                .orElse("no layer can be rounded within it");
        return what + "; " + other + ", and " + allow;
    }

    /** The next number with two digits. */
    private static String above(double distance) {
        double unit = Math.pow(10, Math.floor(Math.log10(distance)) - 1);
        return String.format(Locale.ROOT, "%.1e", Math.ceil(distance / unit) * unit);
    }

    /** The weights of which only some layers are rounded. */
    private Weights only(List<String> narrow) {
        Map<String, TensorData> arrays = new LinkedHashMap<>(original.weights().arrays());
        Map<String, NarrowArray> some = new LinkedHashMap<>();
        for (String layer : narrow) {
            for (String key : layers.get(layer)) {
                some.put(key, rounded.narrow().get(key));
                arrays.remove(key);
            }
        }
        return new Weights(arrays, some);
    }

    private Model open(Weights weights) {
        return Model.of(original.spec(), weights, Examples.NONE, OPTIONS.withCustomLayers(original.custom()));
    }

    private List<Difference> differences(Weights weights) {
        try (Model model = open(weights)) {
            return compare(answers(model));
        }
    }

    private double distance(List<Difference> differences) {
        double farthest = 0;
        for (int o = 0; o < differences.size(); o++) {
            farthest = Math.max(farthest, differences.get(o).largest / Math.max(1, none.get(o).size));
        }
        return farthest;
    }

    private List<List<TensorData>> answers(Model model) {
        if (calls.size() >= MANY_CALLS) {
            model.warmUp(Duration.ofSeconds(5));
        }
        List<List<TensorData>> all = new ArrayList<>();
        try (Predictor predictor = model.predictor(calls)) {
            for (Example call : calls) {
                if (call.reset()) {
                    predictor.resetStates();
                }
                for (int i = 0; i < predictor.inputs().size(); i++) {
                    predictor.inputs().get(i).set(call.inputs().get(i));
                }
                predictor.run();
                all.add(predictor.outputs().stream().map(OutputTensor::toArray).toList());
            }
        }
        return all;
    }

    /** Compares other answers with those of the float32 weights, output by output. */
    private List<Difference> compare(List<List<TensorData>> others) {
        List<Difference> differences = new ArrayList<>();
        for (int o = 0; o < answers.getFirst().size(); o++) {
            Difference difference = new Difference();
            for (int c = 0; c < calls.size(); c++) {
                difference.add(answers.get(c).get(o), others.get(c).get(o));
            }
            differences.add(difference);
        }
        return differences;
    }
}
