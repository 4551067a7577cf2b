package lanewise.cli.rows;

import java.util.List;
import java.util.Map;
import lanewise.Scorer;
import lanewise.spec.TensorData;

/** Rows that are texts, all in memory. */
public final class TextRows implements Rows {
    private final List<String> texts;
    private int next;

    /**
     * Takes texts.
     *
     * @param texts a row each
     */
    public TextRows(List<String> texts) {
        this.texts = List.copyOf(texts);
    }

    @Override
    public RowBlock next() {
        int row = next++;
        return row >= texts.size() ? null : new RowBlock() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public long number(int i) {
                return row + 1L;
            }

            @Override
            public String place(int i) {
                return "text " + number(i);
            }

            @Override
            public String text(int i) {
                return texts.get(row);
            }

            @Override
            public Map<String, TensorData> call(Scorer scorer, int from, int to) {
                throw new IllegalStateException("a text is no call");
            }

            @Override
            public long position() {
                return number(0);
            }
        };
    }

    @Override
    public long total() {
        return texts.size();
    }

    @Override
    public String name() {
        return "--text";
    }

    @Override
    public void close() {
        // nothing is open
    }
}
