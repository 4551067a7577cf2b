/**
 * Computes values that do not depend on a call, for the readers of model files. It runs the same plan that a call would
 * run, and has no arithmetic of its own.
 */
package lanewise.fold;
