/**
 * The operations that a plan runs, what they have in common, and the memory that they work on. An operation knows sizes
 * and the positions of values; it leaves arithmetic to {@link lanewise.kernel.Kernels}. Nothing here knows the layers
 * of a model, a planner, or the caller.
 */
package lanewise.plan.op;
