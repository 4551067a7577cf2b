/**
 * A service on Spring Boot: {@link lanewise.examples.service.ServedModel} has the pool, {@code ScoreController} takes
 * rows of JSON, {@code ModelEndpoint} swaps the model, {@code ModelHealthIndicator} says whether it is ready.
 */
package lanewise.examples.service;
