/**
 * Reads ONNX models: {@link lanewise.onnx.OnnxFile} translates a graph of operators into layers and operations.
 *
 * <p>Belongs here: one class per family of operators, and what they share while a graph is translated. Doesn't belong
 * here: other formats, and anything that computes at run time. Not exported.
 */
package lanewise.onnx;
