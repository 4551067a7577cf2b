package lanewise.plan.op.recurrent;

import java.util.List;
import lanewise.kernel.Kernels;
import lanewise.plan.op.EmbeddingOp;
import lanewise.plan.op.Frame;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.Streaming;

/**
 * An embedding that only recurrent layers read: once they all have their tables, it checks the ids and does nothing
 * else.
 *
 * @param embedding what it does until then
 * @param tables    of the layers that read it
 */
public record FoldableEmbeddingOp(EmbeddingOp embedding, List<FoldedEmbedding> tables) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        embedding.shape(dims);
    }

    @Override
    public PlanOp stream(Streaming s) {
        return s.each(this, embedding.out(), embedding.ids());
    }

    @Override
    public boolean refusesValues() {
        return true;
    }

    @Override
    public String words() {
        return "check ids, which the next layer looks up itself";
    }

    @Override
    public void run(Frame f, Kernels k) {
        for (int i = 0; i < tables.size(); i++) {
            if (!tables.get(i).serves(k)) {
                embedding.run(f, k);
                return;
            }
        }
        embedding.check(f);
    }
}
