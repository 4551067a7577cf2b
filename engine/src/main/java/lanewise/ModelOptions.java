package lanewise;

/**
 * How a model runs. Twin and background change no bit of its answers.
 *
 * @param twin       which kernels compute
 * @param background whether a background thread warms the vector kernels up ({@link Twin#AUTO} only); without it they are
 *                   used once {@link Model#warmUp} has run
 * @param custom     layers of the user's own that the model may have
 */
public record ModelOptions(Twin twin, boolean background, CustomLayers custom) {
    /** Vectors as soon as they are fast, warmed up in the background. */
    public static final ModelOptions DEFAULT = new ModelOptions(Twin.AUTO, true);

    /**
     * Options for models without layers of the user's own.
     *
     * @param twin       which kernels compute
     * @param background whether a background thread warms the vector kernels up
     */
    public ModelOptions(Twin twin, boolean background) {
        this(twin, background, CustomLayers.NONE);
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
        return new ModelOptions(newTwin, background, custom);
    }

    /**
     * The same with or without the background thread.
     *
     * @param newBackground whether it may run
     * @return new options
     */
    public ModelOptions withBackground(boolean newBackground) {
        return new ModelOptions(twin, newBackground, custom);
    }

    /**
     * The same with layers of the user's own.
     *
     * @param newCustom the layers
     * @return new options
     */
    public ModelOptions withCustom(CustomLayers newCustom) {
        return new ModelOptions(twin, background, newCustom);
    }
}
