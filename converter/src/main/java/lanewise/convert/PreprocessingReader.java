package lanewise.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lanewise.spec.LayerSpec;
import lanewise.spec.NormalizationLayer;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.PreprocessingLayer.OutputMode;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.text.TextVectorizer;
import tools.jackson.databind.JsonNode;

/** Reads preprocessing layers. Vocabularies and numbers that stand in the config become arrays of the layer. */
final class PreprocessingReader {
    private static final int MOST_OOV_INDICES = 1 << 20;
    private static final int MOST_NGRAMS = 1000;

    private final Map<String, TensorData> arrays;
    private final String path;

    PreprocessingReader(Map<String, TensorData> arrays, String path) {
        this.arrays = arrays;
        this.path = path;
    }

    /** The layer, or null if it is none of these. */
    LayerSpec read(Options o, String className, String name) {
        return switch (className) {
            case "Normalization" -> normalization(o, name);
            case "Hashing" -> hashing(o, name);
            case "IntegerLookup", "StringLookup" -> lookup(o, className, name);
            case "TextVectorization" -> text(o, name);
            case "CategoryEncoding" -> {
                o.require("sparse", "false", "");
                yield new PreprocessingLayer.CategoryEncoding(name, o.count("num_tokens"),
                        mode(o, OutputMode.MULTI_HOT));
            }
            case "Discretization" -> {
                o.require("sparse", "false", "");
                o.ignore("num_bins", "epsilon");
                if (!o.has("bin_boundaries")) {
                    o.problem("has no boundaries; adapt it before saving");
                }
                yield new PreprocessingLayer.Discretization(name, o.numbers("bin_boundaries", 0f),
                        mode(o, OutputMode.INT));
            }
            default -> null;
        };
    }

    /** Older names of modes are still written. */
    private static OutputMode mode(Options o, OutputMode usual) {
        String mode = o.string("output_mode", usual.name().toLowerCase(Locale.ROOT));
        return switch (mode) {
            case "binary" -> OutputMode.MULTI_HOT;
            case "tf-idf" -> OutputMode.TF_IDF;
            default -> o.choice("output_mode", usual, OutputMode.class);
        };
    }

    private LayerSpec normalization(Options o, String name) {
        for (String role : List.of("mean", "variance")) {
            if (o.has(role)) {
                List<Float> given = o.numbers(role, 0f);
                float[] values = new float[given.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = given.get(i);
                }
                arrays.put(path + "/" + role, TensorData.of(Shape.of(values.length), values));
            } else {
                o.ignore(role);
            }
        }
        List<Integer> axes = o.isNull("axis") ? List.of() : o.has("axis") ? o.integers("axis") : List.of(-1);
        o.ignore("axis");
        return new NormalizationLayer.Normalization(name, axes, o.bool("invert", false));
    }

    /** One or two integers as a key. */
    private static long[] salt(Options o) {
        JsonNode salt = o.get("salt");
        if (salt == null) {
            return null;
        }
        if (isLong(salt)) {
            return new long[] {salt.longValue(), salt.longValue()};
        } else if (salt.isArray() && salt.size() == 2 && isLong(salt.get(0)) && isLong(salt.get(1))) {
            return new long[] {salt.get(0).longValue(), salt.get(1).longValue()};
        }
        o.problem("option 'salt' is " + salt + ", expected one or two integers");
        return null;
    }

    private static boolean isLong(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToLong();
    }

    private static String text(JsonNode value) {
        return value == null ? "" : value.isString() ? value.stringValue() : value.toString();
    }

    private LayerSpec hashing(Options o, String name) {
        o.require("sparse", "false", "");
        long[] salt = salt(o);
        JsonNode mask = o.get("mask_value");
        return new PreprocessingLayer.Hashing(name, o.count("num_bins"), mask != null, text(mask), salt != null,
                salt == null ? 0 : salt[0],
                salt == null ? 0 : salt[1], mode(o, OutputMode.INT));
    }

    private LayerSpec lookup(Options o, String className, String name) {
        o.require("sparse", "false", "");
        o.require("encoding", "utf-8", "");
        o.ignore("vocabulary_dtype", "vocabulary_size", "has_input_vocabulary");
        boolean integers = className.equals("IntegerLookup");
        OutputMode mode = mode(o, OutputMode.INT);
        boolean invert = o.bool("invert", false);
        long[] salt = salt(o);
        JsonNode mask = o.get("mask_token");
        JsonNode oov = o.get("oov_token");
        int indices = o.has("num_oov_indices") ? o.integer("num_oov_indices") : 1;
        if (indices < 0 || indices > MOST_OOV_INDICES) {
            o.problem("option 'num_oov_indices' is " + indices + ", expected 0 to " + MOST_OOV_INDICES);
            indices = 1;
        }
        o.ignore("num_oov_indices");
        String oovToken = oov == null ? integers ? "-1" : "[UNK]" : text(oov);
        int padTo = o.bool("pad_to_max_tokens", false) ? o.count("max_tokens") : 0;
        o.ignore("max_tokens");
        PreprocessingLayer.Lookup lookup = new PreprocessingLayer.Lookup(name, integers, invert, indices, oovToken,
                mask != null,
                text(mask),
                o.string("oov_method", "floormod").equals("farmhash"), salt != null, salt == null ? 0 : salt[0],
                salt == null ? 0 : salt[1], mode, padTo);
        vocabulary(o, Vocabularies.special(lookup), indices);
        return lookup;
    }

    private LayerSpec text(Options o, String name) {
        o.require("sparse", "false", "");
        o.require("ragged", "false", "");
        o.require("encoding", "utf-8", "");
        o.ignore("vocabulary_size");
        List<Integer> ngrams = o.integers("ngrams");
        if (ngrams.size() == 1) {
            // one number stands for all up to it
            int most = ngrams.getFirst();
            if (most < 1 || most > MOST_NGRAMS) {
                o.problem("option 'ngrams' is " + most + ", expected 1 to " + MOST_NGRAMS);
                most = 1;
            }
            ngrams = new ArrayList<>();
            for (int n = 1; n <= most; n++) {
                ngrams.add(n);
            }
        }
        OutputMode mode = mode(o, OutputMode.INT);
        int padTo = o.bool("pad_to_max_tokens", false) && mode != OutputMode.INT ? o.count("max_tokens") : 0;
        o.ignore("max_tokens");
        PreprocessingLayer.TextVectorization spec = new PreprocessingLayer.TextVectorization(name,
                o.isNull("standardize") ? TextVectorizer.Standardize.NONE
                        : o.choice("standardize", TextVectorizer.Standardize.LOWER_AND_STRIP_PUNCTUATION,
                                TextVectorizer.Standardize.class),
                o.isNull("split") ? TextVectorizer.Split.NONE
                        : o.choice("split", TextVectorizer.Split.WHITESPACE, TextVectorizer.Split.class),
                ngrams, mode, o.has("output_sequence_length") ? o.count("output_sequence_length") : 0, padTo);
        o.ignore("output_sequence_length", "standardize", "split");
        vocabulary(o, Vocabularies.special(spec), 1);
        return spec;
    }

    /** A vocabulary that was given rather than learned stands in the config. */
    private void vocabulary(Options o, List<String> special, int oovIndices) {
        JsonNode words = o.get("vocabulary");
        JsonNode weights = o.get("idf_weights");
        if (words == null) {
            return;
        }
        if (!words.isArray()) {
            o.problem("option 'vocabulary' is " + words + ", expected a list");
            return;
        }
        List<String> list = new ArrayList<>();
        words.forEach(word -> list.add(text(word)));
        List<String> plain = Vocabularies.plain(list, special);
        arrays.put(path + "/vocabulary", TensorData.of(Shape.of(plain.size()), plain));
        if (weights != null) {
            List<Float> given = o.numbers("idf_weights", 0f);
            double mean = given.stream().mapToDouble(Float::doubleValue).average().orElse(0);
            boolean complete = given.size() == plain.size() + oovIndices;
            float[] all = new float[plain.size() + oovIndices];
            for (int i = 0; i < all.length; i++) {
                int at = complete ? i : i - oovIndices;
                all[i] = at < 0 ? (float) mean : at < given.size() ? given.get(at) : 0f;
            }
            arrays.put(path + "/idf_weights", TensorData.of(Shape.of(all.length), all));
        }
    }
}
