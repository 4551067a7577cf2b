/**
 * Operations that go over the steps of a sequence, the cells that they run, and the tables that shortcuts look up. A
 * cell does the arithmetic of some steps by calling kernels; the loop handles the order of steps, masks and states.
 */
package lanewise.plan.op.recurrent;
