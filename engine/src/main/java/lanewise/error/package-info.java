/**
 * The exceptions: what is refused, and why. Only exceptions and their data belong here; they use nothing else of the
 * project. All are serializable. No parameter and no result is null.
 */
package lanewise.error;
