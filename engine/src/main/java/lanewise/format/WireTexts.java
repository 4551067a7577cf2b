package lanewise.format;

import lanewise.spec.PreprocessingLayer.OutputMode;
import lanewise.text.CleaningRule;
import lanewise.text.PadSequences;
import lanewise.text.TextVectorizer.Split;
import lanewise.text.TextVectorizer.Standardize;

/** What the values of options of text handling are called in files; see {@link WireConstants}. */
final class WireTexts {
    private WireTexts() {}

    /** The name of a constant. */
    static String name(Enum<?> constant) {
        if (constant instanceof PadSequences.Side side) {
            return name(side);
        } else if (constant instanceof CleaningRule rule) {
            return name(rule);
        } else if (constant instanceof OutputMode mode) {
            return name(mode);
        } else if (constant instanceof Split split) {
            return name(split);
        } else if (constant instanceof Standardize standardize) {
            return name(standardize);
        }
        throw new IllegalArgumentException(constant.getDeclaringClass() + " has no names for files");
    }

    private static String name(PadSequences.Side side) {
        return switch (side) {
            case PRE -> "pre";
            case POST -> "post";
        };
    }

    private static String name(CleaningRule rule) {
        return switch (rule) {
            case LOWER -> "lower";
            case KEEP_ASCII_LETTERS_DIGITS_SPACE -> "keep_ascii_letters_digits_space";
            case KEEP_ASCII_LETTERS_SPACE -> "keep_ascii_letters_space";
            case ALL_BUT_ASCII_LETTERS_TO_SPACE -> "all_but_ascii_letters_to_space";
            case DROP_PUNCTUATION -> "drop_punctuation";
            case DROP_DIGITS -> "drop_digits";
            case LINE_BREAK_TAGS_TO_SPACE -> "line_break_tags_to_space";
            case JOIN_SPACES -> "join_spaces";
            case STRIP -> "strip";
        };
    }

    private static String name(OutputMode mode) {
        return switch (mode) {
            case INT -> "int";
            case ONE_HOT -> "one_hot";
            case MULTI_HOT -> "multi_hot";
            case COUNT -> "count";
            case TF_IDF -> "tf_idf";
        };
    }

    private static String name(Split split) {
        return switch (split) {
            case NONE -> "none";
            case WHITESPACE -> "whitespace";
            case CHARACTER -> "character";
        };
    }

    private static String name(Standardize standardize) {
        return switch (standardize) {
            case NONE -> "none";
            case LOWER -> "lower";
            case STRIP_PUNCTUATION -> "strip_punctuation";
            case LOWER_AND_STRIP_PUNCTUATION -> "lower_and_strip_punctuation";
        };
    }
}
