/**
 * Calls one model for a long time while others come and go, and reports times and memory as one page of HTML.
 */
package lanewise.trust.soak;
