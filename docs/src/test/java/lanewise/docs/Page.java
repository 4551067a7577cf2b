package lanewise.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page in Markdown, taken apart into its blocks of code.
 *
 * <p>A comment on a line of its own before a block says what tests do with it:
 *
 * <ul>
 * <li>nothing: {@code sh} is run and must end well, {@code java} is compiled and run, {@code json} and {@code xml} are
 * parsed, and any other block is refused
 * <li>{@code <!-- test: exit 1 -->}: the commands end with that code
 * <li>{@code <!-- test: output -->}: what the block before it printed; {@code ...} stands for anything in a line
 * <li>{@code <!-- test: file App.java -->}: is written to that file, for the blocks behind it
 * <li>{@code <!-- test: follow REASON -->}: is run by {@code .ci/follow-docs} only, since it takes Maven or long
 * <li>{@code <!-- test: compile REASON -->}: Java that is compiled only
 * <li>{@code <!-- test: skip REASON -->}: is not run
 * </ul>
 *
 * @param file   the page
 * @param blocks its blocks in order
 */
record Page(Path file, List<Block> blocks) {
    private static final Pattern COMMENT = Pattern.compile("\\s*<!-- test: (\\w+) ?(.*?) ?-->\\s*");
    private static final Pattern FENCE = Pattern.compile("( *)(```+)(\\w*)\\s*");
    private static final Pattern ITEM = Pattern.compile("\\s*([-*+]|\\d+\\.) .*");
    private static final String INDENT = "    ";

    /**
     * Reads a page.
     *
     * @param root the checkout
     * @param file the page's path in it
     */
    static Page read(Path root, Path file) throws IOException {
        List<String> lines = Files.readAllLines(root.resolve(file));
        List<Block> blocks = new ArrayList<>();
        Matcher comment = null;
        boolean list = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher fence = FENCE.matcher(line);
            Matcher test = COMMENT.matcher(line);
            int begin = i;
            if (fence.matches()) {
                while (++i < lines.size() && !lines.get(i).strip().equals(fence.group(2))) {
                    // to the end of the block
                }
                int indent = fence.group(1).length();
                blocks.add(block(file, begin, fence.group(3), comment, lines.subList(begin + 1, i).stream()
                        .map(inner -> inner.substring(Math.min(indent, inner.length()))).toList()));
                comment = null;
            } else if (!list && line.startsWith(INDENT) && (i == 0 || lines.get(i - 1).isBlank())) {
                while (i + 1 < lines.size() && (lines.get(i + 1).isBlank() || lines.get(i + 1).startsWith(INDENT))) {
                    i++;
                }
                blocks.add(block(file, begin, "sh", comment, lines.subList(begin, i + 1).stream()
                        .map(inner -> inner.isBlank() ? "" : inner.substring(INDENT.length())).toList()));
                comment = null;
            } else if (test.matches()) {
                comment = test;
            } else if (!line.isBlank()) {
                // an indented line behind an item of a list goes on with the item
                list = ITEM.matcher(line).matches() || list && line.startsWith(" ");
                if (comment != null) {
                    throw new IllegalStateException(file + ":" + i + ": no block behind the comment");
                }
            }
        }
        return new Page(file, List.copyOf(blocks));
    }

    private static Block block(Path file, int line, String language, Matcher comment, List<String> lines) {
        return new Block(file, line + 1, language, comment == null ? "" : comment.group(1),
                comment == null ? "" : comment.group(2),
                lines.stream().collect(Collectors.joining("\n")).stripTrailing());
    }
}
