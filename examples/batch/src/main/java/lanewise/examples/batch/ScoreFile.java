package lanewise.examples.batch;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lanewise.Answer;
import lanewise.Model;
import lanewise.Pool;
import lanewise.Scorer;
import lanewise.error.InvalidInputException;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvSchema;

/**
 * Scores a file on all processors: CSV with a header, or one JSON object a line, to one JSON object a line, in the same
 * order. Keeps a few blocks of rows in memory, however long the file is. A row that doesn't fit the model gets an
 * {@code error} instead of an answer.
 */
public final class ScoreFile {
    private static final int BLOCK = 500;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final JsonMapper JSON = new JsonMapper();

    private ScoreFile() {}

    /**
     * Scores a file.
     *
     * @param args the model file, the rows ({@code .csv} or {@code .jsonl}), and where the answers go
     * @throws Exception if a file can't be read or written
     */
    public static void main(String... args) throws Exception {
        if (args.length != 3) {
            System.err.println("expected a model file, a file of rows (.csv or .jsonl), and a file for the answers");
            System.exit(2);
        }
        boolean csv = args[1].endsWith(".csv");
        ObjectReader reader = csv
                ? new CsvMapper().readerForMapOf(Object.class).with(CsvSchema.emptySchema().withHeader())
                : JSON.readerForMapOf(Object.class);
        // the pool closes the model
        try (Pool<Scorer> pool = Pool.ofScorers(Model.open(Path.of(args[0])), PROCESSORS);
                MappingIterator<Map<String, Object>> rows = reader.readValues(Path.of(args[1]).toFile());
                Writer out = Files.newBufferedWriter(Path.of(args[2]))) {
            run(pool, csv, rows, out);
        }
    }

    private static void run(Pool<Scorer> pool, boolean csv, MappingIterator<Map<String, Object>> rows, Writer out)
            throws IOException, InterruptedException, ExecutionException {
        Queue<Future<List<String>>> pending = new ArrayDeque<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(PROCESSORS)) {
            while (rows.hasNext() || !pending.isEmpty()) {
                // some blocks more than are being scored, so that nobody waits for the reader
                if (rows.hasNext() && pending.size() < 2 * PROCESSORS) {
                    List<Map<String, Object>> block = new ArrayList<>();
                    while (rows.hasNext() && block.size() < BLOCK) {
                        block.add(rows.next());
                    }
                    pending.add(threads.submit(() -> pool.call(scorer -> block.stream()
                            .map(row -> score(scorer, csv ? cells(pool.model(), row) : row)).toList())));
                } else {
                    for (String answer : pending.remove().get()) {
                        out.append(answer).append('\n');
                    }
                }
            }
        }
    }

    /**
     * A row of CSV as values for the model's inputs: its column {@code text}, or all columns as numbers of one input.
     */
    private static Map<String, Object> cells(Model model, Map<String, Object> row) {
        if (row.containsKey("text")) {
            return Map.of("text", row.get("text"));
        }
        List<Object> numbers = row.values().stream().map(cell -> number(cell.toString().strip())).toList();
        return Map.of(model.spec().graph().inputLayers().getFirst().name(), numbers);
    }

    /** A number, exact also where it is a large id; a cell that is none stays a text, which is then refused. */
    private static Object number(String cell) {
        try {
            return cell.matches("[-+]?\\d{1,18}") ? (Object) Long.valueOf(cell) : (Object) Float.valueOf(cell);
        } catch (NumberFormatException e) {
            return cell;
        }
    }

    private static String score(Scorer scorer, Map<String, Object> row) {
        Map<String, Object> result = new LinkedHashMap<>();
        try {
            Answer answer = scorer.scoreRow(row);
            if (answer.hasLabels()) {
                result.put("label", answer.label().name());
                result.put("probability", answer.label().probability());
            }
            answer.arrays().forEach((name, values) -> result.put(name, values.toLists()));
        } catch (InvalidInputException e) {
            result.put("error", e.getMessage());
        }
        return JSON.writeValueAsString(result);
    }
}
