/** Benchmarks of single kernels, and of what the core itself can do. They know nothing of engines and workloads. */
package lanewise.bench.kernels;
