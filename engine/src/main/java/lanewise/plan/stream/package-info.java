/**
 * Turns a plan into one that runs step by step. Each operation says what replaces it when its input arrives in pieces,
 * and what it keeps between them; {@link lanewise.plan.stream.Stream} runs the result. Nothing here computes a layer.
 */
package lanewise.plan.stream;
