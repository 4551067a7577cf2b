package lanewise.text;

import java.util.List;

/**
 * How raw text becomes the ids that a model takes: cleaning, then the tokenizer, then padding.
 *
 * @param cleaning  the cleaning steps, in order
 * @param tokenizer splits it and looks up the ids
 * @param padding   brings the ids to the model's length
 */
public record TextInput(List<CleaningRule> cleaning, Tokenizer tokenizer, PadSequences padding) {
    /** Copies the list. */
    public TextInput {
        cleaning = List.copyOf(cleaning);
    }
}
