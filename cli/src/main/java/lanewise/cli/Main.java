package lanewise.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import lanewise.error.LanewiseException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command line. Exit code 0 is good, 1 a check that failed, 2 bad usage or input or output that can't be written,
 * 141 a closed pipe.
 */
@Command(name = "lanewise", mixinStandardHelpOptions = true, scope = ScopeType.INHERIT, version = Main.VERSION,
        description = "Scores with Keras recurrent models inside the JVM.",
        subcommands = {PredictCommand.class, ConvertCommand.class, InspectCommand.class, ExplainCommand.class,
            VerifyCommand.class, TimeCommand.class, CommandLine.HelpCommand.class,
            AutoComplete.GenerateCompletion.class},
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:good", "1:a check failed", "2:bad usage or input, or output that can't be written",
            "141:nobody reads the output any more"},
        footer = {"", "`lanewise bench` and `lanewise trust` run from a checkout; see `lanewise bench --help`.",
            "Completion of words in bash and zsh: source <(lanewise generate-completion)"})
public final class Main implements Runnable {
    static final String VERSION = "lanewise 0.1.0";
    static final int GOOD = 0;
    static final int FAILED = 1;
    static final int BAD = 2;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "print stack traces of errors")
    private boolean debug;

    /** Whether that has been said. */
    private boolean outputLost;

    /** Made by picocli. */
    Main() {}

    /**
     * Runs a command and ends the JVM.
     *
     * @param args the words after the program's name
     */
    public static void main(String[] args) {
        // text in a file or pipe is UTF-8, as it is read; a terminal may want something else
        Charset charset = System.console() != null && System.console().isTerminal() ? System.out.charset()
                : StandardCharsets.UTF_8;
        System.exit(run(CheckedOutput.printer(new FileOutputStream(FileDescriptor.out), charset),
                new PrintWriter(System.err, true, System.err.charset()), args));
    }

    /** Runs a command; returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        Main main = new Main();
        try {
            CommandLine all = new CommandLine(main);
            // which brings a version of its own
            all.getSubcommands().get("generate-completion").getCommandSpec().version(VERSION);
            int code = all.setCaseInsensitiveEnumValuesAllowed(true).setOut(out).setErr(err)
                    .setExecutionExceptionHandler((e, command, result) -> main.fail(e, command))
                    .setParameterExceptionHandler(Main::badUsage)
                    .setExecutionStrategy(Main::execute)
                    .execute(args);
            if (!main.outputLost) {
                out.flush();
            }
            return code;
        } catch (CheckedOutput.Lost e) {
            return main.fail(e, err);
        }
    }

    /**
     * As picocli does, but models that are missing are named first, and a help page that can't be printed fails like
     * everything else that is printed.
     */
    private static int execute(CommandLine.ParseResult parsed) {
        try {
            ModelPath.check(parsed);
            return new CommandLine.RunLast().execute(parsed);
        } catch (CheckedOutput.Lost | BadInput e) {
            throw new CommandLine.ExecutionException(parsed.commandSpec().commandLine(), e.getMessage(), e);
        }
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int badUsage(CommandLine.ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        // in picocli's words
        String message = e.getMessage().replace("option option", "option").replace("is not an int",
                "is no whole number");
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            message = unknown(unmatched.getUnmatched().getFirst(), command.getCommandSpec());
        }
        command.getErr().println(
                "lanewise: " + message + "; see " + command.getCommandSpec().qualifiedName() + " --help");
        return BAD;
    }

    private static String unknown(String word, CommandLine.Model.CommandSpec command) {
        if (word.startsWith("-") && word.length() > 1) {
            String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            return "unknown option '" + name + "'" + Nearest.hint(name, command.optionsMap().keySet());
        }
        return command.subcommands().isEmpty() ? "unexpected argument '" + word + "'"
                : "unknown command '" + word + "'" + Nearest.hint(word, command.subcommands().keySet());
    }

    private int fail(Exception e, CommandLine command) {
        return fail(e, command.getErr());
    }

    private int fail(Exception e, PrintWriter err) {
        outputLost |= e instanceof CheckedOutput.Lost;
        if (CheckedOutput.isClosedPipe(e)) {
            return CheckedOutput.CLOSED_PIPE;
        }
        if (debug) {
            e.printStackTrace(err);
        } else if (e instanceof LanewiseException || e instanceof BadInput || e instanceof CheckedOutput.Lost) {
            err.println("lanewise: " + e.getMessage());
        } else {
            err.println("lanewise: unexpected " + e + "; run again with --debug for the stack trace");
        }
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
