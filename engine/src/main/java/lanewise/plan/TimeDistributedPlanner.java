package lanewise.plan;

import java.util.List;
import java.util.Objects;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.spec.AttentionLayer;
import lanewise.spec.CoreLayer;
import lanewise.spec.LayerSpec;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.WindowLayer;

/** Plans TimeDistributed: steps become rows, the layer runs on them, and rows become steps again. */
final class TimeDistributedPlanner {
    private final LayerContext layer;

    TimeDistributedPlanner(LayerContext layer) {
        this.layer = layer;
    }

    List<Value> plan(RecurrentLayer.TimeDistributed l, Value x, Value explicitMask) {
        if (x.rank() < 3) {
            throw new Problem("its input has shape " + Dims.text(x.dims()) + ", expected at least 3 axes");
        }
        Value folded = fold(x);
        Value mask = explicitMask != null ? explicitMask : x.maskOrNull();
        if (mask != null && mask.rank() > 2) {
            Value perStep = fold(mask);
            folded = folded.withMask(() -> perStep);
        } else if (mask != null && usesMask(l.layer())) {
            throw new Problem(
                    "its layer " + l.layer().kerasClass() + " uses masks, but the mask has one value per step only");
        }
        if (isStateful(l.layer())) {
            throw new Problem("its layer '" + l.layer().name() + "' is stateful");
        }
        List<Value> inner = layer.plan(l.layer(), List.of(folded),
                null, List.of());
        if (inner.isEmpty() || inner.stream().anyMatch(Objects::isNull)) {
            // its problem is on the list already
            return List.of();
        } else if (inner.size() > 1) {
            throw new Problem("its layer has several outputs");
        }
        int id = x.id();
        Value out = layer.view(inner.getFirst(), inner.getFirst().rank() + 1, (from, to, dims) -> {
            to[0] = dims[id][0];
            to[1] = dims[id][1];
            System.arraycopy(from, 1, to, 2, from.length - 1);
        });
        return List.of(mask == null ? out : out.withMask(() -> mask));
    }

    /** Steps become rows. */
    private Value fold(Value x) {
        return layer.view(x, x.rank() - 1, (from, to, dims) -> {
            to[0] = Dims.times(from[0], from[1]);
            System.arraycopy(from, 2, to, 1, to.length - 1);
        });
    }

    private static boolean isStateful(LayerSpec layer) {
        return switch (layer) {
            case RecurrentLayer.TimeLoop l -> l.stateful();
            case RecurrentLayer.Bidirectional l -> l.forward().stateful() || l.backward().stateful();
            case LayerSpec.Nested l -> l.graph().nodes().stream().anyMatch(node -> isStateful(node.layer()));
            default -> false;
        };
    }

    private static boolean usesMask(LayerSpec layer) {
        return switch (layer) {
            case RecurrentLayer.TimeLoop l -> true;
            case RecurrentLayer.Bidirectional l -> true;
            case AttentionLayer l -> true;
            case CoreLayer.Softmax l -> true;
            case LayerSpec.Nested l -> l.graph().nodes().stream().anyMatch(node -> usesMask(node.layer()));
            case WindowLayer.GlobalPooling l -> l.op() == WindowLayer.PoolOp.AVERAGE && l.rank() == 1;
            default -> false;
        };
    }
}
