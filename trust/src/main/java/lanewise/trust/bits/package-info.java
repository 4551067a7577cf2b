/**
 * Compares the bits of answers over settings of the JVM, kernels, batches, threads and streams. Each setting runs in a
 * JVM of its own, which prints a hash for every model.
 */
package lanewise.trust.bits;
