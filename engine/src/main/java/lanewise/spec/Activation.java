package lanewise.spec;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Keras's activation functions ({@code keras.activations}, Keras 3), with their default arguments.
 *
 * <p>Formulas are for one value {@code x}, except where a function says that it needs a whole row (the last axis).
 */
public enum Activation {
    /** {@code x}. */
    LINEAR,
    /** {@code max(x, 0)}. */
    RELU,
    /** {@code min(max(x, 0), 6)}. */
    RELU6,
    /** {@code x} if positive, else {@code 0.2 x}. (The layer LeakyReLU has another slope: {@link CoreLayer.ReLU}.) */
    LEAKY_RELU,
    /** {@code x} if positive, else {@code e^x - 1}. */
    ELU,
    /** {@code 1.0507009873554805 * (x if positive, else 1.6732632423543772 (e^x - 1))}. */
    SELU,
    /** {@code max(0, x) + min(0, e^x - 1)}; with its default argument the same as {@link #ELU}. */
    CELU,
    /** {@code x * (1 + erf(x / sqrt 2)) / 2}, the exact form. */
    GELU,
    /** {@code x * sigmoid(x)}; Keras also calls it swish. */
    SILU,
    /** {@code x * relu6(x + 3) / 6}; Keras also calls it hard_swish. */
    HARD_SILU,
    /** {@code x * tanh(softplus(x))}. */
    MISH,
    /** {@code 1 / (1 + e^-x)}. */
    SIGMOID,
    /** {@code relu6(x + 3) / 6}, as Keras 3 defines it. */
    HARD_SIGMOID,
    /** {@code clip(0.2 x + 0.5, 0, 1)}: what Keras 1 and 2 called hard_sigmoid. */
    HARD_SIGMOID_KERAS_2,
    /** {@code log(sigmoid(x))}. */
    LOG_SIGMOID,
    /** {@code clip((x + 1) / 2, 0, 1)}. */
    SPARSE_SIGMOID,
    /** {@code tanh(x)}. */
    TANH,
    /** {@code clip(x, -1, 1)}. */
    HARD_TANH,
    /** {@code x - tanh(x)}. */
    TANH_SHRINK,
    /** {@code x - 0.5} above 0.5, {@code x + 0.5} below -0.5, else 0. */
    SOFT_SHRINK,
    /** {@code x} outside [-0.5, 0.5], else 0. */
    HARD_SHRINK,
    /** {@code log(1 + e^x)}. */
    SOFTPLUS,
    /** {@code x / (1 + |x|)}. */
    SOFTSIGN,
    /** {@code (x + sqrt(x^2 + 4)) / 2}. */
    SQUAREPLUS,
    /** 0 up to -1, {@code x} from 1 up, {@code (x + 1)^2 / 4} in between. */
    SPARSE_PLUS,
    /** {@code e^x}. */
    EXPONENTIAL,
    /** {@code e^x / sum e^x} over the row. */
    SOFTMAX(true),
    /** {@code x - log(sum e^x)} over the row. */
    LOG_SOFTMAX(true),
    /** Keras's sparsemax: {@code max(x - t, 0)} with a threshold t per row. It differs slightly from the paper's. */
    SPARSEMAX(true),
    /** {@code a * sigmoid(b)}, where a and b are the row's first and second half: the row becomes half as long. */
    GLU(true);

    private static final Map<String, Activation> BY_NAME = new HashMap<>();

    private final boolean needsRow;

    Activation() {
        this(false);
    }

    Activation(boolean needsRow) {
        this.needsRow = needsRow;
    }

    static {
        for (Activation a : values()) {
            BY_NAME.put(a.kerasName(), a);
        }
        BY_NAME.remove(HARD_SIGMOID_KERAS_2.kerasName());
        BY_NAME.put("swish", SILU);
        BY_NAME.put("hard_swish", HARD_SILU);
        // what tf.keras wrote for tf.nn.softmax
        BY_NAME.put("softmax_v2", SOFTMAX);
    }

    /**
     * Finds a function by the name that Keras 3 writes.
     *
     * @param name for example {@code "hard_silu"}
     * @return the function, or empty if Keras has no function of this name
     */
    public static Optional<Activation> byName(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /**
     * Keras's name.
     *
     * @return for example {@code "hard_silu"}
     */
    public String kerasName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether a value of the result depends on a whole row.
     *
     * @return true for the softmax family and for {@link #GLU}
     */
    public boolean needsRow() {
        return needsRow;
    }
}
