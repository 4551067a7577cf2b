/**
 * What a caller may choose about how a model runs: kernels, shortcuts, custom layers. Values only; nothing here runs a
 * model. All types are immutable and serve any number of threads. No parameter and no result is null, unless its
 * documentation says so.
 */
package lanewise.options;
