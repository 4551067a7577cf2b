package lanewise.docs;

import java.nio.file.Path;

/**
 * A block of code on a page, with what the comment before it says about testing it.
 *
 * @param page     the page's file
 * @param line     where the block begins, from 1 up
 * @param language of a fence, such as {@code java}; {@code sh} for an indented block
 * @param verb     the first word behind {@code <!-- test:}, or nothing without such a comment
 * @param argument what follows it
 * @param text     the lines of the block
 */
record Block(Path page, int line, String language, String verb, String argument, String text) {
    /** Where the block is, as editors and terminals take it. */
    String place() {
        return page + ":" + line;
    }

    boolean isSkipped() {
        return verb.equals("skip");
    }

    /** The file that the block is to be written to, or nothing. */
    String file() {
        return verb.equals("file") ? argument : "";
    }

    /** The code with which its commands end. */
    int exit() {
        return verb.equals("exit") ? Integer.parseInt(argument) : 0;
    }

    /**
     * What is wrong with the comment.
     *
     * @return a sentence, or nothing
     */
    String problem() {
        return switch (verb) {
            case "" -> language.matches("sh|java|json|xml") ? ""
                    : "a block of '" + language + "' is nothing that can be run: put <!-- test: ... --> before it";
            case "skip", "follow", "compile" -> argument.isEmpty() ? verb + " without a reason" : "";
            case "exit" -> argument.matches("\\d+") && language.equals("sh") ? "" : "exit takes a number, before sh";
            case "file" -> argument.matches("[\\w./-]+") && !argument.contains("..") ? "" : "file takes a name";
            case "output" -> "";
            default -> "'" + verb + "' is none of skip, follow, compile, exit, file, output";
        };
    }
}
