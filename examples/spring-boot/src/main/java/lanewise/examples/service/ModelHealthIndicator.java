package lanewise.examples.service;

import lanewise.Model;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Part of {@code /readyz}: up once the model is as fast as it gets. That its examples pass was checked before it was
 * let in, so no probe computes anything.
 */
@Component
class ModelHealthIndicator implements HealthIndicator {
    private final ServedModel served;

    ModelHealthIndicator(ServedModel served) {
        this.served = served;
    }

    @Override
    public Health health() {
        Model model = served.model();
        return (model.isWarmedUp() ? Health.up() : Health.outOfService())
                .withDetail("file", served.file().getFileName().toString()).withDetail("model", model.spec().name())
                .withDetail("fingerprint", model.fingerprint()).withDetail("vectors", model.usesVectors())
                .withDetail("verifiedCalls", Math.min(ServedModel.REPLAYED, model.examples().calls().size())).build();
    }
}
