package lanewise.options;

/**
 * Work that a model can leave out. All are taken unless {@link ModelOptions#without} names them; all but
 * {@link #FOLDED_NORMALIZATION} change no bit of the answers.
 */
public enum Shortcut {
    /**
     * What a recurrent layer adds for its input is computed once for every row of the embedding before it, while the
     * model warms up; a step then looks it up. Takes memory, see {@link ModelOptions#shortcutBytes}.
     */
    FOLDED_EMBEDDING,
    /**
     * Texts that are padded in front without a mask, as Keras's {@code pad_sequences} does, start at states that are
     * kept for every length of padding. For models whose number of steps is fixed. Takes memory, see
     * {@link ModelOptions#shortcutBytes}.
     */
    PADDING_PREFIX,
    /** The first step from a state of zeros leaves out the product with them. */
    ZERO_STATE,
    /**
     * A BatchNormalization right behind a Dense or convolution layer without an activation is multiplied into that
     * layer's weights. Products are rounded elsewhere then: answers differ in the last bits, well within the tolerance
     * to Keras.
     */
    FOLDED_NORMALIZATION
}
