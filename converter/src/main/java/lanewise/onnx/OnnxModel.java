package lanewise.onnx;

import java.util.List;
import java.util.Set;
import lanewise.spec.ModelSpec;
import lanewise.spec.Weights;

/**
 * What was read from an ONNX file.
 *
 * @param spec       what the model is
 * @param weights    its numbers
 * @param source     what the file is, for display
 * @param inputRows  for each input of the spec which axis of the file's input holds the rows of a call, -1 if the whole
 *                   is one row
 * @param outputRows the same for each output; values of the spec have that axis in front
 * @param fixed      inputs of the file that were given fixed values
 */
public record OnnxModel(ModelSpec spec, Weights weights, String source, List<Integer> inputRows,
        List<Integer> outputRows,
        Set<String> fixed) {}
