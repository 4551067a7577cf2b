package lanewise.cli.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lanewise.spec.CoreLayer;
import lanewise.spec.Graph;
import lanewise.spec.LayerInfo;
import lanewise.spec.LayerSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;

/** The boxes of one graph: a box for each call of a layer and each output; long chains without weights are one. */
final class GraphBoxes {
    /** From how many boxes on chains become one. */
    private static final int MANY = 120;

    /** What a box stands for. */
    enum Kind {
        /** An input of the model. */
        INPUT("in"),
        /** An output of the model. */
        OUTPUT("out"),
        /** A layer with a state. */
        RECURRENT("recurrent"),
        /** Any other layer. */
        LAYER(""),
        /** Where a picture goes on in the next. */
        LINK("link");

        final String style;

        Kind(String style) {
            this.style = style;
        }
    }

    /**
     * A box.
     *
     * @param lines what is written in it, the name first
     * @param size  written beside the name, perhaps empty
     * @param whole all of that without cuts
     * @param kind  what it stands for
     * @param merge whether it may be part of a chain that is drawn as one box
     * @param reads boxes before it
     */
    record Box(List<String> lines, String size, String whole, Kind kind, boolean merge, List<Integer> reads) {}

    private GraphBoxes() {}

    /**
     * Makes the boxes of a graph.
     *
     * @param graph  the graph
     * @param prefix of the paths of its layers
     * @param layers by path
     */
    static List<Box> of(Graph graph, String prefix, Map<String, LayerInfo> layers) {
        List<Box> boxes = new ArrayList<>();
        for (Graph.Node node : graph.nodes()) {
            boxes.add(box(node, layers.get(prefix + node.layer().name())));
        }
        for (Graph.Output output : graph.outputs()) {
            boxes.add(new Box(List.of(output.name(), "output"), "", "output " + output.name(), Kind.OUTPUT, false,
                    List.of(output.value().node())));
        }
        return boxes.size() <= MANY ? boxes : merged(boxes);
    }

    private static Box box(Graph.Node node, LayerInfo info) {
        LayerSpec layer = node.layer();
        List<Integer> reads = Stream.concat(node.inputs().stream(), Stream.ofNullable(node.mask()))
                .map(Graph.Ref::node).distinct().toList();
        boolean isInput = layer instanceof LayerSpec.InputLayer;
        String detail = detail(layer);
        String what = isInput ? "input" : layer.kerasClass() + (detail.isEmpty() ? "" : ", " + detail);
        String shape = layer instanceof LayerSpec.InputLayer input ? input.shape().toString()
                : info == null ? "" : String.join(", ", info.outputs().stream().map(Shape::toString).toList());
        boolean hasWeights = info != null && info.parameters() > 0;
        String size = hasWeights ? Quantity.count(info.parameters()) : "";
        return new Box(List.of(layer.name(), what, shape), size, layer.name() + ": " + what + ", " + shape
                + (hasWeights ? ", " + size + " parameters" : ""),
                isInput ? Kind.INPUT : hasState(layer) ? Kind.RECURRENT : Kind.LAYER,
                !isInput && !hasWeights && !(layer instanceof RecurrentLayer) && !(layer instanceof LayerSpec.Nested),
                reads);
    }

    private static boolean hasState(LayerSpec layer) {
        return layer instanceof RecurrentLayer && !(layer instanceof RecurrentLayer.TimeDistributed);
    }

    /** What a reader wants to know of a layer beside its class. */
    private static String detail(LayerSpec layer) {
        return switch (layer) {
            case CoreLayer.Dense d -> d.activation().kerasName();
            case CoreLayer.Activate a -> a.function().kerasName();
            case CoreLayer.Embedding e -> Quantity.count(e.inputDim(), "id");
            case RecurrentLayer.Rnn r -> (r.cells().size() > 1 ? r.cells().size() + " cells, " : "") + r.units()
                    + (r.units() == 1 ? " unit" : " units") + (r.goBackwards() ? ", backwards" : "");
            case RecurrentLayer.Bidirectional b -> b.forward().kerasClass() + " of " + detail(b.forward());
            case RecurrentLayer.TimeDistributed t -> t.layer().kerasClass() + " at each step";
            case RecurrentLayer.Scan s -> Quantity.count(s.body().nodes().size(), "layer") + " at each step";
            case LayerSpec.Nested n -> Quantity.count(n.graph().nodes().size(), "layer");
            default -> "";
        };
    }

    /** Makes one box of each chain of boxes without weights, where each reads but the one before it. */
    private static List<Box> merged(List<Box> boxes) {
        int[] readers = new int[boxes.size()];
        boxes.forEach(box -> box.reads().forEach(read -> readers[read]++));
        List<List<Integer>> chains = new ArrayList<>();
        int[] chain = new int[boxes.size()];
        for (int i = 0; i < boxes.size(); i++) {
            Box box = boxes.get(i);
            int before = box.reads().size() == 1 ? box.reads().getFirst() : -1;
            if (before >= 0 && box.merge() && boxes.get(before).merge() && readers[before] == 1) {
                chain[i] = chain[before];
            } else {
                chain[i] = chains.size();
                chains.add(new ArrayList<>());
            }
            chains.get(chain[i]).add(i);
        }
        // a chain comes where its first box was; what reads a chain reads its last box, so the order holds
        List<Box> all = new ArrayList<>();
        for (List<Integer> members : chains) {
            Box first = boxes.get(members.getFirst());
            List<Integer> reads = first.reads().stream().map(read -> chain[read]).distinct().toList();
            all.add(members.size() == 1
                    ? new Box(first.lines(), first.size(), first.whole(), first.kind(), false, reads)
                    : chain(first, boxes.get(members.getLast()), members.size(), reads));
        }
        return all;
    }

    private static Box chain(Box first, Box last, int count, List<Integer> reads) {
        return new Box(List.of(first.lines().getFirst() + " ...", count + " layers without weights",
                last.lines().getLast()), "", count + " layers, from " + first.whole() + " to " + last.whole(),
                Kind.LAYER,
                false, reads);
    }
}
