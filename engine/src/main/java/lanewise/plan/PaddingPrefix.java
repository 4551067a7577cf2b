package lanewise.plan;

import java.lang.foreign.MemorySegment;
import lanewise.kernel.Memory;

/**
 * The states of a recurrent layer after 0, 1, 2, ... steps of padding: where a text that is padded in front starts.
 *
 * @param ids    the ids, [batch, steps]; id 0 is padding
 * @param starts scratch for the length of each row's padding
 * @param states for each state [steps + 1][padded]
 */
record PaddingPrefix(int ids, int starts, MemorySegment[] states) {
    /** Finds out how long the padding of each row is. */
    void find(Frame f, int batch, int steps) {
        for (int b = 0; b < batch; b++) {
            int n = 0;
            while (n < steps && Memory.getInt(f.data[ids], (long) b * steps + n) == 0) {
                n++;
            }
            Memory.setInt(f.data[starts], b, n);
        }
    }

    /** The length of a row's padding. */
    int start(Frame f, int b) {
        return Memory.getInt(f.data[starts], b);
    }
}
