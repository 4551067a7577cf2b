/** Reads ONNX models. */
package lanewise.onnx;
