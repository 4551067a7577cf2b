/**
 * The operations that a plan runs, what they have in common, and the memory that they work on.
 * An operation knows sizes and where values lie; it leaves arithmetic to {@link lanewise.kernel.Kernels}.
 * Nothing here knows layers of a model, a planner, or who calls.
 */
package lanewise.plan.op;
