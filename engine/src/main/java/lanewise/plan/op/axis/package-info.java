/**
 * Operations whose results depend on where values lie along an axis: looking up positions, accumulating, sorting. What
 * only moves whole parts of arrays stands in {@link lanewise.plan.op.shape}.
 */
package lanewise.plan.op.axis;
