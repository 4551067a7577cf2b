/** A batch job: {@link lanewise.examples.batch.ScoreFile} is all of it. */
package lanewise.examples.batch;
