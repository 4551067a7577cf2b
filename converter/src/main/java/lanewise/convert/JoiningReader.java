package lanewise.convert;

import java.util.ArrayList;
import java.util.List;
import lanewise.files.Json;
import lanewise.spec.Graph.Ref;
import lanewise.spec.LayerSpec;
import lanewise.spec.Operation;
import lanewise.spec.ShapeOperation;
import lanewise.spec.ShapeOperation.Slice;
import tools.jackson.databind.JsonNode;

/** Reads operations that join arrays, cut them apart, or put one into another. */
final class JoiningReader {
    private static final String ROWS = "works along axis 0, so that rows mix";

    private JoiningReader() {}

    /**
     * Reads an operation.
     *
     * @param name      its name
     * @param className its class
     * @param o         its options
     * @param arguments what it is called with, tensors included
     * @return the operation, or null if it is none of these
     * @throws Composition.Refused if it can't be run as it is called
     */
    static LayerSpec read(String name, String className, Options o, List<JsonNode> arguments) {
        return switch (className) {
            case "Append" -> {
                if (o.isNull("axis")) {
                    throw new Composition.Refused(ReductionReader.ALL_AXES);
                }
                Composition c = new Composition(name, arguments);
                yield c.gives(c.concatenate(c.axis(o.integer("axis")), c.input(0), c.input(1)));
            }
            case "Hstack" -> joined(name, 1, arguments);
            case "Dstack" -> joined(name, 2, arguments);
            case "Vstack", "Vsplit", "Flipud" -> throw new Composition.Refused(ROWS);
            case "Fliplr" -> new ShapeOperation.Flip(name, List.of(1));
            case "Hsplit" -> split(name, 1, o, arguments);
            case "Dsplit" -> split(name, 2, o, arguments);
            case "ArraySplit" -> split(name, o.has("axis") ? o.integer("axis") : 0, o, arguments);
            case "Unstack" -> unstack(name, o, arguments);
            case "Slice" -> slice(name, o, arguments);
            case "SliceUpdate" -> update(name, arguments);
            default -> null;
        };
    }

    private static LayerSpec joined(String name, int axis, List<JsonNode> arguments) {
        Composition c = new Composition(name, arguments);
        List<Ref> parts = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            int rank = c.shape(i).length;
            if (rank < 2) {
                throw new Composition.Refused(ROWS);
            }
            parts.add(rank > axis ? c.input(i) : c.expand(c.input(i), axis));
        }
        return c.gives(c.concatenate(axis, parts.toArray(Ref[]::new)));
    }

    /** Parts may differ by one in size where a number of them is given. */
    private static LayerSpec split(String name, int given, Options o, List<JsonNode> arguments) {
        Composition c = new Composition(name, arguments);
        int axis = c.axis(given);
        JsonNode sections = o.get("indices_or_sections");
        List<Integer> at = new ArrayList<>();
        if (sections != null && Json.isInt(sections)) {
            int count = Math.min(o.count("indices_or_sections"), Composition.MOST_LISTED);
            int size = c.size(0, axis);
            int begin = 0;
            for (int i = 0; i + 1 < count; i++) {
                begin += size / count + (i < size % count ? 1 : 0);
                at.add(begin);
            }
        } else {
            at.addAll(o.integers("indices_or_sections"));
        }
        return new ShapeOperation.Split(name, axis, 0, at);
    }

    private static LayerSpec unstack(String name, Options o, List<JsonNode> arguments) {
        Composition c = new Composition(name, arguments);
        int axis = c.axis(o.has("axis") ? o.integer("axis") : 0);
        int count = o.has("num") ? o.count("num") : c.listed(0, axis);
        o.ignore("num");
        if (count > Composition.MOST_LISTED) {
            throw new Composition.Refused("option 'num' is " + count + ", expected at most " + Composition.MOST_LISTED);
        }
        List<Ref> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(c.squeeze(c.part(c.input(0), axis, i, i + 1), axis));
        }
        return c.gives(parts.toArray(Ref[]::new));
    }

    /** The integers of a list. */
    private static List<Integer> starts(JsonNode list, int rank) {
        List<Integer> starts = new ArrayList<>();
        for (JsonNode start : list) {
            if (Json.isInt(start)) {
                starts.add(start.intValue());
            }
        }
        if (!list.isArray() || starts.size() != rank || list.size() != rank) {
            throw new Composition.Refused("starts at " + (list.isArray() ? list.toString() : "what the call gives")
                    + ", expected " + rank + " integers");
        }
        if (starts.getFirst() != 0) {
            throw new Composition.Refused(ROWS);
        }
        return starts;
    }

    /** A size of -1 reaches to the end; the rows are taken as a whole. */
    private static LayerSpec slice(String name, Options o, List<JsonNode> arguments) {
        if (arguments.size() != 2) {
            throw new Composition.Refused("expected a tensor and a list of starts");
        }
        int rank = Composition.shape(arguments.getFirst()).length;
        List<Integer> starts = starts(arguments.get(1), rank);
        JsonNode sizes = o.get("shape");
        if (sizes == null || sizes.size() != rank || !sizes.get(0).isNull() && sizes.get(0).asInt(0) != -1) {
            throw new Composition.Refused(
                    "takes the rows of the shape " + sizes + ", so that rows mix; expected -1 first");
        }
        List<Integer> ends = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();
        for (int i = 1; i < rank; i++) {
            int size = sizes.get(i).asInt(-1);
            ends.add(size == -1 ? Slice.OPEN : starts.get(i) + size);
            steps.add(1);
        }
        return new ShapeOperation.Slice(name, starts.subList(1, rank), ends, steps, List.of(), List.of());
    }

    /** The second array in the place of a part of the first. */
    private static LayerSpec update(String name, List<JsonNode> arguments) {
        if (arguments.size() != 3 || !CallReader.isTensor(arguments.get(2))) {
            throw new Composition.Refused("expected a tensor, a list of starts, and a tensor");
        }
        Composition c = new Composition(name, OperationReader.tensors(arguments));
        int rank = c.shape(0).length;
        List<Integer> starts = starts(arguments.get(1), rank);
        List<Integer> padding = new ArrayList<>();
        for (int i = 1; i < rank; i++) {
            int before = starts.get(i);
            int after = c.size(0, i) - before - c.size(1, i);
            if (before < 0 || after < 0) {
                throw new Composition.Refused("puts an array where it does not fit");
            }
            padding.add(before);
            padding.add(after);
        }
        Ref there = c.add(new ShapeOperation.Pad("there", padding),
                c.add(new Operation.FilledLike("ones", 1f, true), c.input(1)));
        Ref updates = c.add(new ShapeOperation.Pad("updates", padding), c.input(1));
        return c.gives(c.where(there, updates, c.input(0)));
    }
}
