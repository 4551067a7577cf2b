package lanewise.spec;

/**
 * How long one operation of a call took, as {@code Predictor.profile} measures it. An operation is a piece of work of a
 * layer: most layers are one, some are several, and a layer that does nothing is none.
 *
 * @param layer  the path of its layer: that of a {@link LayerInfo}, or of a layer inside it
 * @param what   what it does, in a few words
 * @param micros microseconds, the median of the calls
 */
public record OperationTime(String layer, String what, double micros) {}
