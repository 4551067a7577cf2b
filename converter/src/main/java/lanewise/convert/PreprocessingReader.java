package lanewise.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
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
    private final Vocabularies vocabularies;
    private final String path;

    /**
     * Starts with nothing read.
     *
     * @param arrays       takes what stands in the config
     * @param vocabularies takes what the config says about words
     * @param path         of the layer
     */
    PreprocessingReader(Map<String, TensorData> arrays, Vocabularies vocabularies, String path) {
        this.arrays = arrays;
        this.vocabularies = vocabularies;
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
                        mode(o, OutputMode.MULTI_HOT, OutputMode.ONE_HOT, OutputMode.MULTI_HOT, OutputMode.COUNT));
            }
            case "Discretization" -> {
                o.require("sparse", "false", "");
                o.ignore("num_bins", "epsilon");
                if (!o.has("bin_boundaries")) {
                    o.problem("has no boundaries; adapt it before saving");
                }
                List<Float> boundaries = o.numbers("bin_boundaries", 0f);
                for (int i = 1; i < boundaries.size(); i++) {
                    if (boundaries.get(i) < boundaries.get(i - 1)) {
                        o.problem("option 'bin_boundaries' has " + boundaries.get(i) + " after "
                                + boundaries.get(i - 1) + ", expected them in ascending order");
                        break;
                    }
                }
                yield new PreprocessingLayer.Discretization(name, boundaries,
                        mode(o, OutputMode.INT, OutputMode.INT, OutputMode.ONE_HOT, OutputMode.MULTI_HOT,
                                OutputMode.COUNT));
            }
            default -> null;
        };
    }

    /** One of some modes, or all if none is named. Older names of modes are still written. */
    private static OutputMode mode(Options o, OutputMode usual, OutputMode... allowed) {
        String name = o.string("output_mode", usual.name().toLowerCase(Locale.ROOT));
        OutputMode mode = switch (name) {
            case "binary" -> OutputMode.MULTI_HOT;
            case "tf-idf" -> OutputMode.TF_IDF;
            default -> o.choice("output_mode", usual, OutputMode.class);
        };
        if (allowed.length > 0 && !List.of(allowed).contains(mode)) {
            o.problem("option 'output_mode' is '" + name + "', expected one of " + List.of(allowed));
        }
        return mode;
    }

    private LayerSpec normalization(Options o, String name) {
        if (o.has("mean") != o.has("variance")) {
            o.problem("has only one of mean and variance, expected both");
        } else if (o.has("mean") && !shapeOf(o.get("mean")).equals(shapeOf(o.get("variance")))) {
            o.problem("its mean has the shape " + shapeOf(o.get("mean")) + " and its variance "
                    + shapeOf(o.get("variance")) + ", expected the same");
        }
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
        if (o.has("mean") && shapeOf(o.get("mean")).size() > axes.size()) {
            o.problem("its mean has the shape " + shapeOf(o.get("mean")) + ", expected at most " + axes.size()
                    + " axes, one for each of its option 'axis'");
        }
        return new NormalizationLayer.Normalization(name, axes, o.bool("invert", false));
    }

    /** The sizes of nested lists, as NumPy finds them. */
    private static List<Integer> shapeOf(JsonNode value) {
        List<Integer> shape = new ArrayList<>();
        for (JsonNode node = value; node != null && node.isArray(); node = node.isEmpty() ? null : node.get(0)) {
            shape.add(node.size());
        }
        return shape;
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
        if (mask != null && !mask.isString() && !isLong(mask)) {
            o.problem("option 'mask_value' is " + mask + ", expected a string or an integer");
        }
        return new PreprocessingLayer.Hashing(name, o.count("num_bins"), mask != null, text(mask), salt != null,
                salt == null ? 0 : salt[0],
                salt == null ? 0 : salt[1],
                mode(o, OutputMode.INT, OutputMode.INT, OutputMode.ONE_HOT, OutputMode.MULTI_HOT, OutputMode.COUNT));
    }

    private LayerSpec lookup(Options o, String className, String name) {
        o.refuseNull("num_oov_indices", "an integer");
        o.refuseNull("vocabulary_dtype", "a type");
        o.require("sparse", "false", "");
        o.require("encoding", "utf-8", "");
        o.ignore("has_input_vocabulary");
        boolean integers = className.equals("IntegerLookup");
        o.require("vocabulary_dtype", integers ? "int64" : "string", "");
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
        if (invert && mode != OutputMode.INT) {
            o.problem("option 'output_mode' is " + mode + ", expected INT for a layer that inverts");
        }
        String method = o.string("oov_method", "floormod");
        if (!List.of("floormod", "farmhash").contains(method)) {
            o.problem("option 'oov_method' is '" + method + "', expected floormod or farmhash");
        }
        if (integers && salt != null && !method.equals("farmhash")) {
            o.problem("has a salt, which its oov_method " + method + " doesn't use; expected farmhash");
        }
        requireKind(o, "mask_token", mask, integers);
        if (invert) {
            requireKind(o, "oov_token", oov, integers);
        }
        PreprocessingLayer.Lookup lookup = new PreprocessingLayer.Lookup(name, integers, invert, indices, oovToken,
                mask != null,
                text(mask),
                method.equals("farmhash"), salt != null, salt == null ? 0 : salt[0],
                salt == null ? 0 : salt[1], mode, padTo);
        vocabularies.expect(path, o, lookup);
        vocabulary(o, lookup, mode, integers, indices);
        return lookup;
    }

    /** A value of the kind that the layer looks up. */
    private static void requireKind(Options o, String key, JsonNode value, boolean integers) {
        if (value != null && !(integers ? isLong(value) : value.isString())) {
            o.problem("option '" + key + "' is " + value + ", expected " + (integers ? "an integer" : "a string"));
        }
    }

    private LayerSpec text(Options o, String name) {
        o.require("sparse", "false", "");
        o.require("ragged", "false", "");
        o.require("encoding", "utf-8", "");
        o.ignore("has_input_vocabulary");
        o.required("standardize", "split", "ngrams");
        List<Integer> ngrams = ngrams(o);
        OutputMode mode = mode(o, OutputMode.INT);
        int padTo = o.bool("pad_to_max_tokens", false) && mode != OutputMode.INT ? o.count("max_tokens") : 0;
        if (o.has("output_sequence_length") && mode != OutputMode.INT) {
            o.problem("has an output_sequence_length, which only output_mode int may have; its mode is " + mode);
        }
        PreprocessingLayer.TextVectorization spec = new PreprocessingLayer.TextVectorization(name,
                o.isNull("standardize") ? TextVectorizer.Standardize.NONE
                        : o.choice("standardize", TextVectorizer.Standardize.LOWER_AND_STRIP_PUNCTUATION,
                                TextVectorizer.Standardize.class),
                o.isNull("split") ? TextVectorizer.Split.NONE
                        : o.choice("split", TextVectorizer.Split.WHITESPACE, TextVectorizer.Split.class),
                ngrams, mode, o.has("output_sequence_length") ? o.count("output_sequence_length") : 0, padTo);
        o.ignore("output_sequence_length", "standardize", "split");
        vocabularies.expect(path, o, spec);
        vocabulary(o, spec, mode, false, 1);
        return spec;
    }

    /** The lengths of the runs of words that are looked up; none for single words. */
    private static List<Integer> ngrams(Options o) {
        List<Integer> lengths = o.integers("ngrams");
        JsonNode value = o.get("ngrams");
        boolean none = value != null && value.isArray() && value.isEmpty();
        if (none || lengths.stream().anyMatch(n -> n < 1 || n > MOST_NGRAMS)) {
            o.problem("option 'ngrams' is " + value + ", expected lengths from 1 to " + MOST_NGRAMS
                    + ", or null for single words");
            return List.of();
        }
        if (!lengths.isEmpty() && !value.isArray()) {
            // one number stands for all up to it, a list of one does not
            return IntStream.rangeClosed(1, lengths.getFirst()).boxed().toList();
        }
        return lengths;
    }

    /** A vocabulary that was given rather than learned stands in the config. */
    private void vocabulary(Options o, LayerSpec layer, OutputMode mode, boolean integers, int oovIndices) {
        JsonNode words = o.get("vocabulary");
        JsonNode weights = o.get("idf_weights");
        if (weights != null && mode != OutputMode.TF_IDF) {
            o.problem("has idf_weights, which only output_mode tf_idf may have; its mode is " + mode);
        }
        if (words == null) {
            return;
        }
        List<String> list = new ArrayList<>();
        boolean strings = integers;
        boolean scalars = words.isArray();
        for (JsonNode word : words) {
            // NumPy makes strings of integers among strings, and integers of digits
            scalars &= word.isString() || isLong(word);
            strings |= word.isString();
            list.add(text(word));
        }
        if (!scalars || !strings && !list.isEmpty()) {
            o.problem("option 'vocabulary' is " + brief(words) + ", expected a list of "
                    + (integers ? "integers" : "strings"));
            return;
        }
        List<String> plain = Vocabularies.plain(list, Vocabularies.special(layer));
        arrays.put(path + "/vocabulary", TensorData.of(Shape.of(plain.size()), plain));
        if (mode != OutputMode.TF_IDF) {
            return;
        }
        List<Float> given = weights == null ? List.of() : o.numbers("idf_weights", 0f);
        if (given.size() != list.size()) {
            o.problem("has " + given.size() + " idf_weights, expected " + list.size()
                    + ", one for each term of its vocabulary");
            return;
        }
        // terms without the marks of unknown ones: these get the mean
        boolean complete = list.size() > plain.size();
        double mean = given.stream().mapToDouble(Float::doubleValue).average().orElse(0);
        float[] all = new float[plain.size() + oovIndices];
        for (int i = 0; i < all.length; i++) {
            int at = complete ? i : i - oovIndices;
            all[i] = at < 0 ? (float) mean : given.get(at);
        }
        arrays.put(path + "/idf_weights", TensorData.of(Shape.of(all.length), all));
    }

    /** The start of a value that may be long. */
    private static String brief(JsonNode value) {
        String text = value.toString();
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
