package lanewise.onnx;

import java.util.List;
import java.util.Set;
import lanewise.spec.ModelSpec;
import lanewise.spec.Weights;

/**
 * What was read from an ONNX file.
 *
 * @param spec    what the model is
 * @param weights its numbers
 * @param source  what the file is, for display
 * @param inputs  names of the file's inputs, in its order, also of those that have a value
 * @param fixed   those of them that were given a value, and are no inputs of the spec
 */
public record OnnxModel(ModelSpec spec, Weights weights, String source, List<String> inputs, Set<String> fixed) {
    /** Copies the set. */
    public OnnxModel {
        fixed = Set.copyOf(fixed);
    }
}
