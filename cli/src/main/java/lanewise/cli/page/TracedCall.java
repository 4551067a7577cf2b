package lanewise.cli.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.options.ModelOptions;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.ModelSpec;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/**
 * A call whose inside was watched.
 *
 * @param outputs the model's own outputs
 * @param traces  of the cells of its recurrent layers, in the order in which they run
 * @param left    recurrent layers that were not watched, by path, with the reason
 */
public record TracedCall(List<TensorData> outputs, List<GateTrace> traces, Map<String, String> left) {
    /**
     * Runs a call of a model with probes in it.
     *
     * @param spec    the model
     * @param weights as they are kept
     * @param options how it runs, without formats of weights
     * @param call    the inputs, of which the first row is watched
     * @return what was seen
     * @throws lanewise.error.LanewiseException if the model can't be run, or the call does not fit it
     */
    public static TracedCall of(ModelSpec spec, Weights weights, ModelOptions options, Example call) {
        Probe probe = Probe.of(spec, weights);
        try (Model model = Model.of(probe.spec(), probe.weights(), Examples.NONE, options);
                Predictor predictor = model.predictor(List.of(call))) {
            for (int i = 0; i < predictor.inputs().size(); i++) {
                predictor.inputs().get(i).set(call.inputs().get(i));
            }
            predictor.run();
            List<TensorData> outputs = predictor.outputs().subList(0, spec.graph().outputs().size()).stream()
                    .map(output -> output.toArray()).toList();
            List<GateTrace> traces = new ArrayList<>();
            for (Probe.Loop loop : probe.loops()) {
                traces.addAll(GateTrace.of(loop, predictor.outputs(), weights));
            }
            return new TracedCall(outputs, traces, probe.left());
        }
    }
}
