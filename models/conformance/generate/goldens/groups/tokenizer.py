"""Tokenizers of old Keras, as text and as pickles, and pad_sequences."""

import contextlib
import itertools
import os
import pickle
import sys
import types

from ..catalog import Group
from ..files import write_json
from ..later import np

cases = Group("tokenizer", needs=("keras", "tensorflow"))
LEARNT = [
    "The cat sat on the mat.",
    "The dog, the CAT and the mouse!",
    "a mouse; a house: a cat's house",
    "Don't stop -- won't stop (ever)",
    "Été à la plage, naïve café",
    "東京 は 大きい 東京",
    "привет Мир, мир!",
    "tabs\tand\nnewlines and  double  spaces",
    "e-mail me@example.org #1 100% & more_or_less",
    "",
]
# İ has two characters in lower case; a no-break space and a space of no width divide no words
ASKED = LEARNT + [
    "the unseen zebra sat",
    "CAT cat Cat",
    "!!! ???",
    "   ",
    "mouse,house;cat",
    "İstanbul STRASSE straße ÉTÉ",
    "mixed 東京cat мир",
    "cat\u00a0mat zero\u200bwidth",
    "the the the the dog dog",
]
OPTIONS = {
    "base": {},
    "num_words": {"num_words": 8},
    "oov": {"oov_token": "<OOV>"},
    "oov__num_words": {"oov_token": "<OOV>", "num_words": 10},
    "char_level": {"char_level": True},
    "char_level__oov": {"char_level": True, "oov_token": "?", "num_words": 20},
    "case_kept": {"lower": False},
    "other_filters": {"filters": ".,!\n"},
    "no_filters": {"filters": ""},
    "split_comma": {"split": ",", "filters": "\t\n"},
}
# the name of the class differs between versions of Keras, and the form between versions of Python
PICKLES = {
    0: ("keras.preprocessing.text", "base"),
    2: ("keras_preprocessing.text", "oov__num_words"),
    4: ("keras.src.legacy.preprocessing.text", "char_level__oov"),
    5: ("tensorflow.python.keras.preprocessing.text", "num_words"),
}


def answers(tokenizer, texts):
    sequences = tokenizer.texts_to_sequences(texts)
    matrices = {
        "matrix_" + mode: tokenizer.texts_to_matrix(texts[:6], mode).tolist()
        for mode in ("binary", "count", "freq", "tfidf")
    }
    return {"texts": texts, "sequences": sequences, "texts_again": tokenizer.sequences_to_texts(sequences), **matrices}


@contextlib.contextmanager
def module_named(name, kind):
    """Lets a class be pickled as if it were in a module of another name."""
    parents = [name.rsplit(".", depth)[0] for depth in range(name.count(".") + 1)]
    before, own = {parent: sys.modules.get(parent) for parent in parents}, kind.__module__
    for parent in parents:
        if before[parent] is None or parent == name:
            sys.modules[parent] = types.ModuleType(parent)
    setattr(sys.modules[name], kind.__name__, kind)
    kind.__module__ = name
    try:
        yield
    finally:
        kind.__module__ = own
        for parent, module in before.items():
            if module is None:
                del sys.modules[parent]
            else:
                sys.modules[parent] = module


def tokenizer(options, file, save):
    def write(draws, folder):
        from keras.src.legacy.preprocessing.text import Tokenizer

        made = Tokenizer(**options)
        made.fit_on_texts(LEARNT)
        write_json(answers(made, ASKED), folder, "expected.json", indent=None)
        with open(os.path.join(folder, file), "wb") as out:
            out.write(save(made))
        return {"files": {"tokenizer": file, "expected": "expected.json"}, "options": options}

    return write


def pickled(protocol, module):
    def save(made):
        if protocol == 0:
            # the oldest files are of a Tokenizer that knew no analyzer
            del made.analyzer
        with module_named(module, type(made)):
            return pickle.dumps(made, protocol)

    return save


for name, options in OPTIONS.items():
    cases.written(
        f"tokenizer__{name}",
        tokenizer(options, "tokenizer.json", lambda made: made.to_json().encode()),
        kind="tokenizer",
    )
for protocol, (module, name) in PICKLES.items():
    cases.written(
        f"pickle_protocol_{protocol}",
        tokenizer(OPTIONS[name], "tokenizer.pickle", pickled(protocol, module)),
        kind="tokenizer",
    )


def padded(draws, folder):
    from keras.utils import pad_sequences

    whole = [[1, 2, 3], [4], [], [5, 6, 7, 8, 9, 10], draws.rng.integers(1, 99, 4).tolist()]
    parts = [[0.5, -1.25], [2.0, 3.5, 4.25, -8.0], []]
    kinds = (
        (0, "int32", whole),
        (-1, "int64", whole),
        (0.0, "float32", parts),
        (9.5, "float32", parts),
        (0, "int32", parts),
    )
    checks = []
    for most, padding, truncating, (value, kind, sequences) in itertools.product(
        (None, 1, 4, 9), ("pre", "post"), ("pre", "post"), kinds
    ):
        options = {"maxlen": most, "padding": padding, "truncating": truncating, "value": value, "dtype": kind}
        array = np.asarray(pad_sequences(sequences, **options))
        checks.append(options | {"sequences": sequences, "shape": list(array.shape), "padded": array.tolist()})
    write_json(checks, folder, "expected.json", indent=None)
    return {"files": {"expected": "expected.json"}}


cases.written("pad_sequences", padded, kind="padding")
