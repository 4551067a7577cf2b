/**
 * Computes what does not depend on a call, for readers of model files. It runs the plan that a call would run and has
 * no arithmetic of its own.
 */
package lanewise.fold;
