package lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.function.Executable;

/** Provokes errors, and makes a table of each group of them: when it comes, what is said, what to do. */
final class ErrorsPage {
    private final Path folder;
    private final StringBuilder page = new StringBuilder();
    private final List<String> missed = new ArrayList<>();

    /**
     * Makes an empty page.
     *
     * @param folder where provoked commands find and write files
     */
    ErrorsPage(Path folder) {
        this.folder = folder;
    }

    ErrorsPage group(String title) {
        page.append("\n## ").append(title).append("\n\n| when | what is said | what to do |\n|---|---|---|\n");
        return this;
    }

    /**
     * A command that is refused.
     *
     * @param when   what is wrong
     * @param remedy what to do; nothing where the message says all
     * @param args   the command; a word with {@code $} names a file of the folder
     */
    ErrorsPage command(String when, String remedy, Object... args) {
        return command(Main.BAD, "", when, remedy, args);
    }

    /** A command that reads lines and is refused. */
    ErrorsPage lines(String lines, String when, String remedy, Object... args) {
        return command(Main.BAD, lines, when, remedy, args);
    }

    ErrorsPage command(int code, String lines, String when, String remedy, Object... args) {
        Object[] words = Arrays.stream(args)
                .map(arg -> arg.toString().replace("$", folder + "/")).toArray();
        Ran ran = Ran.withInput(lines, words);
        String prefix = "lanewise: ";
        boolean said = ran.err().lines().filter(line -> line.startsWith(prefix)).count() == 1;
        if (ran.code() == code && said) {
            row(when, ran.err().substring(ran.err().indexOf(prefix) + prefix.length()), remedy);
        } else {
            missed.add(when + ": " + ran);
        }
        return this;
    }

    /** A call that throws. */
    ErrorsPage call(String when, String remedy, Class<? extends RuntimeException> type, Executable call) {
        try {
            call.execute();
            missed.add(when + ": nothing is thrown");
        } catch (Throwable e) {
            if (e.getClass() == type) {
                row(when, type.getSimpleName() + ": " + e.getMessage(), remedy);
            } else {
                missed.add(when + ": " + e);
            }
        }
        return this;
    }

    private void row(String when, String said, String remedy) {
        if (said.length() < 20 || said.contains("null:") || said.contains("unexpected java")) {
            missed.add(when + " says nothing: " + said);
        }
        page.append("| ").append(when).append(" | ").append(cell(said)).append(" | ")
                .append(remedy.isEmpty() ? "as it says" : remedy).append(" |\n");
    }

    /** As it stands in a table, the same on every machine. */
    private String cell(String said) {
        String plain = said.replace(folder + "/", "").replace(folder.toString(), "the folder")
                .replaceAll("[^ '\"]*/models/", "models/")
                // sums and places that change with the form of files
                .replaceAll("\\b([0-9a-f]{16}|[0-9a-f]{8})\\b", "...")
                .replaceAll("example\\.\\d+", "example.N").replaceAll("\\bat \\d{5,}", "at N");
        return plain.lines().map(line -> "`" + line.strip().replace("`", "'").replace("|", "\\|") + "`")
                .collect(Collectors.joining("<br>"));
    }

    /** The tables, if everything was refused as it should be. */
    String tables() {
        assertEquals("", String.join("\n", missed));
        return page.toString();
    }
}
