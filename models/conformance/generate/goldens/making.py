"""Makes cases into a folder."""

import logging
import os
import shutil
import traceback

from . import catalog
from .files import fresh


def make(cases, out, seed=None, report=print):
    """Makes all cases and gives why some failed, by their ids."""
    # Keras would say of every HDF5 file that it is of an old kind
    logging.getLogger("absl").setLevel(logging.ERROR)
    failed = {}
    for case in cases:
        folder = fresh(out, case.group, case.name)
        try:
            case.make(case, folder, case.seed if seed is None else seed)
        except Exception as error:
            # one broken definition must not hide the others
            shutil.rmtree(folder, ignore_errors=True)
            last = traceback.extract_tb(error.__traceback__)[-1]
            failed[case.id] = (
                f"{type(error).__name__}: {str(error).strip()[:300]} ({os.path.basename(last.filename)}:{last.lineno})"
            )
            report(f"FAILED {case.id}: {failed[case.id]}")
    return failed


def main(out, only, seed):
    if os.path.realpath(out) == os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..")):
        print("The stored cases stay: make them elsewhere, compare, and copy what should replace one.")
        return 2
    cases = catalog.chosen(catalog.everything(), only)
    if not cases:
        print(f"No case is called {only}.")
        return 2
    failed = make(cases, out, seed)
    print(f"{len(cases) - len(failed)} made, {len(failed)} failed.")
    return 1 if failed else 0
