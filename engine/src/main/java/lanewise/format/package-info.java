/**
 * The model file: GGUF with the layers as keys and the weights in Keras's layout. What a layer is called in files is
 * declared here, apart from its Java name; {@code docs/model-file.md} describes the format. Other formats are read by
 * the converter.
 */
package lanewise.format;
