"""Layers that prepare numbers, categories and texts inside a model."""

from ..catalog import Group
from ..later import keras, layers, np
from ..recipe import L, chain, cooked, fed, series

cases = Group("preprocessing")
WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "été", "naïve", "東京", "x-1", ""]
KNOWN = WORDS[:5]
# punctuation inside of words, white space of all kinds, several scripts, letters that change their length in upper case
TEXTS = [
    "The quick brown fox, jumped over the lazy dog!",
    "the THE The fox... fox-trot; it's 3.14 o'clock (really)",
    "",
    "   leading and   many    spaces\ttab\nnewline ",
    "Café naïve ÉTÉ straße 東京 привет мир",
    "unseen words only: zyzzyva qwerty",
    'a_b under_score back\\slash "quoted" #tag @me 50% a&b',
]
CORPUS = [
    "the quick brown fox jumped over the lazy dog",
    "the fox and the dog",
    "a lazy brown café",
    "it's the fox o'clock",
    "naïve été 東京 привет мир",
    "many spaces and words and tags a_b",
]


def column(values):
    return np.array(values, object).reshape(-1, 1)


def some(words, *shape):
    """Words drawn for an input."""
    return lambda draws: np.array(
        [words[i] for i in draws.rng.integers(0, len(words), int(np.prod(shape)))], object
    ).reshape(shape)


def texts(draws):
    return column(TEXTS)


def of_texts(layer, width=1):
    return chain((width,), layer, dtype="string")


def of_numbers(layer, width=1, dtype="int64"):
    return chain((width,), layer, dtype=dtype)


def adapted_normalization(**options):
    def build(draws):
        shape = draws.series(3, 2)
        layer = layers.Normalization(**options)
        layer.adapt(draws.normal((40, *shape)) * 3 + 2)
        return keras.Sequential([keras.Input(shape), layer])

    return build


cases.models(
    {
        "normalization__adapted": adapted_normalization(),
        "normalization__axis_none": adapted_normalization(axis=None),
        "normalization__two_axes": adapted_normalization(axis=(1, 2)),
        "normalization__invert": adapted_normalization(invert=True),
        "normalization__given": chain((3,), L.Normalization(mean=[1.0, -2.0, 0.5], variance=[0.3, 2.0, 1.1])),
        "normalization__given_scalars__lstm": chain(
            series(), L.Normalization(axis=None, mean=1.5, variance=4.0), L.LSTM(4)
        ),
        "rescaling__conv": chain((8, 3), L.Rescaling(1 / 255.0), L.Conv1D(4, 3)),
    }
)

# on the edges, beside them, far from them
NEAR_EDGES = [[-5.0, -1.0, -0.999], [0.0, 0.25, 0.5], [1.99, 2.0, 7.5]]
for mode in ("int", "one_hot", "multi_hot", "count"):
    width = 1 if mode == "one_hot" else 3
    cases.model(
        f"discretization__{mode}",
        fed(
            chain((width,), L.Discretization([-1.0, 0.0, 0.5, 2.0], output_mode=mode)),
            lambda draws, width=width: np.array(NEAR_EDGES, "float32")[:, :width],
        ),
    )
for mode in ("one_hot", "multi_hot", "count"):
    width = 1 if mode == "one_hot" else 4
    cases.model(
        f"category_encoding__{mode}",
        fed(
            of_numbers(L.CategoryEncoding(6, output_mode=mode), width, "int32"),
            lambda draws, width=width: draws.whole((3, width), 6),
        ),
    )


@cases.graph()
def discretization__adapted(draws):
    layer = layers.Discretization(num_bins=6, epsilon=0.01)
    layer.adapt(draws.normal((500, 1)))
    return keras.Sequential([keras.Input((4,)), layer]), [draws.normal((3, 4), 1.5)]


@cases.graph()
def category_encoding__count_weights(draws):
    ids, weights = keras.Input((4,), dtype="int32", name="ids"), keras.Input((4,), name="weights")
    counts = layers.CategoryEncoding(6, output_mode="count")(ids, count_weights=weights)
    return keras.Model([ids, weights], counts), [draws.whole((2, 4), 6), draws.normal((2, 4))]


HASHES = {
    "base": {"num_bins": 7},
    "mask_value": {"num_bins": 7, "mask_value": ""},
    "salt": {"num_bins": 11, "salt": 133},
    "two_salts": {"num_bins": 11, "salt": [137, 42]},
    "one_hot": {"num_bins": 5, "output_mode": "one_hot"},
    "large": {"num_bins": 100003},
}
for name, options in HASHES.items():
    cases.model(
        f"hashing__strings__{name}",
        fed(of_texts(L.Hashing(**options)), lambda draws: column(WORDS + ["a longer string " * 6])),
    )
cases.models(
    {
        "hashing__ints": fed(
            of_numbers(L.Hashing(num_bins=9)), lambda draws: np.array([[0], [1], [-1], [12345], [2**40 + 3]], "int64")
        ),
        "hashing__ints__mask_value__salt": fed(
            of_numbers(L.Hashing(num_bins=9, mask_value=0, salt=3)),
            lambda draws: draws.whole((8, 1), 1000, dtype="int64"),
        ),
    }
)

NUMBERS = [12, 36, 1138, 42, -7]
INTEGER_LOOKUPS = {
    "base": {},
    "no_oov": {"num_oov_indices": 0},
    "three_oov": {"num_oov_indices": 3},
    "mask_token": {"mask_token": 0},
    "multi_hot": {"output_mode": "multi_hot"},
    "count": {"output_mode": "count"},
    "invert": {"invert": True},
    "one_hot__pad": {"output_mode": "one_hot", "pad_to_max_tokens": True, "max_tokens": 9},
}
for name, options in INTEGER_LOOKUPS.items():
    width = 1 if name.startswith("one_hot") else 5
    # a lookup without a place for the unknown fails on it
    pool = {"invert": list(range(6)), "no_oov": NUMBERS}.get(name, NUMBERS + [0, 1, 99, 100, 12345678901])
    cases.model(
        f"integer_lookup__{name}",
        fed(
            of_numbers(L.IntegerLookup(vocabulary=NUMBERS, **options), width),
            lambda draws, pool=pool, width=width: np.array(pool, "int64")[draws.rng.integers(0, len(pool), (3, width))],
        ),
    )
STRING_LOOKUPS = {
    "base": {},
    "no_oov": {"num_oov_indices": 0},
    "two_oov": {"num_oov_indices": 2},
    "mask_token": {"mask_token": ""},
    "multi_hot": {"output_mode": "multi_hot"},
    "one_hot": {"output_mode": "one_hot"},
    "count": {"output_mode": "count"},
    "tf_idf": {"output_mode": "tf_idf", "idf_weights": [0.4, 1.2, 0.7, 2.0, 0.9]},
    "oov_token": {"oov_token": "<unk>"},
}
for name, options in STRING_LOOKUPS.items():
    width = 1 if name == "one_hot" else 4
    cases.model(
        f"string_lookup__{name}",
        fed(
            of_texts(L.StringLookup(vocabulary=KNOWN, **options), width),
            some(KNOWN if name == "no_oov" else WORDS, 3, width),
        ),
        # one lookup with a vocabulary in all formats
        formats=("keras", "h5", "json") if name == "multi_hot" else None,
    )
cases.models(
    {
        "string_lookup__invert": fed(
            of_numbers(L.StringLookup(vocabulary=KNOWN, invert=True), 4),
            lambda draws: draws.whole((3, 4), 6, dtype="int64"),
        ),
        "string_lookup__embedding__gru": fed(
            chain(
                (5,),
                L.StringLookup(vocabulary=WORDS[:6], mask_token=""),
                L.Embedding(8, 4, mask_zero=True),
                L.GRU(5),
                L.Dense(2),
                dtype="string",
            ),
            some(WORDS, 3, 5),
        ),
    }
)


@cases.graph(notes="inputs of texts and of numbers; outputs of floats in a matrix, of integers, and of texts")
def texts_and_numbers(draws):
    title = keras.Input((1,), dtype="string", name="title")
    tags = keras.Input((3,), dtype="string", name="tags")
    age = keras.Input((1,), dtype="int64", name="age")
    series = keras.Input((None, 2), name="series")
    ids = layers.StringLookup(vocabulary=KNOWN)(tags)
    words = layers.TextVectorization(vocabulary=["the", "fox", "dog"], output_sequence_length=5)(title)
    steps = layers.LSTM(3, return_sequences=True, name="steps")(series)
    joined = layers.Concatenate()(
        [
            layers.Flatten()(layers.Embedding(6, 2)(ids)),
            layers.GRU(3)(layers.Embedding(5, 3, mask_zero=True)(words)),
            layers.IntegerLookup(vocabulary=[7, 9], output_mode="one_hot")(age),
        ]
    )
    outputs = {
        "ids": ids,
        "score": layers.Dense(2, activation="softmax", name="score")(joined),
        "steps": steps,
        "tags_again": layers.StringLookup(vocabulary=KNOWN, invert=True, name="tags_again")(ids),
    }
    return keras.Model([title, tags, age, series], outputs), [
        column(TEXTS[:2]),
        some(KNOWN + ["zz"], 2, 3)(draws),
        np.array([[9], [1 << 40]], "int64"),
        draws.normal((2, 4, 2)),
    ]


@cases.graph(formats=("keras", "json"), notes="the vocabulary is an asset of the .keras file, not in the config")
def string_lookup__adapted(draws):
    layer = layers.StringLookup(max_tokens=6)
    layer.adapt(np.array(list("bacabadeefgb"), object))
    return cooked(of_texts(layer, 3), draws), [some(["a", "b", "c", "d", "e", "zz"], 3, 3)(draws)]


def vectorized(*above, corpus=(), **options):
    """A model of texts whose vocabulary is learnt."""

    def build(draws):
        layer = layers.TextVectorization(**options)
        layer.adapt(np.array([*CORPUS, *corpus], object))
        return keras.Sequential([keras.Input((1,), dtype="string"), layer, *cooked(above, draws)]), [texts(draws)]

    return build


VECTORIZATIONS = {
    "int": {"output_sequence_length": 10},
    "int__ragged_padded": {},
    "multi_hot": {"output_mode": "multi_hot"},
    "count": {"output_mode": "count"},
    "tf_idf": {"output_mode": "tf_idf"},
    "multi_hot__padded": {"output_mode": "multi_hot", "max_tokens": 60, "pad_to_max_tokens": True},
    "max_tokens": {"max_tokens": 9, "output_sequence_length": 8},
    "no_standardize": {"standardize": None},
    "lower": {"standardize": "lower"},
    "strip_punctuation": {"standardize": "strip_punctuation"},
    "characters": {"split": "character", "output_sequence_length": 20},
    # without splitting only whole texts are known, so some of those asked for are learnt
    "no_split": {"split": None, "standardize": "lower", "corpus": ["fox", "dog", "unseen words only: zyzzyva qwerty"]},
    "bigrams": {"ngrams": 2},
    "ngrams_1_3": {"ngrams": (1, 3), "output_mode": "count"},
    # not the same as 2, which is 1 and 2
    "ngrams_of_2": {"ngrams": (2,), "output_mode": "count"},
}
cases.models(
    {f"text_vectorization__{name}": vectorized(**options) for name, options in VECTORIZATIONS.items()},
    formats=("keras", "json"),
)
cases.model(
    "text_vectorization__classifier",
    vectorized(
        L.Embedding(30, 8, mask_zero=True),
        L.Bidirectional(L.LSTM(5)),
        L.Dense(3, activation="softmax"),
        max_tokens=30,
        output_sequence_length=9,
    ),
    formats=("keras", "json"),
)
cases.model(
    "text_vectorization__given_vocabulary",
    fed(
        of_texts(
            L.TextVectorization(vocabulary=["the", "fox", "dog", "café", "3.14", "314"], output_sequence_length=6)
        ),
        texts,
    ),
)


@cases.graph(formats=("keras",), notes="the config has the idf_weights of the constructor; those in the file count")
def idf_weights_set_later(draws):
    text = keras.Input((1,), dtype="string", name="text")
    words = layers.TextVectorization(vocabulary=["the", "fox"], output_mode="tf_idf", idf_weights=[1.0, 2.0])
    lookup = layers.StringLookup(vocabulary=["the", "fox"], output_mode="tf_idf", idf_weights=[3.0, 4.0])
    model = keras.Model(text, [words(text), lookup(text)])
    for index in (words._lookup_layer, lookup):
        index.idf_weights.assign(draws.normal((3,)))
        index.idf_weights_const = index.idf_weights.value()
    return model, [np.array([["the fox the"], ["fox"], ["owl"]], object)]
