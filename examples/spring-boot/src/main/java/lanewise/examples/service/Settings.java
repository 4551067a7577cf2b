package lanewise.examples.service;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * What can be set, in application.properties or by environment ({@code LANEWISE_MODEL}).
 *
 * @param model    the model file; those that may take its place lie in the same folder
 * @param poolSize how many requests are scored at once; as many as there are processors if 0
 * @param maxWait  how long a request waits for its turn
 * @param maxBody  bytes of a request
 * @param warmUp   how long a model that is to take over may take to compile its kernels before it does
 */
@ConfigurationProperties("lanewise")
record Settings(Path model, int poolSize, Duration maxWait, DataSize maxBody, Duration warmUp) {
    int size() {
        return poolSize > 0 ? poolSize : Runtime.getRuntime().availableProcessors();
    }
}
