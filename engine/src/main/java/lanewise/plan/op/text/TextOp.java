package lanewise.plan.op.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.kernel.Memory;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;
import lanewise.spec.Shape;
import lanewise.text.TextVectorizer;

/**
 * The ids of the words of texts. Where the number of words is free, the longest text of the call decides.
 *
 * @param layer      its path, for messages
 * @param x          [batch, 1] texts
 * @param out        [batch, words] ids
 * @param vectorizer makes words
 * @param ids        of words
 * @param unknown    id of other words
 * @param padding    what stands behind a text's words
 * @param length     words of a text, or 0 for those of the longest
 */
public record TextOp(String layer, int x, int out, TextVectorizer vectorizer, Map<String, Integer> ids, int unknown,
        int padding, int length)
        implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        dims[out][0] = dims[x][0];
        dims[out][1] = length > 0 ? length : Shape.ANY;
    }

    @Override
    public void shapeLargest(int[][] dims, int maxSteps) {
        dims[out][0] = dims[x][0];
        dims[out][1] = length > 0 ? length : maxSteps;
    }

    @Override
    public boolean hasDynamicShape() {
        return true;
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.whole(this, "splits whole texts", out, x);
    }

    @Override
    public boolean refusesValues() {
        return true;
    }

    @Override
    public void run(Frame f, Kernels k) {
        int batch = f.dims(x)[0];
        int width = length;
        List<List<String>> texts = new ArrayList<>();
        for (int b = 0; b < batch; b++) {
            texts.add(vectorizer.words(f.strings(x)[b]));
            width = length > 0 ? length : Math.max(width, texts.getLast().size());
        }
        int most = f.largest(out)[1];
        if (width > most) {
            throw new InvalidInputException(
                    "layer '" + layer + "': a text has " + width + " words, but this predictor was made for at most "
                            + most + "; ask model.predictor(maxBatch, maxSteps) for more");
        }
        // a call without a word still has a place to look at
        width = Math.max(width, 1);
        f.dims(out)[1] = width;
        for (int b = 0; b < batch; b++) {
            List<String> words = texts.get(b);
            for (int i = 0; i < width; i++) {
                int id = i < words.size() ? ids.getOrDefault(words.get(i), unknown) : padding;
                Memory.setInt(f.data(out), (long) b * width + i, id);
            }
        }
    }
}
