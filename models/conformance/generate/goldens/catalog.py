"""Which cases there are. Nothing is imported or made to know that."""

import fnmatch
import os
from dataclasses import dataclass, field
from collections.abc import Callable

SEED = 20240


@dataclass
class Case:
    """One case and what makes it: ``make(case, folder, seed)`` fills the folder."""

    group: str
    name: str
    make: Callable
    needs: tuple
    seed: int = SEED
    # cases that are made only when they are asked for; the repository does not hold them
    kept: bool = True
    options: dict = field(default_factory=dict)

    @property
    def id(self):
        return f"{self.group}/{self.name}"


class Group:
    """The cases of one module of definitions."""

    def __init__(self, name, seed=SEED, needs=("keras", "tensorflow"), **defaults):
        self.name, self.seed, self.needs, self.defaults = name, seed, tuple(needs), defaults
        self.cases = []

    def add(self, name, make, needs=None, kept=True, seed=None, **options):
        self.cases.append(
            Case(self.name, name, make, needs or self.needs, self.seed if seed is None else seed, kept, options)
        )

    def model(self, name, build, **options):
        """A case of a Keras model. See keras_case.py for the options."""
        from .keras_case import make

        self.add(name, make, build=build, **self.defaults | options)

    def models(self, builds, **options):
        for name, build in builds.items():
            self.model(name, build, **options)

    def graph(self, name=None, **options):
        """Decorates a function of the draws that gives a model, or a model and its inputs."""

        def decorate(function):
            self.model(name or function.__name__, function, **options)
            return function

        return decorate

    def written(self, name, write, **fields):
        """A case whose files ``write(draws, folder)`` makes; it gives more fields of case.json."""
        from .keras_case import make_written

        self.add(name, make_written, write=write, fields=fields)


def everything():
    """All cases, by their id."""
    from . import groups

    found = {}
    for case in groups.cases():
        if case.id in found:
            raise ValueError(f"{case.id} is defined twice")
        found[case.id] = case
    return found


def chosen(cases, only):
    """The cases that an --only pattern names by their id or their name; without one all that the repository holds."""
    if only is None:
        return [case for case in cases.values() if case.kept]
    return [
        case for case in cases.values() if fnmatch.fnmatchcase(case.id, only) or fnmatch.fnmatchcase(case.name, only)
    ]


def stored(folder):
    """Ids of the cases in a folder of groups: whatever has a case.json or a model.onnx."""
    found = []
    for base, folders, files in os.walk(folder):
        folders.sort()
        if "case.json" in files or "model.onnx" in files:
            found.append(os.path.relpath(base, folder).replace(os.sep, "/"))
            folders.clear()
    return sorted(found)
