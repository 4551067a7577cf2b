package lanewise.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Text handling where it differs from what Java would do, and the cleaning steps; Keras's own answers are in the
 * conformance cases.
 */
class TextTest {
    private static String clean(CleaningRule step, String text) {
        TextBuffer buffer = new TextBuffer();
        buffer.set(text);
        step.apply(buffer);
        return buffer.toString();
    }

    @Test
    void lowerCaseIsPythons() {
        for (String text : List.of("ABC xyz", "ÉTÉ Straße", "İstanbul İİ", "ΣΊΣΥΦΟΣ ΟΔΟΣ.", "Σ", "ΑΣ' Β", "Α.Σ.",
                "ΑΣ\u0301", "𐐀𐐁 😀",
                "ǅ")) {
            assertEquals(text.toLowerCase(Locale.ROOT), clean(CleaningRule.LOWER, text), text);
        }
    }

    @Test
    void cleaningSteps() {
        assertEquals("Its 5 oclock\u00a0x",
                clean(CleaningRule.KEEP_ASCII_LETTERS_DIGITS_SPACE, "It's 5 o'clöck,\u00a0x😀".replace("ö",
                        "o")));
        assertEquals("Its  oclck", clean(CleaningRule.KEEP_ASCII_LETTERS_SPACE, "It's 5 o'clöck"));
        assertEquals("It s   o cl ck ", clean(CleaningRule.ALL_BUT_ASCII_LETTERS_TO_SPACE, "It's 5 o'clöck😀"));
        assertEquals("Its clöck 5", clean(CleaningRule.DROP_PUNCTUATION, "It's, (clöck) #5!"));
        assertEquals("a b", clean(CleaningRule.DROP_DIGITS, "a1 2b3"));
        assertEquals("a  b <br/>", clean(CleaningRule.LINE_BREAK_TAGS_TO_SPACE, "a<br /><br />b <br/>"));
        assertEquals(" a b ", clean(CleaningRule.JOIN_SPACES, "\t a \n\u2003 b  "));
        assertEquals("a b", clean(CleaningRule.STRIP, "\u00a0 a b\n"));
        assertEquals("", clean(CleaningRule.STRIP, "  "));
    }

    @Test
    void vocabularyFindsEveryWord() {
        List<String> words = IntStream.range(0, 5000).mapToObj(i -> "w" + i * 7919 % 5003).distinct().toList();
        int[] ids = IntStream.rangeClosed(1, words.size()).toArray();
        Vocabulary vocabulary = new Vocabulary(words, ids);
        for (int i = 0; i < ids.length; i++) {
            char[] word = words.get(i).toCharArray();
            assertEquals(ids[i], vocabulary.id(word, 0, word.length));
            assertEquals(Vocabulary.UNKNOWN, vocabulary.id(word, 0, 0));
        }
    }

    @Test
    void separatorsOfSeveralCharacters() {
        Tokenizer tokenizer = new Tokenizer(new Tokenizer.Options(0, ".", false, "--", false, null),
                List.of("a", "b", "a-"),
                new int[] {1, 2, 3}, new int[0], 0);
        // Python: "a--b--a----zz--a---b".split("--") is a, b, a, "", zz, a, -b
        assertArrayEquals(new int[] {1, 2, 1, 1}, tokenizer.textToSequence("a--b.a----zz--a-.b"));
    }

    @Test
    void badTokenizersAreRefused() {
        Tokenizer.Options options = new Tokenizer.Options(0, "", true, " ", false, null);
        assertThrows(IllegalArgumentException.class,
                () -> new Tokenizer(options, List.of("a", "a"), new int[] {1, 2}, new int[0], 0));
        assertThrows(IllegalArgumentException.class,
                () -> new Tokenizer(options, List.of("a"), new int[] {0}, new int[0], 0));
        assertThrows(IllegalArgumentException.class,
                () -> new Tokenizer(options, List.of("a"), new int[] {1, 2}, new int[0], 0));
        assertThrows(IllegalArgumentException.class, () -> new Tokenizer.Options(0, "", true, "", false, null));
        Tokenizer.Options unknown = new Tokenizer.Options(0, "", true, " ", false, "?");
        assertThrows(IllegalArgumentException.class,
                () -> new Tokenizer(unknown, List.of("a"), new int[] {1}, new int[0], 0));
    }
}
