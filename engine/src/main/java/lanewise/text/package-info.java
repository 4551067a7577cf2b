/**
 * Text to ids, as Keras does it: cleaning, {@link lanewise.text.Tokenizer}, padding, vectorization.
 * No file formats and no layers. Immutable types serve any number of threads, a {@link lanewise.text.TextEncoder} one.
 * No parameter and no result is null, unless its documentation says so.
 */
package lanewise.text;
