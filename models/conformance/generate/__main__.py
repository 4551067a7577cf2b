"""Makes the golden cases, lists them, or compares them with the stored ones.

python models/conformance/generate --out DIR [--only GLOB] [--seed N]
python models/conformance/generate list
python models/conformance/generate compare [--only GLOB] [--made DIR]
python models/conformance/generate cross-check DIR
python models/conformance/generate names
"""

import argparse
import os
import sys

CONFORMANCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def arguments():
    parser = argparse.ArgumentParser(
        prog="generate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", nargs="?", default="make", choices=["make", "list", "compare", "cross-check", "names"])
    parser.add_argument("folder", nargs="?", help="the cases to cross-check")
    parser.add_argument("--out", help="where cases are made")
    parser.add_argument("--only", help="a pattern such as 'recurrent/lstm__*' of the cases' names")
    parser.add_argument("--seed", type=int, help="makes other numbers than those of the repository")
    parser.add_argument("--check", action="store_true", help="the same as list")
    parser.add_argument("--made", help="compares with cases that were made before, in this folder")
    parser.add_argument("--stored", default=CONFORMANCE, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.check:
        options.command = "list"
    if options.command == "make" and not options.out:
        parser.error("--out DIR is missing")
    if options.command == "cross-check" and not options.folder:
        parser.error("the folder of the cases is missing")
    return options


def main():
    options = arguments()
    # each command imports what it needs only
    if options.command == "list":
        from goldens import listing

        return listing.main(options.stored, options.only)
    if options.command == "compare":
        from goldens import comparing

        return comparing.main(options.stored, options.only, options.made)
    if options.command == "cross-check":
        from goldens import cross_check

        return cross_check.main(options.folder, options.only)
    if options.command == "names":
        from goldens import keras_names

        return keras_names.main(os.path.join(os.path.dirname(CONFORMANCE), "keras-names.json"))
    from goldens import making

    return making.main(options.out, options.only, options.seed)


if __name__ == "__main__":
    sys.exit(main())
