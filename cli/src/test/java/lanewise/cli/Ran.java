package lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a command printed and its exit code. */
record Ran(int code, String out, String err) {
    static Ran run(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true),
                Arrays.stream(args).map(Object::toString).toArray(String[]::new));
        return new Ran(code, out.toString(), err.toString());
    }

    static String good(Object... args) {
        Ran ran = run(args);
        assertEquals(Main.GOOD, ran.code(), ran.err());
        return ran.out();
    }

    /** Runs what must end with one line on stderr that holds some words, and exit code 2. */
    static void bad(String words, Object... args) {
        Ran ran = run(args);
        assertEquals(Main.BAD, ran.code(), () -> ran.out() + ran.err());
        assertTrue(ran.err().startsWith("lanewise: ") && !ran.err().contains("unexpected"), ran.err());
        assertEquals(1, ran.err().lines().count(), ran.err());
        for (String word : words.split(" ")) {
            assertTrue(ran.err().contains(word), () -> "'" + word + "' expected in: " + ran.err());
        }
    }

    /** Runs a command that reads lines from standard input. */
    static Ran withInput(String lines, Object... args) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
        try {
            return run(args);
        } finally {
            System.setIn(before);
        }
    }
}
