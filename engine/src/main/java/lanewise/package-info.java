/**
 * Scoring with Keras models: {@link lanewise.Model} is what a model knows, {@link lanewise.Predictor} what one call
 * needs, {@link lanewise.Stepper} a stream.
 */
package lanewise;
