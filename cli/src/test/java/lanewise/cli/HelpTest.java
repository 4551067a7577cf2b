package lanewise.cli;

import static lanewise.cli.Ran.bad;
import static lanewise.cli.Ran.good;
import static lanewise.cli.Ran.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Help at every level, and messages that point to it. */
class HelpTest {
    private static final Path MODELS = Path.of(System.getProperty("models"));

    @Test
    void everyCommandHasHelpThatNamesAllOfItsOptions() {
        CommandLine all = new CommandLine(new Main());
        assertTrue(all.getSubcommands().size() >= 8, all.getSubcommands().toString());
        all.getSubcommands().forEach((name, command) -> {
            String help = good(name, "--help");
            command.getCommandSpec().options().forEach(option -> {
                String shown = option.negatable() ? option.longestName().replace("--", "--[no-]")
                        : option.longestName();
                assertTrue(help.contains(shown), name + " " + shown);
                assertTrue(option.description().length > 0, name + " " + option.longestName() + " says nothing");
            });
            assertTrue(help.contains("141"), help);
            // the help of picocli has no version
            assertTrue(name.equals("help") || good(name, "--version").startsWith("lanewise "), name);
            assertTrue(good("--help").contains(name), name);
        });
        assertEquals(good("predict", "--help"), good("predict", "x", "--help"));
        assertEquals(good("predict", "--help"), good("help", "predict"));
    }

    /** Each command that a message names is run. */
    @Test
    void messagesPointToHelpThatIsThere() {
        for (List<Object> wrong : List.<List<Object>>of(List.of("predict"), List.of("--nothing"), List.of("nothing"),
                List.of("time", MODELS.resolve("stream"), "--batch", "many"), List.of("convert", MODELS, "--foo"))) {
            Ran ran = run(wrong.toArray());
            assertEquals(Main.BAD, ran.code());
            String command = ran.err().strip();
            command = command.substring(command.lastIndexOf("; see lanewise ") + "; see lanewise ".length());
            assertTrue(good((Object[]) command.split(" ")).startsWith("Usage: lanewise"), command);
        }
    }

    @Test
    void namesThatWereMeant() {
        bad("'--txt' mean --text?", "predict", MODELS.resolve("sentiment"), "--txt", "great");
        bad("'--ouptut' mean --output?", "predict", MODELS.resolve("sentiment"), "--ouptut=y=y.npy");
        bad("'predcit' mean predict?", "predcit");
        assertTrue(run("inspect", MODELS.resolve("sentiment"), "more").err()
                .startsWith("lanewise: unexpected argument 'more'"));
        for (String command : List.of("predict", "inspect", "explain", "time", "verify")) {
            bad("sentimnt mean " + MODELS.resolve("sentiment") + "?", command, MODELS.resolve("sentimnt"));
        }
        bad("model.kera mean " + MODELS.resolve("sentiment/model.keras") + "?", "convert",
                MODELS.resolve("sentiment/model.kera"), "x.gguf");
        bad("no folder " + MODELS.resolve("sentimnt"), "inspect", MODELS.resolve("sentimnt/model.keras"));
    }
}
