/**
 * Operations that read or write texts, ids and categories: look-ups, hashing, vectorization. They may allocate;
 * {@code lanewise.text} splits and cleans texts.
 */
package lanewise.plan.op.text;
