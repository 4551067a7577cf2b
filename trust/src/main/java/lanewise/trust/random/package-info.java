/**
 * Seeded random models and inputs, which all suites draw on. The same seed gives the same model in every release of
 * Java. Only what makes models and numbers belongs here.
 */
package lanewise.trust.random;
