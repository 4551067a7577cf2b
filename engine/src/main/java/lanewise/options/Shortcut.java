package lanewise.options;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Work that a model can skip. Those that change no bit of an answer are on by default; {@link ModelOptions#without}
 * turns them off, {@link ModelOptions#with} turns others on.
 */
public enum Shortcut {
    /**
     * The input's contribution to a recurrent layer is computed once for every row of the preceding embedding, during
     * warm-up; a step then looks it up. Takes memory, see {@link ModelOptions#shortcutBytes}. Keeps the bits.
     */
    FOLDED_EMBEDDING(true),
    /**
     * Texts that are padded in front without a mask, as Keras's {@code pad_sequences} does, start from a stored state,
     * one for each length of padding. For models with a fixed number of steps. Takes memory, see
     * {@link ModelOptions#shortcutBytes}. Keeps the bits.
     */
    PADDING_PREFIX(true),
    /** The first step from a zero state skips the recurrent product. Keeps the bits. */
    ZERO_STATE(true),
    /**
     * A BatchNormalization directly after a Dense or convolution layer without an activation is multiplied into that
     * layer's weights. Products are then rounded in other places, so answers differ in the last bits, well within the
     * tolerance to Keras. Off by default, because equal bits are promised.
     */
    FOLDED_NORMALIZATION(false);

    private final boolean keepsBits;

    Shortcut(boolean keepsBits) {
        this.keepsBits = keepsBits;
    }

    /**
     * Whether answers have the same bits with and without it.
     *
     * @return true for all that are on by default
     */
    public boolean keepsBits() {
        return keepsBits;
    }

    /** All that keep the bits. */
    static Set<Shortcut> bitExact() {
        Set<Shortcut> exact = EnumSet.allOf(Shortcut.class);
        exact.removeIf(shortcut -> !shortcut.keepsBits);
        return Collections.unmodifiableSet(exact);
    }
}
