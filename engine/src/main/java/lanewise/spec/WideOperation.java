package lanewise.spec;

import java.util.List;
import lanewise.spec.Operation.ReduceOp;

/**
 * Operation: one on integers that have 64 bits in the model. They are kept in 32 bits, so a call in which a result
 * needs more is refused. Without this, results wrap around in 32 bits.
 *
 * @param name      its name
 * @param operation what is computed
 */
public record WideOperation(String name, LayerSpec operation) implements Operation {
    /**
     * Makes an operation one on integers of 64 bits.
     *
     * @param spec an operation, or a graph of them
     * @return the operation itself if its results need no more bits than its inputs
     */
    public static LayerSpec of(LayerSpec spec) {
        boolean grows = switch (spec) {
            case Operation.Map o -> switch (o.op()) {
                case ABSOLUTE, NEGATIVE, SQUARE, TO_INT -> true;
                default -> false;
            };
            case Operation.Pair o -> switch (o.op()) {
                case ADD, SUBTRACT, MULTIPLY, FLOOR_DIVIDE, POWER, GCD, LCM, LEFT_SHIFT -> true;
                default -> false;
            };
            case Operation.Reduce o -> o.op() == ReduceOp.SUM || o.op() == ReduceOp.PROD;
            case AxisOperation.Cumulate o -> o.op() == ReduceOp.SUM || o.op() == ReduceOp.PROD;
            default -> false;
        };
        if (grows) {
            return new WideOperation(spec.name(), spec);
        }
        return spec instanceof LayerSpec.Nested o ? new LayerSpec.Nested(o.name(), of(o.graph())) : spec;
    }

    private static Graph of(Graph graph) {
        return new Graph(graph.nodes().stream()
                .map(node -> new Graph.Node(of(node.layer()), node.inputs(), node.mask(), node.arguments())).toList(),
                graph.inputs(), graph.outputs());
    }

    @Override
    public List<LayerSpec> inner() {
        return List.of(operation);
    }

    @Override
    public String kerasClass() {
        return operation.kerasClass();
    }
}
