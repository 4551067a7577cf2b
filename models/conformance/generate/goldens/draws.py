"""The random numbers of one case.

They depend on the seed and on the case's name, so no case changes when another one is added.
"""

import zlib

from .later import np

# sizes on both sides of 4, 8 and 16, the widths of vectors
UNITS = (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 20, 24)
FEATURES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 17, 19)
STEPS = tuple(range(1, 13))


def number_of(name):
    return zlib.crc32(name.encode())


class Draws:
    def __init__(self, seed, name):
        self.rng = np.random.default_rng([seed, number_of(name)])
        self.rows = int(self.rng.integers(1, 4))

    def pick(self, *options):
        return options[int(self.rng.integers(len(options)))]

    def _size(self, sizes, least):
        return self.pick(*(size for size in sizes if size >= least))

    def units(self, least=1):
        return self._size(UNITS, least)

    def features(self, least=1):
        return self._size(FEATURES, least)

    def steps(self, least=1):
        return self._size(STEPS, least)

    def series(self, least_steps=1, least_features=1):
        steps = self.steps(least_steps)
        return steps, self.features(least_features)

    def normal(self, shape, spread=1.0):
        return (spread * self.rng.standard_normal(shape)).astype("float32")

    def whole(self, shape, below, start=0, dtype="int32"):
        return self.rng.integers(start, below, shape).astype(dtype)

    def flags(self, shape, share=0.6):
        return self.rng.random(shape) < share

    def padded(self, shape, below, where="post", dtype="int32"):
        """Ids from 1, with zeros behind, before or amid them, here and there, or in a whole row."""
        rows, steps = shape
        ids = self.rng.integers(1, below, shape)
        for row in ids if where != "none" else ():
            self._pad(row, below, where)
        if where == "row":
            ids[0] = 0
        return ids.astype(dtype)

    def _pad(self, row, below, where):
        steps = len(row)
        # drawn for every form, also where it does not matter
        length = int(self.rng.integers(1, max(2, steps)))
        if where == "post":
            row[length:] = 0
        elif where == "pre":
            row[: steps - length] = 0
        elif where == "mixed":
            row[self.rng.random(steps) < 0.45] = 0
        elif where == "mid":
            first = min(1, steps - 1)
            row[first : max(first + 1, steps - 2)] = 0
            if steps > 4:
                row[steps // 2] = self.rng.integers(1, below)
