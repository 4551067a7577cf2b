package lanewise.onnx;

import java.util.Set;
import lanewise.spec.ModelSpec;
import lanewise.spec.Weights;

/**
 * What was read from an ONNX file.
 *
 * @param spec    what the model is
 * @param weights its numbers
 * @param source  what the file is, for display
 * @param fixed   inputs of the file that were given fixed values
 */
public record OnnxModel(ModelSpec spec, Weights weights, String source, Set<String> fixed) {}
