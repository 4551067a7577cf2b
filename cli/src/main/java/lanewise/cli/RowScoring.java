package lanewise.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.cli.Main.BadInput;
import lanewise.cli.rows.BatchTrial;
import lanewise.cli.rows.BlockScorer;
import lanewise.cli.rows.OrderedWork;
import lanewise.cli.rows.RowBlock;
import lanewise.cli.rows.Rows;
import lanewise.cli.rows.ScoredRow;
import picocli.CommandLine;

/** Scores all rows, and prints the answers or writes them into files. */
final class RowScoring implements AutoCloseable {
    private final Rows rows;
    private final Model model;
    private final AnswerPrinter printer;
    private final PrintWriter out;
    private final PrintWriter err;
    private final List<OutputFile> files = new ArrayList<>();
    private final FewMessages bad = new FewMessages();
    private final FewMessages unknown = new FewMessages();
    private Progress progress;
    private long good;

    RowScoring(Rows rows, Model model, AnswerPrinter printer, CommandLine command) {
        this.rows = rows;
        this.model = model;
        this.printer = printer;
        out = command.getOut();
        err = command.getErr();
    }

    /** Writes an output into a file; then answers are not printed. */
    void write(OutputTensor output, Path to) {
        files.add(new OutputFile(to, output));
    }

    /**
     * Scores.
     *
     * @param threads that do it; one if a call continues the one before it
     * @param oneByOne whether rows are calls of their own in any case
     * @param skipBad whether rows that can't be read are left out
     * @throws BadInput at the first bad row, or if there is no good one
     */
    void run(int threads, boolean oneByOne, boolean skipBad) throws IOException {
        progress = new Progress(err, rows.total(), !files.isEmpty());
        BatchTrial trial = new BatchTrial(model, oneByOne);
        OrderedWork.run(rows, threads, () -> new Scoring(new BlockScorer(model, trial, skipBad)),
                (block, scored) -> take(block, scored, skipBad));
        progress.end(good);
        for (String message : bad.first()) {
            err.println("lanewise: left out: " + message);
        }
        if (bad.count() > 0) {
            err.println("lanewise: " + bad.count() + " of " + (bad.count() + good) + " rows were left out"
                    + (bad.more() > 0 ? ", the first " + bad.first().size() + " are named above" : ""));
        }
        if (unknown.more() > 0) {
            err.println("lanewise: warning: of " + unknown.count() + " texts the model knows no word");
        }
        if (good == 0) {
            throw new BadInput(bad.count() > 0 ? "no row of " + rows.name() + " could be read"
                    : "nothing to score: " + rows.name() + " has no rows; give a file, --text, --input, or lines on"
                            + " standard input");
        }
        files.forEach(OutputFile::finish);
    }

    /** Takes the answers to some rows, in order. */
    private void take(RowBlock block, List<Printed> scored, boolean skipBad) {
        try {
            for (Printed printed : scored) {
                take(printed.row(), printed.line(), skipBad);
            }
        } finally {
            // also what stands before a bad row
            out.flush();
        }
        progress.update(good + bad.count(), block.position());
    }

    private void take(ScoredRow row, String line, boolean skipBad) {
        if (row.problem() != null) {
            String message = row.place() + ": " + row.problem();
            if (!skipBad) {
                progress.clear();
                throw new BadInput(message);
            }
            bad.add(message);
            return;
        }
        good++;
        if (row.text() != null && row.answer().knownWords().equals(OptionalInt.of(0)) && unknown.add("")) {
            progress.clear();
            err.println("lanewise: warning: the model knows no word of \"" + row.text()
                    + "\"; its answer says nothing about the text");
        }
        if (line != null) {
            out.write(line);
            out.write(System.lineSeparator());
        }
        files.forEach(file -> file.add(row.place(), row.answer()));
    }

    @Override
    public void close() {
        files.forEach(OutputFile::close);
    }

    /** A row and what is printed for it, or null. */
    private record Printed(ScoredRow row, String line) {}

    /** Also makes the lines that are printed, which takes about as long as a small model. */
    private final class Scoring implements OrderedWork.Worker<List<Printed>> {
        private final BlockScorer scorer;

        Scoring(BlockScorer scorer) {
            this.scorer = scorer;
        }

        @Override
        public List<Printed> work(RowBlock block) {
            List<Printed> printed = new ArrayList<>();
            for (ScoredRow row : scorer.score(block)) {
                printed.add(new Printed(row, row.problem() != null || !files.isEmpty() ? null : printer.line(row)));
            }
            return printed;
        }

        @Override
        public void close() {
            scorer.close();
        }
    }
}
