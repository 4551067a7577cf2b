package lanewise.cli.rows;

import java.io.IOException;

/** Where rows come from. For one thread at a time. */
public interface Rows extends AutoCloseable {
    /** Most rows of a block. */
    int MAX_BLOCK_ROWS = 64;
    /** Rows whose bytes are about as many end a block. */
    int BLOCK_BYTES = 1 << 18;

    /**
     * The next rows. The first blocks are small, so that the first answers come at once.
     *
     * @return rows, or null behind the last one
     * @throws IOException if they can't be read
     */
    RowBlock next() throws IOException;

    /**
     * How much there is to read.
     *
     * @return in the unit of {@link RowBlock#position}, or 0 if nobody knows
     */
    long total();

    /**
     * Where they come from, for messages.
     *
     * @return the name of a file, or "standard input"
     */
    String name();

    @Override
    void close();
}
