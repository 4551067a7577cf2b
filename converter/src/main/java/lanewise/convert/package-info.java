/**
 * Opens models that other programs saved: {@link lanewise.convert.Importer} reads any supported file or folder.
 *
 * <p>Belongs here: one reader per file format of Keras, TensorFlow and PyTorch, and what turns their layers into
 * {@code lanewise.spec}. Doesn't belong here: ONNX ({@code lanewise.onnx}), plain data files ({@code lanewise.files}),
 * arithmetic, and anything that runs a model.
 */
package lanewise.convert;
