package lanewise.plan;

import java.util.List;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Matrix;
import lanewise.kernel.Panels;
import lanewise.plan.op.Dims;
import lanewise.plan.op.NearMaskOp;
import lanewise.plan.op.Problem;
import lanewise.spec.Activation;
import lanewise.spec.AttentionLayer;
import lanewise.spec.DType;
import lanewise.spec.Operation.PairOp;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.TensorData;

/** Plans attention out of matrix products, a softmax and masks. */
final class AttentionPlanner {
    /** What Keras takes from the score of a step that must not be seen. */
    private static final float UNSEEN = 1e9f;
    /** What becomes the score of such a step where heads don't need a softmax layer of their own, as in TensorFlow. */
    private static final float UNSEEN_BY_HEADS = -0.7f * 3.38953e38f;

    private final LayerContext layer;
    private final Arguments arguments;

    AttentionPlanner(LayerContext layer, List<Value> inputs, List<String> names) {
        this.layer = layer;
        arguments = new Arguments(inputs, names);
    }

    /** What a call was given, by name. */
    private record Arguments(List<Value> inputs, List<String> names) {
        Value get(String name) {
            int at = names.indexOf(name);
            return at < 0 || at >= inputs.size() ? null : inputs.get(at);
        }

        boolean has(String flag) {
            return names.indexOf(flag) >= inputs.size();
        }
    }

    List<Value> plan(AttentionLayer spec) {
        Value query = sequence("query");
        Value value = sequence("value");
        if (query == null || value == null) {
            throw new Problem("is called without a query and a value");
        }
        Value key = arguments.get("key") == null ? value : sequence("key");
        return switch (spec) {
            case AttentionLayer.Attention l -> {
                Value scores = l.concatScore() ? concatScores(l, query, key) : dotScores(l, query, key);
                yield mix(query, value, scores);
            }
            case AttentionLayer.AdditiveAttention l -> mix(query, value, additiveScores(l, query, key));
            case AttentionLayer.MultiHeadAttention l -> multiHead(l, query, value, key);
        };
    }

    private Value sequence(String name) {
        Value x = arguments.get(name);
        if (x == null) {
            return null;
        }
        layer.needRank(x, 3);
        return layer.floats(x);
    }

    private Value turned(Value x) {
        return layer.permute(x, new int[] {0, 2, 1});
    }

    private float number(String role) {
        TensorData data = layer.array(role);
        if (data.shape().size() != 1) {
            throw new Problem("its array '" + role + "' has shape " + data.shape() + ", expected one number");
        }
        return data.toFloats()[0];
    }

    private Value dotScores(AttentionLayer.Attention l, Value query, Value key) {
        Value scores = layer.product(query, turned(key));
        return l.useScale() ? layer.binary(BinaryOp.MULTIPLY, scores, number("scale"), false).withMask(null) : scores;
    }

    /** Every query beside every key, [batch, T, S, d]. */
    private Value sums(Value query, Value key) {
        return layer.binary(BinaryOp.ADD, layer.expandDims(query, 2), layer.expandDims(key, 1));
    }

    private Value concatScores(AttentionLayer.Attention l, Value query, Value key) {
        Value sums = sums(query, key);
        Value scaled = l.useScale() ? layer.binary(BinaryOp.MULTIPLY, sums, number("scale"), false) : sums;
        Value reduced = new ReductionPlanner(layer).reduce(ReduceOp.SUM, layer.activate(Activation.TANH, scaled, true),
                List.of(3), false);
        return layer.binary(BinaryOp.MULTIPLY, reduced, number("concat_score_weight"), false);
    }

    private Value additiveScores(AttentionLayer.AdditiveAttention l, Value query, Value key) {
        Value active = layer.activate(Activation.TANH, sums(query, key), true);
        if (l.useScale()) {
            int size = layer.needKnown(query, -1);
            TensorData scale = layer.weight("scale", size);
            active = layer.binary(BinaryOp.MULTIPLY, active,
                    layer.constant(layer.packOnce(() -> layer.packConstant(scale)), 1, 1, 1,
                            size));
        }
        return new ReductionPlanner(layer).reduce(ReduceOp.SUM, active, List.of(3), false);
    }

    private Value mask(String name, Value carrier) {
        Value given = arguments.get(name + "_mask");
        Value mask = given != null ? given : carrier.maskOrNull();
        if (mask != null) {
            layer.needRank(layer.needType(mask, DType.BOOL), 2);
        }
        return mask;
    }

    /** Both, where there are two. */
    private Value and(Value a, Value b) {
        return a == null ? b : b == null ? a : layer.logic(PairOp.LOGICAL_AND, a, b);
    }

    /** Which steps of the value are seen by where they are; null for all. */
    private Value near(Value query, Value value, int window) {
        boolean causal = arguments.has("use_causal_mask");
        if (!causal && window == 0) {
            return null;
        }
        Value mask = layer.value(DType.BOOL, 3);
        layer.add(new NearMaskOp(query.id(), value.id(), mask.id(), causal, window));
        return mask;
    }

    private List<Value> mix(Value query, Value value, Value scores) {
        Value valueMask = mask("value", arguments.get("value"));
        Value seen = and(valueMask == null ? null : layer.expandDims(valueMask, 1), near(query, value, 0));
        Value weights = layer.activate(Activation.SOFTMAX,
                seen == null ? scores
                        : layer.where(seen, scores, layer.binary(BinaryOp.SUBTRACT, scores, UNSEEN, false), 0f),
                false);
        Value out = layer.product(weights, value);
        Value queryMask = mask("query", arguments.get("query"));
        if (queryMask != null) {
            out = layer.where(layer.expandDims(queryMask, 2), out, null, 0f);
        }
        return outputs(out, weights);
    }

    private List<Value> outputs(Value out, Value weights) {
        Value masked = out.withMask(arguments.get("query").mask());
        return arguments.has("return_attention_scores") ? List.of(masked, weights) : List.of(masked);
    }

    private List<Value> multiHead(AttentionLayer.MultiHeadAttention l, Value query, Value value, Value key) {
        if (l.heads() % l.keyValueHeads() != 0) {
            throw new Problem(
                    "has " + l.heads() + " heads of the query and " + l.keyValueHeads() + " of key and value");
        }
        int repeats = l.heads() / l.keyValueHeads();
        Value q = layer.binary(BinaryOp.MULTIPLY, project(l, "query", query, l.heads(), l.keyDim()),
                (float) (1 / Math.sqrt(l.keyDim())), false);
        Value k = heads(project(l, "key", key, l.keyValueHeads(), l.keyDim()), repeats);
        Value v = heads(project(l, "value", value, l.keyValueHeads(), l.valueDim()), repeats);
        Value scores = unfold(layer.product(fold(heads(q, 1)), turned(fold(k))), query, l.heads());
        Value seen = seen(query, value, l.slidingWindow(), l.grouped());
        seen = seen == null ? null : layer.expandDims(seen, 1);
        if (seen != null) {
            scores = layer.where(seen, scores, null, zeroes(l) ? -UNSEEN : UNSEEN_BY_HEADS);
        }
        Value weights = layer.activate(Activation.SOFTMAX, scores, false);
        if (seen != null && zeroes(l)) {
            weights = layer.where(seen, weights, null, 0f);
        }
        Value mixed = unfold(layer.product(fold(weights), fold(v)), query, l.heads());
        Value together = layer.view(layer.permute(mixed, new int[] {0, 2, 1, 3}), 3, (from, to, dims) -> {
            to[0] = from[0];
            to[1] = from[1];
            to[2] = Dims.times(from[2], from[3]);
        });
        if (l.useGate()) {
            Value gate = dense(l, "gate", query, l.heads() * l.valueDim(), layer.needKnown(query, -1), l.heads(),
                    l.valueDim());
            together = layer.binary(BinaryOp.MULTIPLY, together, layer.activate(Activation.SIGMOID, gate, true));
        }
        int width = l.heads() * l.valueDim();
        TensorData kernel = layer.array(l.role("output", "kernel"));
        int units = (int) (kernel.shape().size() / width);
        if (l.takesMasks()) {
            arguments.inputs().forEach(x -> layer.takeMask(x.id()));
        }
        return outputs(dense(l, "output", together, units, l.heads(), l.valueDim(), units), weights);
    }

    private boolean zeroes(AttentionLayer.MultiHeadAttention l) {
        return switch (l.blind()) {
            case MEAN -> false;
            case ZERO_WITH_SCORES -> arguments.has("return_attention_scores");
            case ZERO -> true;
        };
    }

    /** Which steps of the value each step of the query may see, [batch or 1, T or 1, S]; null for all. */
    private Value seen(Value query, Value value, int window, boolean grouped) {
        Value seen = null;
        for (String name : List.of("value", "key")) {
            Value carrier = arguments.get(name);
            Value mask = carrier == null ? null : mask(name, carrier);
            seen = and(seen, mask == null ? null : layer.expandDims(mask, 1));
        }
        // Keras's MultiHeadAttention replaces the query_mask of the call by the mask that its query carries
        Value queryMask = grouped ? mask("query", arguments.get("query")) : arguments.get("query").maskOrNull();
        seen = and(seen, queryMask == null ? null : layer.expandDims(queryMask, 2));
        seen = and(seen, near(query, value, window));
        Value given = arguments.get("attention_mask");
        if (given != null) {
            layer.needRank(given, 3);
            seen = and(seen, given.dtype() == DType.BOOL ? given : layer.notEqual(given, 0f));
        }
        return seen;
    }

    private Value dense(AttentionLayer.MultiHeadAttention l, String part, Value x, int units, int... kernelShape) {
        Panels panels = layer.packOnce(part, () -> {
            TensorData kernel = layer.weight(l.role(part, "kernel"), kernelShape);
            float[] bias = null;
            if (l.useBias()) {
                int[] shape = part.equals("output") ? new int[] {units} : new int[] {kernelShape[1], kernelShape[2]};
                bias = layer.weight(l.role(part, "bias"), shape).toFloats();
            }
            return layer.pack(Matrix.of(kernel, layer.needKnown(x, -1)), units, LayerContext.ONE_GATE, bias);
        });
        return layer.dense(x, panels).withMask(null);
    }

    /** [batch, T, heads, size]. */
    private Value project(AttentionLayer.MultiHeadAttention l, String part, Value x, int heads, int size) {
        Value flat = dense(l, part, x, heads * size, layer.needKnown(x, -1), heads, size);
        return layer.view(flat, 4, (from, to, dims) -> {
            to[0] = from[0];
            to[1] = from[1];
            to[2] = heads;
            to[3] = size;
        });
    }

    /** [batch, heads, T, size], each head so many times. */
    private Value heads(Value x, int repeats) {
        Value first = layer.permute(x, new int[] {0, 2, 1, 3});
        return repeats == 1 ? first : layer.repeatEach(first, 1, repeats);
    }

    /** Heads become rows. */
    private Value fold(Value x) {
        return layer.view(x, 3, (from, to, dims) -> {
            to[0] = Dims.times(from[0], from[1]);
            to[1] = from[2];
            to[2] = from[3];
        });
    }

    private Value unfold(Value x, Value query, int heads) {
        int id = query.id();
        return layer.view(x, 4, (from, to, dims) -> {
            to[0] = dims[id][0];
            to[1] = heads;
            to[2] = from[1];
            to[3] = from[2];
        });
    }
}
