package lanewise.example;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lanewise.flink.DeadLetter;
import lanewise.flink.KeyedScorer;
import lanewise.flink.Scored;
import lanewise.flink.Scores;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job: forecasts the CO2 of two stations week by week, each from its own weeks before, and puts aside what was not
 * measured. README.md shows it and says how to run it.
 */
public final class Forecasts {
    private Forecasts() {}

    /**
     * A week of a station.
     *
     * @param station its name
     * @param date    of the week
     * @param change  of CO2 since the week before, in ppm; NaN if it was not measured
     */
    public record Week(String station, String date, float change) {}

    /**
     * Runs the job to its end and prints what it gives.
     *
     * @param model  a .gguf file
     * @param series date,ppm in each line; ppm may be missing
     */
    public static void run(Path model, Path series) throws Exception {
        StreamExecutionEnvironment job = StreamExecutionEnvironment.getExecutionEnvironment();
        job.enableCheckpointing(1000);
        DataStream<Week> weeks = job.fromData(weeks(series)).uid("weeks");
        KeyedScorer<Week> scorer = KeyedScorer
                .<Week>of("forecast", model, week -> new float[] {week.change()}).skipBadEvents();
        Scores<String, Week> found = scorer.score(weeks, Week::station, Types.STRING);
        DataStream<Scored<String, Week>> scores = found.scores(); // key, event, float[]
        DataStream<DeadLetter<Week>> deadLetters = found.deadLetters(); // event, reason
        scores.map(score -> score.event() + " -> " + score.scores()[0]).print();
        deadLetters.map(DeadLetter::reason).print();
        job.execute();
    }

    private static List<Week> weeks(Path file) throws Exception {
        List<Week> weeks = new ArrayList<>();
        float last = Float.NaN;
        for (String line : Files.readAllLines(file).subList(1, 41)) {
            String[] fields = line.split(",", -1);
            float ppm = fields[1].isEmpty() ? Float.NaN : Float.parseFloat(fields[1]);
            weeks.add(new Week("Mauna Loa", fields[0], ppm - last));
            weeks.add(new Week("half of it", fields[0], (ppm - last) / 2));
            last = ppm;
        }
        return weeks;
    }
}
