package lanewise.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import lanewise.Model;
import lanewise.convert.Importer;
import org.junit.jupiter.api.Test;

/** The example of a stream forecasts as well as its page says. */
class WeeklyForecastTest {
    @Test
    void forecastsEachWeekFromTheOnesBefore() throws IOException {
        Path models = Path.of(System.getProperty("models"));
        try (Model model = Importer.open(models.resolve("stream"))) {
            assertEquals(0.32, WeeklyForecast.run(model, Files.readAllLines(models.resolve("forecast/co2.csv"))), 0.01);
        }
    }
}
