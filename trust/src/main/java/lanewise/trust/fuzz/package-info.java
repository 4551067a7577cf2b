/**
 * Opens damaged files of every format and calls the models that come out. A finding is whatever the documentation does
 * not name: another exception, memory without a bound, a hang, the end of the JVM.
 */
package lanewise.trust.fuzz;
