/**
 * The exceptions: what is refused, and why.
 * Only exceptions and what they carry belong here; nothing of the project is used. All are serializable. No parameter
 * and no result is null.
 */
package lanewise.error;
