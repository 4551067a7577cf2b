/**
 * Reads files that are not models by themselves: JSON, NumPy arrays, safetensors, pickles, sorted tables, and what a
 * model refers to.
 *
 * <p>Belongs here: parsers that know nothing of layers. Doesn't belong here: anything that knows Keras or ONNX. Not
 * exported to users.
 */
package lanewise.files;
