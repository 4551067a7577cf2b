package lanewise.examples.service;

import java.io.IOException;
import java.util.Map;
import lanewise.Model;
import lanewise.error.LanewiseException;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.stereotype.Component;

/** {@code /actuator/model}: GET says which model serves, POST {@code {"file": "next.gguf"}} lets another one serve. */
@Component
@WebEndpoint(id = "model")
class ModelEndpoint {
    private final ServedModel served;

    ModelEndpoint(ServedModel served) {
        this.served = served;
    }

    @ReadOperation
    Map<String, Object> get() {
        return describe(served.model());
    }

    /**
     * Lets another model serve.
     *
     * @param file the name of its file, beside that of the first
     * @return which model serves now; status 409 and the reason if it is refused, and the one before goes on
     */
    @WriteOperation
    WebEndpointResponse<Map<String, Object>> swap(String file) {
        try {
            return new WebEndpointResponse<>(describe(served.swap(file)));
        } catch (LanewiseException | IOException e) {
            return new WebEndpointResponse<>(Map.of("refused", e.getMessage(), "serving",
                    served.model().fingerprint()), 409);
        }
    }

    private Map<String, Object> describe(Model model) {
        return Map.of("file", served.file().getFileName().toString(), "model", model.spec().name(), "fingerprint",
                model.fingerprint(), "kernels", ServedModel.kernels(model), "swaps", served.pool().counters().swaps());
    }
}
