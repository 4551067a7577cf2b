package lanewise.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * Attention layers: the steps of a query sequence weight the steps of a value sequence (keras/layers/attention). Shapes
 * and terms are those of {@link LayerSpec}. {@link Graph.Node#arguments()} names the arguments beside the sequences:
 * masks, and the flags {@code use_causal_mask} and {@code return_attention_scores}, which adds the scores as a second
 * output.
 *
 * <p>A masked step of the value sequence gets no weight; a masked step of the query gives zeros in Attention and
 * AdditiveAttention. The output keeps the mask of the query.
 */
public sealed interface AttentionLayer extends LayerSpec {
    /**
     * {@code softmax(score(query, key)) value}. Inputs: query (batch, T, d), value (batch, S, v), and optionally key
     * (batch, S, d); without it, the value is the key. The score is the product of query and key, or with concatScore
     * {@code concat_score_weight * sum(tanh(scale * (query + key)))}. Arrays, each a single number: scale if useScale,
     * concat_score_weight if concatScore.
     *
     * @param name        its name
     * @param concatScore which score is used
     * @param useScale    whether there is a scale, a factor of the score or inside the tanh
     */
    record Attention(String name, boolean concatScore, boolean useScale) implements AttentionLayer {
        @Override
        public List<String> weightRoles() {
            return Roles.of(useScale, "scale", concatScore, "concat_score_weight");
        }
    }

    /**
     * Like {@link Attention} with the score {@code sum(scale * tanh(query + key))} (Bahdanau et al. 2014). Arrays:
     * scale (d) if useScale.
     *
     * @param name     its name
     * @param useScale whether there is a scale
     */
    record AdditiveAttention(String name, boolean useScale) implements AttentionLayer {
        @Override
        public List<String> weightRoles() {
            return useScale ? List.of("scale") : List.of();
        }
    }

    /**
     * Several attentions side by side on projections of query, value and key (Vaswani et al. 2017): {@code softmax(q k
     * / sqrt(keyDim)) v} for each head, then a projection of all heads. If key and value have fewer heads than the
     * query, neighbouring heads share one (Ainslie et al. 2023): Keras's GroupQueryAttention. With useGate, what the
     * heads give is multiplied by {@code sigmoid(dense(query))} before the last projection (Qiu et al. 2025). Arrays:
     * for query, key, the gate if useGate, value and output a kernel, and a bias if useBias.
     *
     * @param name          its name
     * @param grouped       whether it is a GroupQueryAttention
     * @param heads         number of heads of the query
     * @param keyValueHeads number of heads of key and value
     * @param keyDim        size of a head of query and key
     * @param valueDim      size of a head of the value
     * @param useBias       whether the projections have biases
     * @param useGate       whether there is a gate
     * @param slidingWindow a step of the query sees the steps of the value that are less than this away from it; 0 for
     *                      all
     * @param blind         what a step of the query gets that may see no step of the value
     * @param takesMasks    whether query, value and key lose their masks for the layers that read them later, as in
     *                      Keras 3 (keras/src/layers/attention/multi_head_attention.py: "Delete the masks because the
     *                      masks are handled at the level of the layer")
     */
    record MultiHeadAttention(String name, boolean grouped, int heads, int keyValueHeads, int keyDim, int valueDim,
            boolean useBias, boolean useGate, int slidingWindow, Blind blind, boolean takesMasks)
            implements AttentionLayer {
        @Override
        public List<String> weightRoles() {
            List<String> roles = new ArrayList<>();
            for (String part : List.of("query", "key", "gate", "value", "output")) {
                if (useGate || !part.equals("gate")) {
                    roles.add(role(part, "kernel"));
                    if (useBias) {
                        roles.add(role(part, "bias"));
                    }
                }
            }
            return roles;
        }

        /**
         * The role of a projection's array: its path in Keras's weights files.
         *
         * @param part query, key, gate, value or output
         * @param kind kernel or bias
         * @return for example {@code "query_dense/kernel"}
         */
        public String role(String part, String kind) {
            return (grouped || part.equals("gate") ? "_" : "") + part + "_dense/" + kind;
        }

        @Override
        public String kerasClass() {
            return grouped ? "GroupQueryAttention" : "MultiHeadAttention";
        }
    }

    /**
     * What a step of the query gets that may see no step of the value. Keras computes attention in two ways, which
     * differ in nothing else (keras/src/layers/activations/softmax.py: "Zero out masked positions in case the entire
     * axis is masked").
     */
    enum Blind {
        /** The mean of all steps of the value, as in Keras 2. */
        MEAN,
        /** Zeros if the call asks for the scores, otherwise the mean. */
        ZERO_WITH_SCORES,
        /** Zeros. */
        ZERO
    }
}
