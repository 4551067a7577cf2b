package lanewise.cli;

import java.time.Duration;
import java.util.List;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.error.LanewiseException;
import lanewise.spec.ModelSpec;
import lanewise.spec.OperationTime;

/**
 * Where the time of a call of one row goes, measured on seeded random input after warm-up.
 *
 * @param what  the call, for example {@code one row}
 * @param times of its operations; empty if the model refused the input
 * @param note  why nothing was measured, else empty
 */
record MeasuredCall(String what, List<OperationTime> times, String note) {
    private static final Duration WARM_UP = Duration.ofSeconds(12);
    private static final double SECONDS = 0.5;
    private static final int MIN_CALLS = 5;
    private static final int MAX_CALLS = 2000;

    /**
     * Warms a model up and measures it.
     *
     * @param model without a warm-up thread
     * @param steps sizes that the model leaves open
     */
    static MeasuredCall of(Model model, int steps) {
        ModelSpec spec = model.spec();
        boolean open = spec.graph().inputLayers().stream().anyMatch(layer -> layer.shape().dims().stream()
                .skip(1).anyMatch(size -> size < 0));
        String what = "one row" + (open ? " of " + steps + (steps == 1 ? " step" : " steps") : "");
        model.warmUp(WARM_UP);
        try (Predictor predictor = model.predictor(1, steps)) {
            RandomInputs.fill(spec, predictor, 1, steps);
            predictor.run();
            long start = System.nanoTime();
            predictor.run();
            double seconds = (System.nanoTime() - start) / 1e9;
            int calls = (int) Math.clamp(SECONDS / seconds, MIN_CALLS, MAX_CALLS);
            return new MeasuredCall(what, predictor.profile(calls), "");
        } catch (LanewiseException e) {
            // a model may refuse numbers that mean nothing to it
            return new MeasuredCall(what, List.of(), "not measured, the model takes no random input: "
                    + e.getMessage());
        }
    }

    double micros() {
        return times.stream().mapToDouble(OperationTime::micros).sum();
    }
}
