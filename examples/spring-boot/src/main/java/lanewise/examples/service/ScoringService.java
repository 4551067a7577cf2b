package lanewise.examples.service;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** A service that scores rows of JSON with one model, which can be replaced while it runs. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ScoringService {
    /**
     * Starts it.
     *
     * @param args properties, such as {@code --lanewise.model=reviews.gguf}
     */
    public static void main(String... args) {
        SpringApplication.run(ScoringService.class, args);
    }
}
