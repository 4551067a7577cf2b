/** The command line {@code lanewise}. Scripts rely on its commands, options, exit codes and output. */
package lanewise.cli;
