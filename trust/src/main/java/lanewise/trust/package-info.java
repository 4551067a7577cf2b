/**
 * The command {@code lanewise trust}: suites that try to break what is promised, the lines that they write about it,
 * and the table made of these.
 */
package lanewise.trust;
