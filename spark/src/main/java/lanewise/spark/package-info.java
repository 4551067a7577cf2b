/**
 * Scores the rows of Spark's datasets. Holds what a job needs of Lanewise: which columns go into a model and out of it,
 * and how executors get the model. How to score is the engine's. No parameter and no result is null.
 */
package lanewise.spark;
