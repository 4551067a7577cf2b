package lanewise.onnx.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One version of one of ONNX's operators.
 *
 * @param since      the version of the operators that introduced it
 * @param deprecated whether the operator is gone since then
 * @param least      how many inputs it has at least
 * @param inputs     its inputs
 * @param outputs    its outputs
 * @param attributes the types of its attributes by name, with an exclamation mark if it must be there
 * @param types      for each name of a type, the types it may stand for: bits at ONNX's numbers of them
 */
record OnnxSchema(int since, boolean deprecated, int least, List<Parameter> inputs, List<Parameter> outputs,
        Map<String, String> attributes, Map<String, Integer> types) {
    private static final Map<String, List<OnnxSchema>> ALL = read();
    private static final int HEX = 16;

    /**
     * An input or output.
     *
     * @param type   the name of its type; or after #, the types it may have
     * @param option nothing; ? if it may be left out, * for any number of one type, ~ for any number
     */
    record Parameter(String type, String option) {
        static Parameter of(String text) {
            boolean plain = Character.isLetterOrDigit(text.charAt(text.length() - 1));
            return plain ? new Parameter(text, "")
                    : new Parameter(text.substring(0, text.length() - 1), text.substring(text.length() - 1));
        }

        boolean repeats() {
            return option.equals("*") || option.equals("~");
        }
    }

    /** The version of an operator that counts, or null if there is none. */
    static OnnxSchema of(String operator, int version) {
        return ALL.getOrDefault(operator, List.of()).stream().filter(s -> s.since <= version)
                .reduce((a, b) -> b).orElse(null);
    }

    /** The first version that has an operator, or null if ONNX has no such operator, or it is not read at all. */
    static Integer first(String operator) {
        return ALL.containsKey(operator) ? ALL.get(operator).getFirst().since : null;
    }

    /** Which parameter stands at a place, or null if there is none. */
    static Parameter at(List<Parameter> parameters, int place) {
        boolean inside = place < parameters.size();
        return inside ? parameters.get(place)
                : !parameters.isEmpty() && parameters.getLast().repeats() ? parameters.getLast() : null;
    }

    /** The types that a parameter may have: bits at their numbers. */
    int allowed(Parameter parameter) {
        return parameter.type.startsWith("#") ? Integer.parseInt(parameter.type.substring(1), HEX)
                : types.getOrDefault(parameter.type, 0);
    }

    private static Map<String, List<OnnxSchema>> read() {
        Map<String, List<OnnxSchema>> all = new HashMap<>();
        OnnxOperatorTable.LINES.lines().forEach(line -> {
            String[] fields = line.split("\\|", -1);
            Map<String, String> attributes = new LinkedHashMap<>();
            words(fields[4]).forEach(word -> attributes.put(word.split(":")[0], word.split(":")[1]));
            for (String version : fields[5].split(";")) {
                Map<String, Integer> types = new HashMap<>();
                List<String> words = words(version);
                words.stream().skip(1).map(word -> word.split("="))
                        .forEach(pair -> types.put(pair[0], Integer.parseInt(pair[1], HEX)));
                boolean deprecated = fields[1].equals("-");
                all.computeIfAbsent(fields[0], name -> new ArrayList<>())
                        .add(new OnnxSchema(Integer.parseInt(words.getFirst()), deprecated,
                                deprecated ? 0 : Integer.parseInt(fields[1]),
                                words(fields[2]).stream().map(Parameter::of).toList(),
                                words(fields[3]).stream().map(Parameter::of).toList(), attributes, types));
            }
        });
        return all;
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }
}
