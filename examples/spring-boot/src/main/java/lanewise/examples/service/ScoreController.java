package lanewise.examples.service;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lanewise.Answer;
import lanewise.Label;
import lanewise.Loan;
import lanewise.Scorer;
import lanewise.error.InvalidInputException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Scores rows: {@code POST /score} with an object for one row, or a list of them for several. */
@RestController
class ScoreController {
    private final ServedModel served;
    private final int maxBody;
    private final ObjectReader json;

    ScoreController(ServedModel served, Settings settings, JsonMapper mapper) {
        this.served = served;
        maxBody = Math.toIntExact(settings.maxBody().toBytes());
        json = mapper.readerFor(Object.class).with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /**
     * An answer for one row.
     *
     * @param model       the fingerprint of the model that gave it
     * @param label       the most probable label, or null if the model has none
     * @param probability its probability, or null
     * @param knownWords  how many words of the text the model knows, or null if it reads none
     * @param outputs     all outputs by name, as nested lists; NaN and infinities are strings
     */
    record Scored(String model, String label, Float probability, Integer knownWords, Map<String, Object> outputs) {
        static Scored of(String model, Answer answer) {
            Map<String, Object> outputs = new LinkedHashMap<>();
            answer.arrays().forEach((name, values) -> outputs.put(name, values.toLists()));
            Label label = answer.hasLabels() ? answer.label() : null;
            return new Scored(model, label == null ? null : label.name(), label == null ? null : label.probability(),
                    answer.knownWords().isPresent() ? answer.knownWords().getAsInt() : null, outputs);
        }
    }

    /**
     * Scores.
     *
     * @param body for each input of the model its number, text, or nested lists; {@code {"text": "..."}} for a model of
     *             texts
     * @return an answer, or a list of them
     */
    @PostMapping(path = "/score", produces = MediaType.APPLICATION_JSON_VALUE)
    Object score(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(maxBody + 1);
        if (bytes.length > maxBody) {
            throw new BodyTooLargeException(maxBody);
        }
        Object read = parse(bytes);
        return read instanceof List<?> rows ? served.call(loan -> rows.stream().map(row -> score(loan, row)).toList())
                : served.call(loan -> score(loan, read));
    }

    private Object parse(byte[] bytes) {
        try {
            return json.readValue(bytes);
        } catch (JacksonException e) {
            throw new InvalidInputException("the body is not valid JSON: " + e.getOriginalMessage()
                    + (e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr()));
        }
    }

    private static Scored score(Loan<Scorer> loan, Object row) {
        if (!(row instanceof Map<?, ?> values)) {
            throw new InvalidInputException("expected a JSON object with a value for each input, such as"
                    + " {\"text\": \"...\"}, or a list of these");
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        values.forEach((name, value) -> byName.put(name.toString(), value));
        return Scored.of(loan.model().fingerprint(), loan.get().scoreRow(byName));
    }
}
