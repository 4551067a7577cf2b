/**
 * Operations that move values and compute nothing: copies, views, slices, padding, other orders of axes. Operations
 * that compute new values belong elsewhere.
 */
package lanewise.plan.op.shape;
