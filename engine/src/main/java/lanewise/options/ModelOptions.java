package lanewise.options;

import java.util.EnumSet;
import java.util.Set;
import lanewise.Model;

/**
 * How a model runs. But for layers of the user's own nothing here changes a bit of its answers.
 *
 * @param twin          which kernels compute
 * @param background    whether a background thread makes the tables of shortcuts and, for {@link Twin#AUTO}, warms the
 *                      vector kernels up; without it the tables are made when the model is opened, and vectors are used
 *                      once {@link Model#warmUp} has run
 * @param custom        layers of the user's own that the model may have
 * @param shortcuts     work that may be left out
 * @param shortcutBytes memory that the tables of shortcuts may take
 */
public record ModelOptions(Twin twin, boolean background, CustomLayers custom, Set<Shortcut> shortcuts,
        long shortcutBytes) {
    /** What the tables of shortcuts may take unless said otherwise: 64 MB. */
    public static final long DEFAULT_SHORTCUT_BYTES = 64_000_000;

    /** Vectors as soon as they are fast, warmed up in the background; all shortcuts. */
    public static final ModelOptions DEFAULT = new ModelOptions(Twin.AUTO, true);

    /** Copies the set. */
    public ModelOptions {
        shortcuts = Set.copyOf(shortcuts);
    }

    /**
     * Options for models without layers of the user's own, with all shortcuts.
     *
     * @param twin       which kernels compute
     * @param background whether a background thread warms the vector kernels up
     */
    public ModelOptions(Twin twin, boolean background) {
        this(twin, background, CustomLayers.NONE, EnumSet.allOf(Shortcut.class), DEFAULT_SHORTCUT_BYTES);
    }

    /** Which of the two kernel twins computes. */
    public enum Twin {
        /** Scalar code until the vector code is compiled, then vectors. */
        AUTO,
        /** Scalar code, always. */
        SCALAR,
        /** Vector code from the first call on, slow until it is compiled. */
        VECTOR
    }

    /**
     * The same with another twin.
     *
     * @param newTwin which kernels compute
     * @return new options
     */
    public ModelOptions withTwin(Twin newTwin) {
        return new ModelOptions(newTwin, background, custom, shortcuts, shortcutBytes);
    }

    /**
     * The same with or without the background thread.
     *
     * @param newBackground whether it may run
     * @return new options
     */
    public ModelOptions withBackground(boolean newBackground) {
        return new ModelOptions(twin, newBackground, custom, shortcuts, shortcutBytes);
    }

    /**
     * The same with layers of the user's own.
     *
     * @param newCustom the layers
     * @return new options
     */
    public ModelOptions withCustom(CustomLayers newCustom) {
        return new ModelOptions(twin, background, newCustom, shortcuts, shortcutBytes);
    }

    /**
     * The same without some shortcuts.
     *
     * @param left which work is done all the same
     * @return new options
     */
    public ModelOptions without(Shortcut... left) {
        Set<Shortcut> others = EnumSet.noneOf(Shortcut.class);
        others.addAll(shortcuts);
        others.removeAll(Set.of(left));
        return new ModelOptions(twin, background, custom, others, shortcutBytes);
    }

    /**
     * The same with another limit for the tables of shortcuts.
     *
     * @param newBytes how much memory they may take, perhaps 0
     * @return new options
     */
    public ModelOptions withShortcutBytes(long newBytes) {
        return new ModelOptions(twin, background, custom, shortcuts, newBytes);
    }
}
