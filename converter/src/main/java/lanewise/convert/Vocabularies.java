package lanewise.convert;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import lanewise.spec.LayerSpec;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.PreprocessingLayer.OutputMode;

/**
 * The words of lookup layers as files hold them: with or without what stands for masks and unknown words before them.
 */
final class Vocabularies {
    private Vocabularies() {}

    /**
     * What stands before the words of a layer: the mask, then as often as there are ids for it the mark of unknown
     * words.
     */
    static List<String> special(LayerSpec layer) {
        List<String> special = new ArrayList<>();
        if (layer instanceof PreprocessingLayer.Lookup lookup) {
            if (lookup.hasMask() && (lookup.mode() == OutputMode.INT || lookup.invert())) {
                special.add(lookup.maskToken());
            }
            special.addAll(Collections.nCopies(lookup.oovIndices(), lookup.oovToken()));
        } else if (layer instanceof PreprocessingLayer.TextVectorization text) {
            if (text.mode() == OutputMode.INT) {
                special.add("");
            }
            special.add("[UNK]");
        }
        return special;
    }

    /** The words alone (as {@code IndexLookup.set_vocabulary} takes the others off). */
    static List<String> plain(List<String> words, List<String> special) {
        boolean before = words.size() >= special.size() && words.subList(0, special.size()).equals(special);
        return before ? words.subList(special.size(), words.size()) : words;
    }
}
