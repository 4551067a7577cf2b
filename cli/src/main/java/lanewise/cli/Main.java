package lanewise.cli;

import java.io.PrintWriter;
import lanewise.error.LanewiseException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line. Exit code 0 is good, 1 a check that failed, 2 bad usage or input. */
@Command(name = "lanewise", mixinStandardHelpOptions = true, scope = ScopeType.INHERIT, version = "lanewise 0.1.0",
        description = "Scores with Keras recurrent models inside the JVM.",
        subcommands = {PredictCommand.class, ConvertCommand.class, InspectCommand.class, ExplainCommand.class,
            VerifyCommand.class,
            TimeCommand.class})
public final class Main implements Runnable {
    static final int GOOD = 0;
    static final int FAILED = 1;
    static final int BAD = 2;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "print stack traces of errors")
    private boolean debug;

    /** Made by picocli. */
    Main() {}

    /**
     * Runs a command and ends the JVM.
     *
     * @param args the words after the program's name
     */
    public static void main(String[] args) {
        System.exit(run(new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()), args));
    }

    /** Runs a command; returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        Main main = new Main();
        return new CommandLine(main).setOut(out).setErr(err)
                .setExecutionExceptionHandler((e, command, result) -> main.fail(e, command))
                .setParameterExceptionHandler(Main::badUsage)
                .execute(args);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int badUsage(CommandLine.ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println(
                "lanewise: " + e.getMessage() + "; see lanewise " + e.getCommandLine().getCommandName() + " --help");
        return BAD;
    }

    private int fail(Exception e, CommandLine command) throws Exception {
        if (debug) {
            e.printStackTrace(command.getErr());
            return BAD;
        }
        if (e instanceof LanewiseException || e instanceof BadInput) {
            command.getErr().println("lanewise: " + e.getMessage());
            return BAD;
        }
        command.getErr().println("lanewise: unexpected " + e + "; run again with --debug for the stack trace");
        return BAD;
    }

    /** Something that the user gave and that can't be used; becomes one line on stderr. */
    static final class BadInput extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadInput(String message) {
            super(message);
        }
    }
}
