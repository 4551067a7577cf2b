package lanewise.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lanewise.onnx.proto.DimensionProto;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.ValueInfoProto;
import lanewise.options.Budget;
import lanewise.options.Limit;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;

/**
 * Which axis of each input may hold the rows of a call, the likeliest choice first: the axes that operators treat as
 * rows, as far as {@link OnnxAxisTrace} can follow them to the inputs; axes that are named like a batch; the first
 * axes. Inputs that no such axis leads to take each of theirs in turn. Each choice is only a question: the translation
 * answers whether the rows stay apart, and then the answers are exact, whichever choice it was.
 */
final class OnnxRowChoices {
    private static final String ROW_NAMES = "(?i)n|b|bs|batch.*|.*batch(_?size)?";
    /** Most choices that are tried. */
    private static final int MOST = 64;

    private final List<ValueInfoProto> inputs;
    private final OnnxAxisTrace axes;
    private final Set<Integer> tried = new HashSet<>();
    private final Set<Map<String, Integer>> choices = new LinkedHashSet<>();
    /** Choices by which the inputs have different numbers of rows: fit for inputs that are none of a call. */
    private final Set<Map<String, Integer>> differing = new LinkedHashSet<>();

    private OnnxRowChoices(List<ValueInfoProto> inputs, OnnxAxisTrace axes) {
        this.inputs = inputs;
        this.axes = axes;
    }

    /**
     * Lists the choices.
     *
     * @param graph  the whole graph
     * @param inputs those of its inputs that a call gives
     * @param fixable whether some of these inputs may yet be fixed
     * @param known  holds the values that are known
     * @param opset  version of the operators
     * @return for each choice the axis of rows by the name of the input; the last one has none for all
     */
    static List<Map<String, Integer>> of(GraphProto graph, List<ValueInfoProto> inputs, boolean fixable,
            OnnxGraph known,
            int opset) {
        OnnxRowChoices made = new OnnxRowChoices(inputs, new OnnxAxisTrace(graph, known, opset));
        // a value without axes can't have rows, and all have to have them
        if (inputs.stream().noneMatch(input -> dims(input).isEmpty())) {
            made.collect();
        }
        if (fixable) {
            made.choices.addAll(made.differing);
        }
        made.choices.add(inputs.stream().collect(Collectors.toMap(ValueInfoProto::getName, input -> RowAxis.NONE)));
        return List.copyOf(made.choices);
    }

    private static List<DimensionProto> dims(ValueInfoProto input) {
        return input.getType().getTensorType().getShape().getDimList();
    }

    private void collect() {
        axes.batches().forEach(this::along);
        for (ValueInfoProto input : inputs) {
            int named = named(input);
            if (named >= 0) {
                along(axes.of(input.getName())[named]);
            }
        }
        for (int axis = 0; axis < 3; axis++) {
            for (ValueInfoProto input : inputs) {
                if (axis < dims(input).size()) {
                    along(axes.of(input.getName())[axis]);
                }
            }
        }
    }

    /** The axis that is named like a batch, or -1. */
    private static int named(ValueInfoProto input) {
        return IntStream.range(0, dims(input).size())
                .filter(i -> dims(input).get(i).getDimParam().matches(ROW_NAMES)).findFirst().orElse(-1);
    }

    /** Adds the choices in which the rows lie along an axis, wherever inputs have it. */
    private void along(int axis) {
        if (choices.size() >= MOST || !tried.add(axis)) {
            return;
        }
        Budget.current().take(Limit.CALLS, 1 + inputs.size() / 10, "finding the rows of " + inputs.size() + " inputs");
        Map<String, Integer> found = new HashMap<>();
        Set<String> names = new LinkedHashSet<>();
        for (ValueInfoProto input : inputs) {
            int[] of = axes.of(input.getName());
            // a file may describe an input twice, with other axes
            for (int i = Math.min(of.length, dims(input).size()) - 1; i >= 0; i--) {
                if (of[i] == axis) {
                    found.put(input.getName(), i);
                }
            }
            if (found.containsKey(input.getName())) {
                names.add(dims(input).get(found.get(input.getName())).getDimParam());
            }
        }
        if (found.isEmpty()) {
            return;
        }
        List<List<Integer>> open = new ArrayList<>();
        int most = 0;
        for (ValueInfoProto input : inputs) {
            List<Integer> candidates = found.containsKey(input.getName()) ? List.of(found.get(input.getName()))
                    : candidates(input, names);
            open.add(candidates);
            most = Math.max(most, candidates.size());
        }
        // most often the states of a model are all alike
        for (int i = 0; i < most; i++) {
            int at = i;
            add(open.stream().map(candidates -> candidates.get(Math.min(at, candidates.size() - 1))).toList());
        }
        combine(open);
    }

    /** The axes that may hold the rows of an input, the likeliest first. */
    private static List<Integer> candidates(ValueInfoProto input, Set<String> names) {
        List<DimensionProto> dims = dims(input);
        for (int i = 0; i < dims.size(); i++) {
            if (!dims.get(i).getDimParam().isEmpty() && names.contains(dims.get(i).getDimParam())) {
                return List.of(i);
            }
        }
        List<Integer> all = new ArrayList<>(IntStream.range(0, dims.size()).boxed().toList());
        int named = named(input);
        if (named > 0) {
            Collections.swap(all, 0, named);
        }
        return all;
    }

    /** Adds every combination, the last input's axis changing fastest. */
    private void combine(List<List<Integer>> open) {
        int[] at = new int[open.size()];
        int changed = 0;
        while (changed >= 0 && choices.size() < MOST && differing.size() < MOST) {
            add(IntStream.range(0, at.length).mapToObj(i -> open.get(i).get(at[i])).toList());
            for (changed = at.length - 1; changed >= 0 && ++at[changed] == open.get(changed).size(); changed--) {
                at[changed] = 0;
            }
        }
    }

    /** Adds a choice. */
    private void add(List<Integer> taken) {
        Map<String, Integer> choice = new HashMap<>();
        Set<Integer> rows = new HashSet<>();
        for (int i = 0; i < taken.size(); i++) {
            DimensionProto dim = dims(inputs.get(i)).get(taken.get(i));
            if (OnnxInputs.size(dim) != Shape.ANY) {
                rows.add(OnnxInputs.size(dim));
            }
            choice.put(inputs.get(i).getName(), taken.get(i));
        }
        Set<Map<String, Integer>> kind = rows.size() < 2 ? choices : differing;
        if (kind.size() < MOST) {
            kind.add(Map.copyOf(choice));
        }
    }
}
