/**
 * Scores keyed events in Kafka Streams. Holds what a topology needs of Lanewise: the processor, the serdes, and how a
 * task finds its models. How to score is the engine's.
 */
package lanewise.kafka;
