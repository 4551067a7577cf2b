/**
 * The exceptions: what is refused, and why. Only exceptions, their data and the
 * form of their messages belong here; they use nothing else of the
 * project. All are serializable. No parameter and no result is null.
 */
package lanewise.error;
