/**
 * Operations on windows over steps or space: convolutions, pooling, resizing.
 * Where windows lie is {@link lanewise.plan.op.WindowGrid}'s affair.
 */
package lanewise.plan.op.window;
