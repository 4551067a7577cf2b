/**
 * How rows come in, and how their answers go out in the same order: files and streams of lines, arrays, the threads
 * that score them. Nothing here knows an option of the command line or prints anything.
 */
package lanewise.cli.rows;
