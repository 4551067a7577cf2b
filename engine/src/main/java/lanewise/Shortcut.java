package lanewise;

/** Work that a model can leave out without changing a bit of its answers. All are taken unless {@link ModelOptions#without} names them. */
public enum Shortcut {
    /**
     * What a recurrent layer adds for its input is computed once for every row of the embedding before it, while the model warms up; a step
     * then looks it up. Takes memory, see {@link ModelOptions#shortcutBytes}.
     */
    FOLDED_EMBEDDING,
    /**
     * Texts that are padded in front without a mask, as Keras's {@code pad_sequences} does, start at states that are kept for every length
     * of padding. For models whose number of steps is fixed. Takes memory, see {@link ModelOptions#shortcutBytes}.
     */
    PADDING_PREFIX,
    /** The first step from a state of zeros leaves out the product with them. */
    ZERO_STATE
}
