/**
 * What a caller may choose about how a model runs: kernels, shortcuts, layers of their own.
 * Values only; nothing here runs a model.
 */
package lanewise.options;
