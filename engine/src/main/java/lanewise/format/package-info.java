/**
 * The model file: GGUF with the layers as keys and the weights in Keras's layout. The name of a layer in files is
 * declared here, independent of its Java name; {@code docs/model-file.md} describes the format. Other formats are read
 * by the converter.
 */
package lanewise.format;
