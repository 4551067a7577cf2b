package lanewise.docs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Follows pages in a checkout, Maven and all. A program of its own: {@code .ci/follow-docs} runs it on a fresh clone.
 */
final class FollowDocs {
    private static final int SECONDS = 900;

    private FollowDocs() {}

    /**
     * Follows pages.
     *
     * @param args the checkout, and the pages in it, in order
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path checkout = Path.of(args[0]).toAbsolutePath();
        for (String name : List.of(args).subList(1, args.length)) {
            List<String> problems = new Follower(checkout, true, SECONDS, List.of())
                    .follow(Page.read(checkout, Path.of(name)));
            if (!problems.isEmpty()) {
                System.err.println(String.join("\n\n", problems));
                System.exit(1);
            }
        }
    }
}
