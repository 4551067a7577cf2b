/**
 * Operations that move values and compute nothing: copies, views, slices, padding, other orders of axes.
 * What makes a number that was not there before belongs elsewhere.
 */
package lanewise.plan.op.shape;
