package lanewise.plan;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.Memory;

/**
 * What a recurrent layer adds for its input, for every row of the embedding before it: {@code bias + row * kernel} in the kernels' own
 * order of additions, so that no bit changes.
 *
 * @param embedding the step that need not run
 * @param table     [count][gateFloats]
 */
record FoldedEmbedding(EmbeddingStep embedding, MemorySegment table) {
    /** Checks all ids, before any step runs: a stateful layer must not stop half way. */
    void check(Frame f, int count) {
        for (int i = 0; i < count; i++) {
            embedding.id(f, i);
        }
    }

    /** Copies the input parts of some ids. */
    void copy(Frame f, long first, int count, int gateFloats, MemorySegment to, long offset) {
        for (int i = 0; i < count; i++) {
            long id = embedding.id(f, first + i);
            Memory.copy(table, id * gateFloats, to, offset + (long) i * gateFloats, gateFloats);
        }
    }
}
