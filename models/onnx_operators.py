"""Writes the table of ONNX's operators from ONNX's own definitions (lanewise.onnx.schema.OnnxOperatorTable).

    python models/onnx_operators.py > converter/src/main/java/lanewise/onnx/schema/OnnxOperatorTable.java

What counts is what versions 7 and later say; types of less than 8 bits and of float8 are left out.
"""

import textwrap

from onnx import TensorProto, defs

NOT_READ = {
    "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "SequenceAt",
    "SequenceConstruct", "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceLength", "SequenceMap",
    "SplitToSequence", "ConcatFromSequence", "Optional", "OptionalGetElement", "OptionalHasElement", "StringConcat",
    "StringNormalizer", "StringSplit", "RegexFullMatch", "TfIdfVectorizer", "NonZero", "Unique", "Compress",
    "NonMaxSuppression", "ImageDecoder", "STFT", "DFT", "MelWeightMatrix"}
OPTION = {"Single": "", "Optional": "?", "Variadic": "*"}
OLDEST = 7
TYPES = 0x1ffff


def mask(types):
    """A bit for each type, at its number; bit 0 for what is no tensor."""
    bits = 0
    for text in types:
        if text.startswith("tensor("):
            bits |= 1 << TensorProto.DataType.Value(text[7:-1].upper())
        else:
            bits |= 1
    return "%x" % (bits & TYPES)


def parameter(formal, letters):
    option = OPTION[formal.option.name]
    if option == "*" and not formal.is_homogeneous:
        option = "~"
    return (formal.type_str if formal.type_str in letters else "#" + mask([formal.type_str])) + option


def structure(schema):
    if schema.deprecated:
        return ("-", "", "", "")
    letters = {c.type_param_str for c in schema.type_constraints}
    attributes = (a.name + ":" + a.type.name.lower() + ("!" if a.required else "") for a in schema.attributes.values())
    return (str(schema.min_input), " ".join(parameter(p, letters) for p in schema.inputs),
            " ".join(parameter(p, letters) for p in schema.outputs), " ".join(sorted(attributes)))


def lines():
    versions = {}
    for schema in defs.get_all_schemas_with_history():
        if schema.domain == "" and schema.name not in NOT_READ:
            types = (c.type_param_str + "=" + mask(c.allowed_type_strs) for c in schema.type_constraints)
            versions.setdefault(schema.name, []).append(
                (schema.since_version, structure(schema), " ".join(sorted(types))))
    for name in sorted(versions):
        history = sorted(versions[name])
        history = [v for v in history if v[0] <= OLDEST][-1:] + [v for v in history if v[0] > OLDEST]
        groups = []
        before = None
        for since, form, types in history:
            if before is None or form != before[0]:
                groups.append((form, [(since, types)]))
            elif types != before[1]:
                groups[-1][1].append((since, types))
            before = (form, types)
        for form, since in groups:
            yield "|".join((name,) + form) + "|" + ";".join(" ".join(filter(None, (str(v), t))) for v, t in since)


def main():
    print('package lanewise.onnx.schema;\n')
    print('/** ONNX\'s operators as it defines them, written by models/onnx_operators.py; see {@link OnnxSchema}. */')
    print('final class OnnxOperatorTable {')
    print('    /** A line for each form of an operator that some versions have. */')
    print('    static final String LINES = """')
    for line in lines():
        parts = textwrap.wrap(line, 104, break_long_words=False, break_on_hyphens=False)
        print(" \\\n".join("            " + part for part in parts))
    print('            """;\n\n    private OnnxOperatorTable() {}\n}')


if __name__ == "__main__":
    main()
