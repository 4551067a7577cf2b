"""Lists which stored cases can be made again. Needs Python alone."""

import collections
import fnmatch

from . import catalog

# stored cases that nothing here makes, and why
NOT_AGAIN = {}


def main(folder, only):
    known, stored = catalog.everything(), catalog.stored(folder)
    if only:
        stored = [
            name for name in stored if fnmatch.fnmatchcase(name, only) or fnmatch.fnmatchcase(name.split("/")[-1], only)
        ]
    again, not_again, unknown = collections.Counter(), 0, 0
    for name in stored:
        if name in known:
            case = known[name]
            again[case.group] += 1
            print(f"{name}: again, seed {case.seed}, needs {', '.join(case.needs)}")
        elif name in NOT_AGAIN:
            not_again += 1
            print(f"{name}: not again: {NOT_AGAIN[name]}")
        else:
            unknown += 1
            print(f"{name}: UNKNOWN: neither a definition makes it nor does NOT_AGAIN say why none does")
    missing = [case.id for case in catalog.chosen(known, only) if case.kept and case.id not in stored]
    for name in missing:
        print(f"{name}: MISSING: defined as kept, but not stored")
    print(
        f"{sum(again.values())} of {len(stored)} can be made again, {not_again} cannot,"
        f" {unknown} unknown, {len(missing)} missing."
    )
    return 1 if unknown or missing else 0
