/**
 * What makes a plan step by step: each operation says what stands for it when its input comes piece by piece, and what
 * it keeps; {@link lanewise.plan.stream.Stream} runs that.
 * Nothing here computes a layer.
 */
package lanewise.plan.stream;
