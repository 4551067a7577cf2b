/**
 * Scores streams of keyed events in Flink. Holds what a job needs of Lanewise: the scorer and what it puts out. How to
 * score is the engine's. No parameter and no result is null unless it says so.
 */
package lanewise.flink;
