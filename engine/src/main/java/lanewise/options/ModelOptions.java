package lanewise.options;

import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import lanewise.spec.WeightFormat;

/**
 * How a model runs. Start with {@link #DEFAULT} and change what you need:
 * {@code ModelOptions.DEFAULT.withWarmUpThread(false)}. Immutable; any number of threads may use it.
 *
 * <p>Nothing here changes a bit of a model's answers, except {@link Shortcut#FOLDED_NORMALIZATION}, which is off by
 * default, {@link KernelChoice#DOUBLE}, other formats of the weights, and the results of custom layers.
 */
public final class ModelOptions {
    /** The default limit for the memory of the shortcuts' tables: 64 MB. */
    public static final long DEFAULT_SHORTCUT_BYTES = 64_000_000;

    /** Vector kernels as soon as they are fast, warmed up by a thread; all shortcuts that keep the bits. */
    public static final ModelOptions DEFAULT = new ModelOptions(KernelChoice.AUTO, true, CustomLayers.NONE,
            Shortcut.bitExact(), DEFAULT_SHORTCUT_BYTES, null, Limits.DEFAULT);

    private final KernelChoice kernels;
    private final boolean warmUpThread;
    private final CustomLayers customLayers;
    private final Set<Shortcut> shortcuts;
    private final long shortcutBytes;
    /** Null for the formats that the model has. */
    private final WeightFormats weights;
    private final Limits limits;

    /** Which kernels compute. All but {@link #DOUBLE} give the same bits. */
    public enum KernelChoice {
        /** Scalar code until the vector code is compiled, then vectors. */
        AUTO,
        /** Scalar code, always. */
        SCALAR,
        /** Vector code from the first call on; slow until it is compiled. */
        VECTOR,
        /**
         * Scalar code that sums matrix products in double precision over the weights as they are kept: what the others
         * are checked with. Slow, and gives other bits.
         */
        DOUBLE
    }

    private ModelOptions(KernelChoice kernels, boolean warmUpThread, CustomLayers customLayers, Set<Shortcut> shortcuts,
            long shortcutBytes, WeightFormats weights, Limits limits) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.warmUpThread = warmUpThread;
        this.customLayers = Objects.requireNonNull(customLayers, "customLayers");
        this.shortcuts = Set.copyOf(shortcuts);
        this.shortcutBytes = shortcutBytes;
        this.weights = weights;
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /**
     * Which kernels compute.
     *
     * @return {@link KernelChoice#AUTO} by default
     */
    public KernelChoice kernels() {
        return kernels;
    }

    /**
     * Whether a background thread may warm up the model: it builds the tables of shortcuts and, for
     * {@link KernelChoice#AUTO}, runs the vector kernels until they are compiled. Without it the tables are built when
     * the model is opened, and vectors are used once {@code Model.warmUp} has run.
     *
     * @return true by default
     */
    public boolean warmUpThread() {
        return warmUpThread;
    }

    /**
     * The custom layers that a model may contain.
     *
     * @return {@link CustomLayers#NONE} by default
     */
    public CustomLayers customLayers() {
        return customLayers;
    }

    /**
     * The shortcuts that a model may take.
     *
     * @return an immutable set; by default all but {@link Shortcut#FOLDED_NORMALIZATION}
     */
    public Set<Shortcut> shortcuts() {
        return shortcuts;
    }

    /**
     * The most memory that the tables of shortcuts may take.
     *
     * @return bytes, {@link #DEFAULT_SHORTCUT_BYTES} by default
     */
    public long shortcutBytes() {
        return shortcutBytes;
    }

    /**
     * The same options with other kernels.
     *
     * @param newKernels which kernels compute
     * @return new options
     */
    public ModelOptions withKernels(KernelChoice newKernels) {
        return new ModelOptions(newKernels, warmUpThread, customLayers, shortcuts, shortcutBytes, weights, limits);
    }

    /**
     * The same options with or without the background thread.
     *
     * @param newWarmUpThread whether a thread may warm up the model
     * @return new options
     */
    public ModelOptions withWarmUpThread(boolean newWarmUpThread) {
        return new ModelOptions(kernels, newWarmUpThread, customLayers, shortcuts, shortcutBytes, weights, limits);
    }

    /**
     * The same options with custom layers.
     *
     * @param newCustomLayers the layers
     * @return new options
     */
    public ModelOptions withCustomLayers(CustomLayers newCustomLayers) {
        return new ModelOptions(kernels, warmUpThread, newCustomLayers, shortcuts, shortcutBytes, weights, limits);
    }

    /**
     * The same options with more shortcuts.
     *
     * @param more additional shortcuts that a model may take
     * @return new options
     */
    public ModelOptions with(Shortcut... more) {
        Set<Shortcut> all = EnumSet.noneOf(Shortcut.class);
        all.addAll(shortcuts);
        all.addAll(Set.of(more));
        return new ModelOptions(kernels, warmUpThread, customLayers, all, shortcutBytes, weights, limits);
    }

    /**
     * The same options without some shortcuts.
     *
     * @param left shortcuts that a model may not take
     * @return new options
     */
    public ModelOptions without(Shortcut... left) {
        Set<Shortcut> others = EnumSet.noneOf(Shortcut.class);
        others.addAll(shortcuts);
        others.removeAll(Set.of(left));
        return new ModelOptions(kernels, warmUpThread, customLayers, others, shortcutBytes, weights, limits);
    }

    /**
     * The same options with another limit for the tables of shortcuts.
     *
     * @param newBytes the maximum memory of the tables in bytes, at least 0
     * @return new options
     * @throws IllegalArgumentException if the number is negative
     */
    public ModelOptions withShortcutBytes(long newBytes) {
        if (newBytes < 0) {
            throw new IllegalArgumentException("shortcut tables may take " + newBytes + " bytes, expected at least 0");
        }
        return new ModelOptions(kernels, warmUpThread, customLayers, shortcuts, newBytes, weights, limits);
    }

    /**
     * In which formats the weights are kept.
     *
     * @return the formats to round them to, or empty if they stay as the model has them, which is the default
     */
    public Optional<WeightFormats> weights() {
        return Optional.ofNullable(weights);
    }

    /**
     * The same options with other formats of the weights. The model's own must be float32: it refuses to be rounded
     * twice.
     *
     * @param newWeights the formats
     * @return new options
     */
    public ModelOptions withWeights(WeightFormats newWeights) {
        return new ModelOptions(kernels, warmUpThread, customLayers, shortcuts, shortcutBytes,
                Objects.requireNonNull(newWeights, "weights"), limits);
    }

    /**
     * The same options with all weight matrices in one format.
     *
     * @param format the format
     * @return new options
     */
    public ModelOptions withWeights(WeightFormat format) {
        return withWeights(new WeightFormats(format, Map.of()));
    }

    /**
     * How much memory and time opening the model, and a predictor of it, may need.
     *
     * @return {@link Limits#DEFAULT} by default
     */
    public Limits limits() {
        return limits;
    }

    /**
     * The same options with other limits.
     *
     * @param newLimits how much memory and time there may be needed
     * @return new options
     */
    public ModelOptions withLimits(Limits newLimits) {
        return new ModelOptions(kernels, warmUpThread, customLayers, shortcuts, shortcutBytes, weights, newLimits);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelOptions o && kernels == o.kernels && warmUpThread == o.warmUpThread
                && customLayers.equals(o.customLayers) && shortcuts.equals(o.shortcuts)
                && shortcutBytes == o.shortcutBytes && Objects.equals(weights, o.weights)
                && limits.equals(o.limits);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kernels, warmUpThread, customLayers, shortcuts, shortcutBytes, weights, limits);
    }

    @Override
    public String toString() {
        return "ModelOptions[kernels=" + kernels + ", warmUpThread=" + warmUpThread + ", customLayers="
                + customLayers.kinds().keySet() + ", shortcuts=" + shortcuts + ", shortcutBytes=" + shortcutBytes
                + ", weights="
                + (weights == null ? "as given" : weights) + ", limits=" + limits + "]";
    }
}
