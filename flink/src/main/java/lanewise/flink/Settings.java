package lanewise.flink;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.api.common.functions.MapFunction;

/**
 * What a scorer's tasks are told; see {@link KeyedScorer}.
 *
 * @param model       the path of the file
 * @param fingerprint null if any model will do
 * @param skips       whether bad events are skipped
 * @param adopts      whether states of other models are continued
 * @param idle        after which keys are forgotten, null for never
 */
record Settings<T>(String name, String model, MapFunction<T, float[]> features, String fingerprint, boolean skips,
        boolean adopts, Duration idle) implements Serializable {
    Settings {
        Objects.requireNonNull(name);
        Objects.requireNonNull(model);
        Objects.requireNonNull(features);
    }

    Settings<T> withFingerprint(String given) {
        return new Settings<>(name, model, features, given, skips, adopts, idle);
    }

    Settings<T> withSkips(boolean given) {
        return new Settings<>(name, model, features, fingerprint, given, adopts, idle);
    }

    Settings<T> withAdopts(boolean given) {
        return new Settings<>(name, model, features, fingerprint, skips, given, idle);
    }

    Settings<T> withIdle(Duration given) {
        return new Settings<>(name, model, features, fingerprint, skips, adopts, given);
    }
}
