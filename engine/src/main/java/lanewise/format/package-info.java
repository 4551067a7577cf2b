/** The model file: GGUF with the layers as keys and the weights in Keras's layout. */
package lanewise.format;
