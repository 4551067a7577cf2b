/**
 * Replays cases: folders of model files with inputs and the outputs that the training framework gave. The command line
 * and this project's own tests use it. Reading models stays in {@code lanewise.convert}, printing in the command line.
 */
package lanewise.verify;
