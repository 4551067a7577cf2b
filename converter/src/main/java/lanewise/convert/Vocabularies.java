package lanewise.convert;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import lanewise.error.ModelFileException;
import lanewise.spec.LayerSpec;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.PreprocessingLayer.OutputMode;
import lanewise.spec.TensorData;

/**
 * The words of lookup layers as files hold them: with or without what stands for masks and unknown words before them,
 * in the config or one a line in a file of their own. What Keras refuses is refused here: ids would differ from those
 * that the model was trained with.
 */
final class Vocabularies {
    /** Where Python's {@code str.splitlines} cuts. */
    private static final Pattern LINE_END = Pattern.compile("\\r\\n|[\\n\\x0b\\f\\r\\x1c-\\x1e\\x85\\u2028\\u2029]");

    /**
     * What the config says about a layer's words.
     *
     * @param options      of the layer
     * @param layer        the layer
     * @param maxTokens    the most ids that it may have, or 0 for any number
     * @param expectedSize how many ids it must have, or 0 for any number
     */
    private record Rule(Options options, LayerSpec layer, int maxTokens, int expectedSize) {}

    private final Map<String, Rule> rules = new LinkedHashMap<>();

    /**
     * Remembers what the config says about a layer's words, which may be in another file.
     *
     * @param path  of the layer
     * @param o     its options
     * @param layer the layer
     */
    void expect(String path, Options o, LayerSpec layer) {
        int most = o.has("max_tokens") ? o.integer("max_tokens") : 0;
        if (o.has("max_tokens") && most < 2) {
            o.problem("option 'max_tokens' is " + most + ", expected at least 2");
        }
        int size = o.has("vocabulary_size") ? o.integer("vocabulary_size") : 0;
        boolean fixed = switch (layer) {
            case PreprocessingLayer.Lookup lookup -> lookup.mode() != OutputMode.INT && lookup.padTo() == 0;
            case PreprocessingLayer.TextVectorization text -> text.mode() != OutputMode.INT && text.padTo() == 0;
            default -> false;
        };
        o.ignore("max_tokens", "vocabulary_size");
        rules.put(path, new Rule(o, layer, most, fixed ? size : 0));
    }

    /** Reports the words that {@code IndexLookup.set_vocabulary} of Keras refuses. */
    void check(Map<String, TensorData> arrays) {
        rules.forEach((path, rule) -> {
            TensorData words = arrays.get(path + "/vocabulary");
            if (words != null) {
                check(rule, words.strings(), arrays.get(path + "/idf_weights"));
            }
        });
    }

    private static void check(Rule rule, List<String> words, TensorData weights) {
        List<String> special = special(rule.layer());
        boolean integers = false;
        String mask = "";
        String oov = null;
        if (rule.layer() instanceof PreprocessingLayer.Lookup lookup) {
            integers = lookup.integers();
            mask = lookup.hasMask() ? lookup.maskToken() : null;
            oov = lookup.invert() ? lookup.oovToken() : null;
        }
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            Integer before = first.putIfAbsent(words.get(i), i);
            if (before != null) {
                rule.options().problem("its vocabulary has a repeated term, '" + words.get(i) + "', at " + before
                        + " and " + i + ", which Keras refuses. In a vocabulary.txt, which has a term a line, a term"
                        + " with a line break becomes several: build the layer with vocabulary=[...] instead of"
                        + " adapting it, or take such terms out of the texts");
                return;
            }
        }
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals(mask) || word.equals(oov)) {
                rule.options().problem("its vocabulary has '" + word + "' at " + i + ", which stands for "
                        + (word.equals(mask) ? "the mask" : "unknown values")
                        + ": such terms may only come first, in the order " + special
                        + "; build the layer with a vocabulary without it");
                return;
            } else if (integers && !isLong(word)) {
                rule.options().problem("its vocabulary has '" + word + "' at " + i + ", expected integers of 64 bits");
                return;
            }
        }
        int ids = special.size() + words.size();
        if (words.isEmpty()) {
            rule.options().problem("its vocabulary is empty; adapt the layer, or build it with vocabulary=[...]");
        } else if (rule.maxTokens() > 0 && ids > rule.maxTokens()) {
            rule.options().problem("its vocabulary makes " + ids + " ids, expected at most " + rule.maxTokens()
                    + ", its max_tokens");
        } else if (rule.expectedSize() > 0 && ids != rule.expectedSize()) {
            rule.options().problem("its vocabulary makes " + ids + " ids, expected " + rule.expectedSize()
                    + ", its vocabulary_size; vocabulary and config are of different models");
        } else if (weights != null && weights.shape().size() != ids
                && (rule.maxTokens() == 0 || weights.shape().size() != rule.maxTokens())) {
            rule.options().problem("it has " + weights.shape().size() + " idf_weights, expected " + ids
                    + ", one for each id");
        }
    }

    private static boolean isLong(String word) {
        try {
            Long.parseLong(word);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /**
     * The terms of a vocabulary.txt, as Keras reads them ({@code IndexLookup.load_assets}): UTF-8, one a line, without
     * empty lines at the end.
     *
     * @param file  its name, for messages
     * @param bytes what it holds
     * @throws ModelFileException if it is no UTF-8
     */
    static List<String> lines(String file, byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new ModelFileException(file + " holds bytes that are no UTF-8, in which Keras writes it", e);
        }
        List<String> lines = List.of(LINE_END.split(text, -1));
        int end = lines.size();
        while (end > 0 && lines.get(end - 1).isEmpty()) {
            end--;
        }
        return lines.subList(0, end);
    }

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
    static List<String> plain(List<String> given, List<String> special) {
        // NumPy, through which Keras passes them, drops zeros at the end
        List<String> words = given.stream().map(Vocabularies::withoutZeros).toList();
        boolean before = words.size() >= special.size() && words.subList(0, special.size()).equals(special);
        return before ? words.subList(special.size(), words.size()) : words;
    }

    private static String withoutZeros(String word) {
        int end = word.length();
        while (end > 0 && word.charAt(end - 1) == 0) {
            end--;
        }
        return word.substring(0, end);
    }
}
