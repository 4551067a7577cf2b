/**
 * Operations on windows over steps or space: convolutions, pooling, resizing. {@link lanewise.plan.op.WindowGrid}
 * computes the positions of windows.
 */
package lanewise.plan.op.window;
