package lanewise.convert;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.files.Json;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MergingLayer;
import lanewise.spec.Operation;
import lanewise.spec.ReshapingLayer;
import lanewise.spec.Shape;
import lanewise.spec.ShapeOperation;
import tools.jackson.databind.JsonNode;

/** Reads operations that compute nothing: they cut, join, repeat, reorder or reshape axes. */
final class ShapeOperationReader {
    private static final int MOST_REPEATS = 1 << 12;

    private ShapeOperationReader() {}

    /**
     * Reads an operation.
     *
     * @param name      its name
     * @param className its class
     * @param o         its options
     * @param arguments what it is called with, tensors included; lists as they stand
     * @return the operation, or null if it is none of these, or is not supported with such options and arguments
     */
    static LayerSpec read(String name, String className, Options o, List<JsonNode> arguments) {
        boolean plain = OperationReader.constants(arguments).isEmpty();
        return switch (className) {
            case "GetItem" -> arguments.size() == 2 ? slice(name, rank(arguments), arguments.get(1)) : null;
            case "ExpandDims" ->
                plain && o.integers("axis").size() == 1 ? new ShapeOperation.ExpandDims(name, o.integer("axis")) : null;
            case "Squeeze" -> plain ? new ShapeOperation.Squeeze(name, o.integers("axis")) : null;
            case "Transpose" -> plain ? new ShapeOperation.Transpose(name, o.integers("axes")) : null;
            case "Swapaxes" -> plain ? swapped(name, rank(arguments), o.integer("axis1"), o.integer("axis2")) : null;
            case "Moveaxis" ->
                plain ? moved(name, rank(arguments), o.integers("source"), o.integers("destination")) : null;
            case "Tile" -> !plain ? null : tile(name, rank(arguments), o.integers("repeats"));
            case "Pad" -> pad(name, o, arguments);
            case "Roll" ->
                plain && o.has("axis") ? rolled(name, o.integers("shift"), o.integers("axis"), arguments) : null;
            case "Take" -> take(name, o, arguments);
            case "Stack" -> !plain ? null : new ShapeOperation.Stack(name, o.has("axis") ? o.integer("axis") : 0);
            case "Concatenate" -> !plain ? null : new Operation.AsLayer(name,
                    new MergingLayer.Concatenate(name, o.has("axis") ? o.integer("axis") : -1));
            case "Split" -> plain ? split(name, o) : null;
            case "Flip" -> plain && o.has("axis") ? new ShapeOperation.Flip(name, o.integers("axis")) : null;
            case "Repeat" -> !plain || !o.has("axis") ? null
                    : o.integers("repeats").size() == 1
                            ? new ShapeOperation.Repeat(name, o.count("repeats"), o.integer("axis"))
                            : repeated(name, o.integers("repeats"), o.integer("axis"), arguments);
            case "MaxPool", "AveragePool" -> {
                LayerSpec pool = plain ? WindowReader.pool(o, className, name, rank(arguments) - 2) : null;
                yield pool == null ? null : new Operation.AsLayer(name, pool);
            }
            case "Reshape" -> plain ? reshape(name, o) : null;
            default -> null;
        };
    }

    /** How many axes the first tensor has. */
    private static int rank(List<JsonNode> arguments) {
        return arguments.isEmpty() ? 0 : arguments.getFirst().path("config").path("shape").size();
    }

    private static LayerSpec swapped(String name, int rank, int first, int second) {
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            axes.add(i);
        }
        int a = first < 0 ? first + rank : first;
        int b = second < 0 ? second + rank : second;
        if (a < 0 || b < 0 || a >= rank || b >= rank) {
            return null;
        }
        Collections.swap(axes, a, b);
        return new ShapeOperation.Transpose(name, axes);
    }

    private static LayerSpec moved(String name, int rank, List<Integer> sources, List<Integer> destinations) {
        Integer[] order = new Integer[rank];
        List<Integer> left = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        for (int i = 0; i < Math.min(sources.size(), destinations.size()); i++) {
            int from = sources.get(i) < 0 ? sources.get(i) + rank : sources.get(i);
            int to = destinations.get(i) < 0 ? destinations.get(i) + rank : destinations.get(i);
            if (to < 0 || to >= rank || order[to] != null || !left.remove(Integer.valueOf(from))) {
                return null;
            }
            order[to] = from;
        }
        for (int i = 0; i < rank; i++) {
            order[i] = order[i] == null ? left.removeFirst() : order[i];
        }
        return new ShapeOperation.Transpose(name, List.of(order));
    }

    private static LayerSpec tile(String name, int rank, List<Integer> repeats) {
        List<Integer> all = new ArrayList<>(Collections.nCopies(Math.max(0, rank - repeats.size()), 1));
        all.addAll(repeats);
        boolean fits = all.size() == rank && rank > 0 && all.getFirst() == 1
                && all.stream().allMatch(n -> n > 0 && n <= MOST_REPEATS);
        return fits ? new ShapeOperation.Tile(name, all.subList(1, rank)) : null;
    }

    private static LayerSpec pad(String name, Options o, List<JsonNode> arguments) {
        List<Integer> pairs = new ArrayList<>();
        JsonNode widths = o.get("pad_width");
        if (widths == null || !widths.isArray()) {
            return null;
        }
        for (JsonNode pair : widths) {
            if (pair.size() != 2) {
                return null;
            }
            pairs.add(pair.get(0).asInt(-1));
            pairs.add(pair.get(1).asInt(-1));
        }
        boolean fits = pairs.size() > 2 && pairs.stream().allMatch(n -> n >= 0) && pairs.get(0) == 0
                && pairs.get(1) == 0;
        if (!fits) {
            return null;
        }
        List<Integer> padding = pairs.subList(2, pairs.size());
        String mode = o.string("mode", "constant");
        JsonNode value = OperationReader.constants(arguments).stream().findFirst().orElse(o.get("constant_values"));
        if (!mode.equals("constant")) {
            return mode.equals("reflect") || mode.equals("symmetric")
                    ? mirrored(name, padding, mode.equals("symmetric"), arguments) : null;
        } else if (value == null || value.isNumber() && Json.real(value) == 0) {
            return new ShapeOperation.Pad(name, padding);
        } else if (!value.isNumber()) {
            return null;
        }
        Composition c = new Composition(name, OperationReader.tensors(arguments));
        Graph.Ref there = c.add(new ShapeOperation.Pad("there", padding),
                c.add(new Operation.FilledLike("ones", 1f, true), c.input(0)));
        return c.gives(c.where(there, c.add(new ShapeOperation.Pad("padded", padding), c.input(0)),
                (float) Json.real(value)));
    }

    /** Takes positions once more in the opposite direction, the outermost itself only where it is symmetric. */
    private static LayerSpec mirrored(String name, List<Integer> padding, boolean symmetric, List<JsonNode> arguments) {
        Composition c = new Composition(name, OperationReader.tensors(arguments));
        Graph.Ref x = c.input(0);
        for (int axis = 1; axis <= padding.size() / 2; axis++) {
            int before = padding.get(2 * axis - 2);
            int after = padding.get(2 * axis - 1);
            if (before == 0 && after == 0) {
                continue;
            }
            int size = c.listed(0, axis);
            int skipped = symmetric ? 0 : 1;
            if (Math.max(before, after) > size - skipped) {
                throw new Composition.Refused("mirrors more of axis " + axis + " than its " + size + " values");
            }
            List<Integer> places = new ArrayList<>();
            for (int i = -before; i < size + after; i++) {
                places.add(i < 0 ? -i - 1 + skipped : i < size ? i : 2 * size - 1 - skipped - i);
            }
            x = c.take(x, places, axis);
        }
        return c.gives(x);
    }

    /** Each position as often as a list says. */
    private static LayerSpec repeated(String name, List<Integer> repeats, int given, List<JsonNode> arguments) {
        Composition c = new Composition(name, arguments);
        int axis = c.axis(given);
        if (c.size(0, axis) != repeats.size() || repeats.stream().anyMatch(n -> n < 0 || n > MOST_REPEATS)) {
            return null;
        }
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < repeats.size(); i++) {
            places.addAll(Collections.nCopies(repeats.get(i), i));
        }
        return places.isEmpty() ? null : new ShapeOperation.Take(name, places, axis);
    }

    private static LayerSpec rolled(String name, List<Integer> shifts, List<Integer> axes, List<JsonNode> arguments) {
        if (axes.size() == 1 && shifts.size() == 1) {
            return new ShapeOperation.Roll(name, shifts.getFirst(), axes.getFirst());
        } else if (shifts.size() != axes.size() && shifts.size() != 1) {
            return null;
        }
        Composition c = new Composition(name, arguments);
        Graph.Ref x = c.input(0);
        for (int i = 0; i < axes.size(); i++) {
            x = c.add(new ShapeOperation.Roll("roll_" + i, shifts.size() == 1 ? shifts.getFirst() : shifts.get(i),
                    c.axis(axes.get(i))), x);
        }
        return c.gives(x);
    }

    private static LayerSpec take(String name, Options o, List<JsonNode> arguments) {
        List<Integer> indices = new ArrayList<>();
        JsonNode given = arguments.size() == 2 ? arguments.get(1) : null;
        if (given != null && Json.isInt(given) && o.has("axis")) {
            return takeOne(name, arguments.getFirst().path("config").path("shape"), given.intValue(),
                    o.integer("axis"));
        }
        if (given == null || !given.isArray() || !o.has("axis")) {
            return null;
        }
        for (JsonNode index : given) {
            if (!Json.isInt(index)) {
                return null;
            }
            indices.add(index.intValue());
        }
        return indices.isEmpty() ? null : new ShapeOperation.Take(name, indices, o.integer("axis"));
    }

    /** A single index, whose axis goes away; it must be known to lie within the axis. */
    private static LayerSpec takeOne(String name, JsonNode shape, int index, int axis) {
        int at = axis < 0 ? axis + shape.size() : axis;
        int size = shape.path(at).asInt(-1);
        if (at < 1 || index >= size || index < -size) {
            return null;
        }
        List<Integer> begin = new ArrayList<>();
        List<Integer> end = new ArrayList<>();
        List<Integer> step = new ArrayList<>();
        for (int i = 1; i < at; i++) {
            whole(begin, end, step);
        }
        int first = index < 0 ? index + size : index;
        begin.add(first);
        end.add(first + 1);
        step.add(1);
        return new ShapeOperation.Slice(name, begin, end, step, List.of(at), List.of());
    }

    private static LayerSpec slice(String name, int rank, JsonNode key) {
        List<JsonNode> parts = key.isArray() ? List.copyOf(key.values()) : List.of(key);
        long named = parts.stream().filter(part -> !part.isNull() && !isEllipsis(part)).count();
        List<Integer> begin = new ArrayList<>();
        List<Integer> end = new ArrayList<>();
        List<Integer> step = new ArrayList<>();
        List<Integer> dropped = new ArrayList<>();
        List<Integer> added = new ArrayList<>();
        for (JsonNode part : parts) {
            if (part.isNull()) {
                added.add(begin.size() - dropped.size() + added.size());
            } else if (isEllipsis(part)) {
                if (rank == 0) {
                    return null;
                }
                for (long i = named; i < rank; i++) {
                    whole(begin, end, step);
                }
            } else if (Json.isInt(part)) {
                int at = part.intValue();
                dropped.add(begin.size());
                begin.add(at);
                end.add(at == -1 ? ShapeOperation.Slice.OPEN : at + 1);
                step.add(1);
            } else if (part.path("class_name").asString("").equals("__slice__")) {
                JsonNode config = part.path("config");
                begin.add(bound(config.path("start")));
                end.add(bound(config.path("stop")));
                step.add(config.hasNonNull("step") ? config.get("step").asInt(0) : 1);
            } else {
                return null;
            }
        }
        boolean wholeBatch = !begin.isEmpty() && begin.getFirst() == ShapeOperation.Slice.OPEN
                && end.getFirst() == ShapeOperation.Slice.OPEN
                && step.getFirst() == 1 && !dropped.contains(0) && !added.contains(0);
        if (!wholeBatch || step.contains(0)) {
            return null;
        }
        return new ShapeOperation.Slice(name, begin.subList(1, begin.size()), end.subList(1, end.size()),
                step.subList(1, step.size()), dropped,
                added);
    }

    private static boolean isEllipsis(JsonNode part) {
        return part.path("class_name").asString("").equals("__ellipsis__");
    }

    private static void whole(List<Integer> begin, List<Integer> end, List<Integer> step) {
        begin.add(ShapeOperation.Slice.OPEN);
        end.add(ShapeOperation.Slice.OPEN);
        step.add(1);
    }

    private static int bound(JsonNode value) {
        return Json.isInt(value) ? value.intValue() : ShapeOperation.Slice.OPEN;
    }

    private static LayerSpec split(String name, Options o) {
        JsonNode sections = o.get("indices_or_sections");
        int axis = o.has("axis") ? o.integer("axis") : 0;
        if (sections != null && Json.isInt(sections)) {
            return new ShapeOperation.Split(name, axis, o.count("indices_or_sections"), List.of());
        }
        return sections != null && sections.isArray()
                ? new ShapeOperation.Split(name, axis, 0, o.integers("indices_or_sections")) : null;
    }

    private static LayerSpec reshape(String name, Options o) {
        JsonNode shape = o.get("newshape");
        if (shape == null || !shape.isArray() || shape.isEmpty()) {
            return null;
        }
        List<Integer> sizes = new ArrayList<>();
        for (JsonNode size : shape) {
            if (!size.isNull() && (!Json.isInt(size) || size.intValue() < Shape.ANY)) {
                return null;
            }
            sizes.add(size.isNull() ? Shape.ANY : size.intValue());
        }
        // the first is batch, which stays
        return sizes.getFirst() == Shape.ANY
                ? new Operation.AsLayer(name,
                        new ReshapingLayer.Reshape(name, new Shape(sizes.subList(1, sizes.size()))))
                : null;
    }
}
