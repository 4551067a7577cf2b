package lanewise.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import lanewise.Answer;
import lanewise.Label;
import lanewise.cli.rows.ScoredRow;
import lanewise.files.Json;
import lanewise.files.JsonArray;

/** Prints the answers of a call: the label with its probability where there are labels, else the numbers. */
final class AnswerPrinter {
    private final List<String> labels;
    private final boolean json;
    private final boolean numbered;

    /**
     * Prints answers.
     *
     * @param labels   names for the values of the first output; empty for none
     * @param json     whether to print JSON
     * @param numbered whether JSON says which line each answer is for
     */
    AnswerPrinter(List<String> labels, boolean json, boolean numbered) {
        this.labels = labels;
        this.json = json;
        this.numbered = numbered;
    }

    /** A line for a row that has an answer. */
    String line(ScoredRow row) {
        Answer labelled = row.answer().withLabels(labels);
        return json ? json(labelled, row) : plain(labelled);
    }

    private static String plain(Answer answer) {
        if (answer.hasLabels()) {
            Label best = answer.label();
            return String.format(Locale.ROOT, "%s %.4f", best.name(), best.probability());
        }
        boolean several = answer.arrays().size() > 1;
        List<String> parts = new ArrayList<>();
        answer.arrays().forEach((name, values) -> {
            List<?> flat = (List<?>) JsonArray.object(values).get("data");
            parts.add((several ? name + ": " : "")
                    + flat.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        });
        return String.join("  ", parts);
    }

    private String json(Answer answer, ScoredRow row) {
        Map<String, Object> line = new LinkedHashMap<>();
        if (numbered) {
            line.put("line", row.number());
        }
        if (row.text() != null) {
            line.put("text", row.text());
        }
        if (answer.hasLabels()) {
            Label best = answer.label();
            line.put("label", best.name());
            line.put("probability", best.probability());
        }
        Map<String, Object> all = new LinkedHashMap<>();
        answer.arrays().forEach((name, values) -> all.put(name, values.toLists()));
        line.put("outputs", all);
        return Json.write(line);
    }
}
