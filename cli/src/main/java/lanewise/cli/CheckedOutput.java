package lanewise.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Locale;

/**
 * Where all commands print their results. A {@link PrintWriter} passes over a failed write in silence; through this
 * stream the write ends the run.
 */
final class CheckedOutput extends OutputStream {
    /** What a shell gives for a program that a closed pipe ended: 128 and the number of SIGPIPE. */
    static final int CLOSED_PIPE = 141;

    private final OutputStream stream;

    private CheckedOutput(OutputStream stream) {
        this.stream = stream;
    }

    /**
     * A printer whose every failed write throws {@link Lost}.
     *
     * @param stream  what it prints to
     * @param charset of the text
     */
    static PrintWriter printer(OutputStream stream, Charset charset) {
        return new PrintWriter(new BufferedWriter(new OutputStreamWriter(new CheckedOutput(stream), charset)), true);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
        try {
            stream.write(bytes, from, count);
        } catch (IOException e) {
            throw new Lost(e);
        }
    }

    @Override
    public void flush() {
        try {
            stream.flush();
        } catch (IOException e) {
            throw new Lost(e);
        }
    }

    /** Whether an error, or what caused it, says that nobody reads a pipe any more. */
    static boolean isClosedPipe(Throwable error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            String message = e instanceof IOException ? String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT) : "";
            // on Unix; on Windows for a pipe that is closed, and one that is being closed
            if (message.contains("broken pipe") || message.contains("pipe has been ended")
                    || message.contains("pipe is being closed")) {
                return true;
            }
        }
        return false;
    }

    /** Standard output takes nothing any more. */
    static final class Lost extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        Lost(IOException cause) {
            super("standard output can't be written: " + cause.getMessage(), cause);
        }
    }
}
