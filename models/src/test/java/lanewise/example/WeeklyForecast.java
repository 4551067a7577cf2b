package lanewise.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import lanewise.Model;
import lanewise.Stepper;

/**
 * A stream: as each week's CO2 arrives, forecasts the change to the next one. Needs the engine alone, see
 * models/stream.
 */
public final class WeeklyForecast {
    private WeeklyForecast() {}

    /**
     * Runs over a file as if its lines came in week by week.
     *
     * @param args the model as a .gguf file, and the series: date,ppm in each line, ppm may be missing
     */
    public static void main(String... args) throws IOException {
        try (Model model = Model.open(Path.of(args[0]))) {
            System.out.println(String.format(Locale.ROOT, "mean absolute error %.3f ppm",
                    run(model, Files.readAllLines(Path.of(args[1])))));
        }
    }

    /** Prints a forecast for each of the last ten weeks; returns the mean absolute error over the last 400. */
    static double run(Model model, List<String> lines) {
        float[] change = new float[1];
        float[] forecast = new float[1];
        double last = Double.NaN;
        double errors = 0;
        try (Stepper stepper = model.stepper()) {
            for (int week = 1; week < lines.size(); week++) {
                String[] fields = lines.get(week).split(",", -1);
                // a missing week counts as no change
                double ppm = fields[1].isEmpty() ? last : Double.parseDouble(fields[1]);
                change[0] = Double.isNaN(last) ? 0 : (float) (ppm - last);
                last = ppm;
                errors += lines.size() - week <= 400 ? Math.abs(change[0] - forecast[0]) : 0;
                // most of the work is done before the next week comes
                stepper.prepare();
                stepper.fire(change, forecast);
                if (lines.size() - week <= 10) {
                    System.out.println(String.format(Locale.ROOT, "%s  %.1f ppm, next week %.2f", fields[0], ppm,
                            ppm + forecast[0]));
                }
            }
        }
        return errors / 400;
    }
}
