/**
 * Benchmarks, the engines that they compare, and the report. Speed is measured here and nowhere else.
 * Nothing here is published; every answer is checked before it is timed.
 */
package lanewise.bench;
