package lanewise.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import lanewise.cli.page.Quantity;
import lanewise.format.WholeFile;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Where a page goes. */
final class PageOption {
    private static final String STANDARD_OUTPUT = "-";

    @Option(names = "--html", paramLabel = "FILE",
            description = "writes one page with pictures, which needs no other file and no script; - is standard"
                    + " output")
    private String file;

    /** Whether a page is wanted. */
    boolean isGiven() {
        return file != null;
    }

    /** Writes a page, completely or not at all, and says so where that does not mix with it. */
    void write(String html, CommandLine.Model.CommandSpec spec) {
        PrintWriter out = spec.commandLine().getOut();
        if (file.equals(STANDARD_OUTPUT)) {
            out.println(html);
            out.flush();
            return;
        }
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        Path path = Path.of(file);
        boolean mixed = WholeFile.isStandardOutput(path);
        WholeFile.write(path, stream -> stream.write(bytes));
        (mixed ? spec.commandLine().getErr() : out).println(file + ": " + Quantity.bytes(bytes.length));
    }
}
