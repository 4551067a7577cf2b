package lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lanewise.error.ModelFileException;
import lanewise.error.Shortened;
import lanewise.error.UnsupportedModelException;
import org.junit.jupiter.api.Test;

/** Messages are one line a cause, in which nothing from a file is printed whole that is long. */
class ShortenedTest {
    @Test
    void listsAndTextsAreCut() {
        String list = "1.25, ".repeat(1000);
        for (String brackets : List.of("[]", "{}")) {
            String message = Shortened
                    .of("found " + brackets.charAt(0) + list + "2" + brackets.charAt(1) + ", expected [3]");
            assertTrue(message.length() < 120 && message.endsWith("..." + brackets.charAt(1) + ", expected [3]"),
                    message);
        }
        String text = Shortened
                .of("layer '" + "name ".repeat(100) + "' can't be used: Keras's \"" + "x".repeat(200) + "\".");
        assertTrue(text.length() < 200 && text.contains("...' can't be used: Keras's \"x") && text.endsWith("...\"."),
                text);
        // characters of two chars stay whole
        String faces = Shortened.of("'" + "\ud83d\ude00".repeat(100) + "'");
        assertTrue(faces.chars().filter(c -> Character.isHighSurrogate((char) c)).count() == faces.chars()
                .filter(c -> Character.isLowSurrogate((char) c)).count(), faces);
    }

    @Test
    void ordinaryMessagesStayAsTheyAre() {
        String plain = "layer 'd' (Dense): it can't take [1, 2] or {\"a\": 3}, because that isn't what Keras's file"
                + " says; a long sentence without lists isn't cut, and an open [ bracket is none, it's only a sign";
        assertEquals(plain, Shortened.of(plain));
        assertEquals("", Shortened.of(""));
    }

    @Test
    void exceptionsSayOneLineACause() {
        UnsupportedModelException e = new UnsupportedModelException(List.of("layer 'a\nb': wrong", "second", "second"));
        assertEquals(List.of("layer 'a b': wrong", "second"), e.problems());
        assertEquals("2 problems:\n  layer 'a b': wrong\n  second", e.getMessage());
        assertEquals("one", new UnsupportedModelException(List.of("one", "one")).getMessage());
        assertTrue(new ModelFileException("[" + "5, ".repeat(99) + "5]").getMessage().length() < 110);
    }

    @Test
    void charactersThatControlATerminalAreSpelledOut() {
        assertEquals("layer '\\u001b[2J\\u0000' (Dense)", Shortened.of("layer '\u001b[2J\0' (Dense)"));
        assertEquals("'\\u202egnp.exe'", new ModelFileException("'\u202egnp.exe'").getMessage());
        assertEquals("'a\\u0009b'", new UnsupportedModelException(List.of("'a\tb'")).getMessage());
        String message = "text 'großartig, 素晴らしい, رائع 👍' is unknown";
        assertEquals(message, Shortened.of(message));
    }
}
