/**
 * What a task of an engine for many machines needs, such as Kafka Streams, Flink or Spark: a model that is open once
 * for all tasks of a JVM, and a stepper for streams whose states the engine keeps. Nothing here knows any of these
 * engines.
 *
 * <p>No parameter and no result here is null, unless its documentation says so.
 */
package lanewise.tasks;
