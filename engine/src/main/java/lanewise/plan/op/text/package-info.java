/**
 * Operations that take or give texts, ids and categories: look-ups, hashing, vectorization.
 * They may allocate; how texts are cut and cleaned is {@code lanewise.text}'s affair.
 */
package lanewise.plan.op.text;
