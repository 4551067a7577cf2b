/** Text to ids as Keras does it: the Tokenizer of Keras 1 to 3, {@code pad_sequences}, and the cleaning before them. */
package lanewise.text;
