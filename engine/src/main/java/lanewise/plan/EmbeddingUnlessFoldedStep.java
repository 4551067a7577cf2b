package lanewise.plan;

import java.util.List;
import lanewise.kernel.Kernels;

/**
 * An embedding that only recurrent layers read: once they all have their tables, it checks the ids and does nothing
 * else.
 *
 * @param embedding what it does until then
 * @param tables    of the layers that read it
 */
record EmbeddingUnlessFoldedStep(EmbeddingStep embedding, List<FoldedEmbedding> tables) implements Step {
    @Override
    public void shape(int[][] dims) {
        embedding.shape(dims);
    }

    @Override
    public Step stream(Streaming s) {
        return s.each(this, embedding.out(), embedding.ids());
    }

    @Override
    public void run(Frame f, Kernels k) {
        for (int i = 0; i < tables.size(); i++) {
            if (!tables.get(i).isMade()) {
                embedding.run(f, k);
                return;
            }
        }
        embedding.check(f);
    }
}
