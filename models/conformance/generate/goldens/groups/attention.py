"""Attention without masks of layers; those are in masking.py."""

from ..catalog import Group
from ..later import keras, layers

cases = Group("attention")


def query_value(top):
    """Queries and values of one size through top(q, v)."""

    def build(draws):
        size = draws.features(2)
        q, v = (keras.Input((draws.steps(2), size), name=name) for name in "qv")
        return keras.Model([q, v], top(q, v))

    return build


def listed(kind, options=None, **call):
    return query_value(lambda q, v: getattr(layers, kind)(**options or {})([q, v], **call))


def heads(*sizes, call=None, **options):
    return query_value(lambda q, v: layers.MultiHeadAttention(*sizes, **options)(q, v, **call or {}))


cases.models(
    {
        "attention__dot": listed("Attention"),
        "attention__scale": listed("Attention", {"use_scale": True}),
        "attention__concat_score": listed("Attention", {"score_mode": "concat"}),
        "attention__concat_score__scale": listed("Attention", {"score_mode": "concat", "use_scale": True}),
        "attention__causal": listed("Attention", use_causal_mask=True),
        "attention__scores": listed("Attention", return_attention_scores=True),
        "additive_attention": listed("AdditiveAttention"),
        "additive_attention__no_scale": listed("AdditiveAttention", {"use_scale": False}),
        "multi_head__cross": heads(3, 4),
        "multi_head__value_dim__output_shape": heads(2, 3, value_dim=5, output_shape=7),
        "multi_head__no_bias": heads(2, 3, use_bias=False),
        "multi_head__scores": heads(2, 3, call={"return_attention_scores": True}),
        "multi_head__self": query_value(
            lambda q, v: [layers.MultiHeadAttention(2, 5)(q, q), layers.MultiHeadAttention(1, 3)(v, v)]
        ),
        "multi_head__causal": query_value(lambda q, v: layers.MultiHeadAttention(2, 3)(q, q, use_causal_mask=True)),
        "multi_head__key": query_value(lambda q, v: layers.MultiHeadAttention(2, 3)(q, v, layers.Dense(4)(v))),
        "grouped_query": query_value(lambda q, v: layers.GroupQueryAttention(3, 4, 2)(q, v)),
        "grouped_query__one_kv_head__no_bias": query_value(
            lambda q, v: layers.GroupQueryAttention(4, 3, 1, use_bias=False)(q, v)
        ),
        "multi_head__window__causal": query_value(
            lambda q, v: layers.MultiHeadAttention(2, 3, sliding_window=2)(q, q, use_causal_mask=True)
        ),
    }
)

# gates have a place of their own among the arrays of each kind of file
cases.models(
    {
        "multi_head__gate": heads(2, 3, value_dim=5, use_gate=True),
        "grouped_query__gate__no_bias": query_value(
            lambda q, v: layers.GroupQueryAttention(3, 4, 2, use_gate=True, use_bias=False)(q, v)
        ),
    },
    formats=("keras", "h5", "json"),
)


def window(queries, values, call=None, kind=lambda **options: layers.MultiHeadAttention(2, 3, **options), **options):
    """Queries that are far from every value see nothing: what they get depends on how Keras computes."""

    def build(draws):
        q, v = keras.Input((queries, 4), name="q"), keras.Input((values, 4), name="v")
        return keras.Model([q, v], kind(sliding_window=2, **options)(q, v, **call or {}))

    return build


def grouped(**options):
    return layers.GroupQueryAttention(3, 4, 2, **options)


cases.models(
    {
        "multi_head__window": window(6, 6),
        "multi_head__window__blind": window(7, 3, use_gate=True),
        "multi_head__window__blind__scores": window(7, 3, call={"return_attention_scores": True}),
        "multi_head__window__blind__dropout": window(7, 3, dropout=0.1),
        "grouped_query__window__blind": window(7, 3, kind=grouped),
        "grouped_query__window__blind__scores": window(7, 3, kind=grouped, call={"return_attention_scores": True}),
        "grouped_query__window__blind__dropout": window(7, 3, kind=grouped, dropout=0.2, use_gate=True),
    }
)


@cases.graph()
def attention__key(draws):
    size, steps = draws.features(2), draws.steps(2)
    q = keras.Input((draws.steps(2), size), name="q")
    v, k = keras.Input((steps, draws.features(2)), name="v"), keras.Input((steps, size), name="k")
    return keras.Model([q, v, k], layers.Attention()([q, v, k]))


@cases.graph()
def multi_head__attention_mask(draws):
    queries, values, size = draws.steps(2), draws.steps(2), draws.features(2)
    q, v = keras.Input((queries, size), name="q"), keras.Input((values, size), name="v")
    mask = keras.Input((queries, values), dtype="bool", name="allowed")
    model = keras.Model([q, v, mask], layers.MultiHeadAttention(2, 3)(q, v, attention_mask=mask))
    allowed = draws.flags((2, queries, values))
    # a query that may look at nothing has no defined answer
    allowed[..., 0] = True
    return model, [draws.normal((2, queries, size)), draws.normal((2, values, size)), allowed]
