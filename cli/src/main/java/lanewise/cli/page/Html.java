package lanewise.cli.page;

/**
 * Writes HTML. Texts and attributes are escaped here and nowhere else, so that no name from a file can become markup.
 */
final class Html {
    private final StringBuilder out = new StringBuilder();

    /**
     * Begins an element.
     *
     * @param tag        its name
     * @param attributes names and values in turn
     */
    Html open(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
        out.append('>');
        return this;
    }

    Html close(String tag) {
        out.append("</").append(tag).append('>');
        return this;
    }

    /** Ends an element that fills whole lines, so that the source can be read too. */
    Html end(String tag) {
        close(tag);
        out.append('\n');
        return this;
    }

    Html text(String text) {
        escape(text);
        return this;
    }

    /** A whole element that holds a text. */
    Html element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close(tag);
    }

    /** An element without content, of HTML or SVG. */
    Html empty(String tag, String... attributes) {
        open(tag, attributes);
        out.setCharAt(out.length() - 1, '/');
        out.append('>');
        return this;
    }

    /** Markup of our own, such as a style sheet. */
    Html markup(String markup) {
        out.append(markup);
        return this;
    }

    /** The beginning of a text that is longer than a page has room for. */
    static String cut(String text, int letters) {
        return text.codePointCount(0, text.length()) <= letters ? text
                : text.substring(0, text.offsetByCodePoints(0, letters - 3)) + "...";
    }

    int length() {
        return out.length();
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                // what can't be written in HTML, and what would turn the direction of the text after it
                default -> out.append(c < ' ' && c != '\n' && c != '\t' || c == 0x7f || isLoneSurrogate(text, i)
                        || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069' ? '\ufffd' : c);
            }
        }
    }

    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        return Character.isHighSurrogate(c) && (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1)))
                || Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
