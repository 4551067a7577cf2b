package lanewise.format;

import java.util.Arrays;
import java.util.List;
import lanewise.error.InvalidSpecException;
import lanewise.error.ModelFileException;
import lanewise.text.CleaningRule;
import lanewise.text.PadSequences;
import lanewise.text.TextInput;
import lanewise.text.Tokenizer;

/** Text handling as keys below {@code lanewise.text}. */
final class TextKeys {
    private static final String CLEANING = "lanewise.text.cleaning";
    private static final String TOKENIZER = "lanewise.text.tokenizer.";
    private static final String PADDING = "lanewise.text.padding.";

    private TextKeys() {}

    static void write(GgufWriter out, TextInput text) {
        out.putStrings(CLEANING, text.cleaning().stream().map(WireConstants::name).toList());
        Tokenizer tokenizer = text.tokenizer();
        Tokenizer.Options options = tokenizer.options();
        out.put(TOKENIZER + "num_words", options.numWords());
        out.put(TOKENIZER + "filters", options.filters());
        out.put(TOKENIZER + "lower", options.lower());
        out.put(TOKENIZER + "split", options.split());
        out.put(TOKENIZER + "char_level", options.charLevel());
        if (options.oovToken() != null) {
            out.put(TOKENIZER + "oov_token", options.oovToken());
        }
        out.put(TOKENIZER + "document_count", tokenizer.documentCount());
        out.putStrings(TOKENIZER + "words", tokenizer.words());
        out.putInts(TOKENIZER + "ids", Arrays.stream(tokenizer.ids()).boxed().toList());
        out.putInts(TOKENIZER + "documents", Arrays.stream(tokenizer.documents()).boxed().toList());
        PadSequences padding = text.padding();
        out.put(PADDING + "maxlen", padding.maxlen());
        out.put(PADDING + "padding", WireConstants.name(padding.padding()));
        out.put(PADDING + "truncating", WireConstants.name(padding.truncating()));
        out.put(PADDING + "value", padding.value());
    }

    /** The text handling, or null if the file has none. */
    static TextInput read(Keys keys) {
        if (!keys.has(TOKENIZER + "filters")) {
            return null;
        }
        try {
            List<CleaningRule> cleaning = keys.constants(CLEANING, CleaningRule.class);
            Tokenizer.Options options = new Tokenizer.Options(keys.integer(TOKENIZER + "num_words"),
                    keys.string(TOKENIZER + "filters"), keys.bool(TOKENIZER + "lower"),
                    keys.string(TOKENIZER + "split"),
                    keys.bool(TOKENIZER + "char_level"),
                    keys.has(TOKENIZER + "oov_token") ? keys.string(TOKENIZER + "oov_token") : null);
            Tokenizer tokenizer = new Tokenizer(options, keys.strings(TOKENIZER + "words"),
                    ints(keys, TOKENIZER + "ids"),
                    ints(keys, TOKENIZER + "documents"), keys.integer(TOKENIZER + "document_count"));
            PadSequences padding = new PadSequences(keys.integer(PADDING + "maxlen"),
                    keys.constant(PADDING + "padding", PadSequences.Side.class),
                    keys.constant(PADDING + "truncating", PadSequences.Side.class),
                    keys.number(PADDING + "value"));
            return new TextInput(cleaning, tokenizer, padding);
        } catch (InvalidSpecException e) {
            throw new ModelFileException(keys.file() + ": its text handling can't be read: " + e.getMessage());
        }
    }

    private static int[] ints(Keys keys, String key) {
        return keys.integers(key).stream().mapToInt(i -> i).toArray();
    }
}
