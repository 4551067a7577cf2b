package lanewise.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lanewise.convert.TokenizerReader;
import lanewise.error.ModelFileException;
import lanewise.text.PadSequences;
import lanewise.text.Tokenizer;
import tools.jackson.databind.JsonNode;

/** Checks the answers of a tokenizer and of {@code pad_sequences}. */
final class TokenizerCase {
    private static final double TOLERANCE = 1e-12;

    private TokenizerCase() {}

    static CaseResult check(CaseFolder folder) {
        Tokenizer tokenizer = TokenizerReader.read(folder.path("tokenizer"));
        JsonNode expected = folder.file("expected");
        int texts = expected.path("texts").size();
        if (texts == 0 || expected.path("sequences").size() != texts || expected.path("texts_again").size() != texts) {
            return new CaseResult(CaseResult.Outcome.REJECT, folder.name(), 0,
                    "its texts, sequences and texts_again are none or differ in number, so it checks nothing");
        }
        for (int i = 0; i < texts; i++) {
            String text = expected.get("texts").get(i).asString("");
            int[] ids = tokenizer.textToSequence(text);
            int[] want = integers(expected.get("sequences").get(i));
            if (!Arrays.equals(ids, want)) {
                return fail(folder,
                        "text '" + text + "' gives " + Arrays.toString(ids) + ", expected " + Arrays.toString(want));
            }
            String again = tokenizer.sequenceToText(ids);
            if (!again.equals(expected.get("texts_again").get(i).asString(""))) {
                return fail(folder, "ids " + Arrays.toString(ids) + " give '" + again + "', expected "
                        + expected.get("texts_again").get(i));
            }
            for (Tokenizer.MatrixMode mode : Tokenizer.MatrixMode.values()) {
                JsonNode row = expected.path("matrix_" + mode.name().toLowerCase(Locale.ROOT)).path(i);
                if (row.isArray() && !equal(tokenizer.sequenceToMatrix(ids, mode), row)) {
                    return fail(folder, "text '" + text + "' gives another " + mode + " row than expected");
                }
            }
        }
        return new CaseResult(CaseResult.Outcome.PASS, folder.name(), 0, null);
    }

    static CaseResult checkPadding(CaseFolder folder) {
        JsonNode checks = folder.file("expected");
        if (!checks.isArray() || checks.isEmpty()) {
            return new CaseResult(CaseResult.Outcome.REJECT, folder.name(), 0,
                    "it lists no calls, so it checks nothing");
        }
        for (JsonNode check : checks) {
            PadSequences pad = new PadSequences(check.path("maxlen").asInt(0), side(check, "padding"),
                    side(check, "truncating"),
                    check.path("value").doubleValue());
            boolean integers = check.path("dtype").asString("").startsWith("int");
            List<String> got = new ArrayList<>();
            if (integers) {
                int[][] sequences = check.path("sequences").valueStream().map(TokenizerCase::integers)
                        .toArray(int[][]::new);
                Arrays.stream(pad.pad(sequences)).forEach(row -> got.add(Arrays.toString(row)));
            } else {
                float[][] sequences = check.path("sequences").valueStream().map(TokenizerCase::floats)
                        .toArray(float[][]::new);
                Arrays.stream(pad.pad(sequences)).forEach(row -> got.add(Arrays.toString(row)));
            }
            List<String> want = check.path("padded").valueStream()
                    .map(row -> integers ? Arrays.toString(integers(row)) : Arrays.toString(floats(row))).toList();
            if (!got.equals(want)) {
                return fail(folder, pad + " of " + check.path("sequences") + " gives " + got + ", expected " + want);
            }
        }
        return new CaseResult(CaseResult.Outcome.PASS, folder.name(), 0, null);
    }

    private static PadSequences.Side side(JsonNode check, String key) {
        String side = check.path(key).asString("");
        for (PadSequences.Side known : PadSequences.Side.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(side)) {
                return known;
            }
        }
        throw new ModelFileException("its " + key + " is '" + side + "', expected pre or post");
    }

    private static CaseResult fail(CaseFolder folder, String why) {
        return new CaseResult(CaseResult.Outcome.FAIL, folder.name(), 0, why);
    }

    /** Integers as NumPy makes them of floats: cut toward zero. */
    private static int[] integers(JsonNode list) {
        return list.valueStream().mapToInt(value -> (int) value.doubleValue()).toArray();
    }

    private static float[] floats(JsonNode list) {
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).floatValue();
        }
        return values;
    }

    private static boolean equal(double[] got, JsonNode want) {
        boolean equal = got.length == want.size();
        for (int i = 0; equal && i < got.length; i++) {
            equal = Math.abs(got[i] - want.get(i).doubleValue()) <= TOLERANCE * Math.max(1, Math.abs(got[i]));
        }
        return equal;
    }
}
