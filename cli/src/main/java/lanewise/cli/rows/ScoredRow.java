package lanewise.cli.rows;

import lanewise.Answer;

/**
 * What became of a row.
 *
 * @param number  of the row in what it was read from, from 1
 * @param place   for messages, such as "line 7 of rows.csv"
 * @param text    that was scored, or null
 * @param answer  of the model, or null if there is a problem
 * @param problem why there is no answer, or null
 */
public record ScoredRow(long number, String place, String text, Answer answer, String problem) {}
