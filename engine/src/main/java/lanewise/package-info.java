/**
 * Scores with Keras models. A {@link lanewise.Model} is what a model knows; a {@link lanewise.Predictor},
 * {@link lanewise.Stepper} or {@link lanewise.Scorer} is what one call needs. What a model is (its layers) belongs to
 * {@code spec}, how it runs to {@code plan}, arithmetic to {@code kernel}.
 *
 * <p>No parameter and no result here is null, unless its documentation says so; a null argument is refused with a
 * {@link NullPointerException} before anything changes. A {@link lanewise.Model} serves any number of threads; the
 * objects that it creates belong to the first thread that uses them, until it releases them; except a
 * {@link lanewise.StateStore}.
 */
package lanewise;
