/**
 * Operations that go over the steps of a sequence, the cells that they run, and the tables that shortcuts look up.
 * A cell is the arithmetic of some steps, as calls of kernels; the order of steps, masks and states belong to the loop.
 */
package lanewise.plan.op.recurrent;
