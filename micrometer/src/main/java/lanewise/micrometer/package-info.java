/**
 * Metrics for Micrometer: {@link lanewise.micrometer.PoolMetrics} and {@link lanewise.micrometer.ModelMetrics} read
 * what pools and models count anyway, {@link lanewise.micrometer.CallTimer} times calls. Nothing here computes.
 */
package lanewise.micrometer;
