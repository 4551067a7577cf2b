package lanewise.text;

import java.util.Arrays;
import lanewise.error.InvalidSpecException;

/**
 * Keras's {@code pad_sequences}: brings sequences to one length.
 *
 * @param maxlen     the length; 0 for the length of the longest sequence
 * @param padding    where padding is added
 * @param truncating where a longer sequence is cut
 * @param value      the padding value; truncated to an integer for integer sequences
 */
public record PadSequences(int maxlen, Side padding, Side truncating, double value) {
    /** A side of a sequence. */
    public enum Side {
        /** At its start. */
        PRE,
        /** At its end. */
        POST
    }

    /** Checks the length. */
    public PadSequences {
        if (maxlen < 0) {
            throw new InvalidSpecException(
                    "pad_sequences: maxlen is " + maxlen + ", expected at least 1, or 0 for none");
        }
    }

    /**
     * Pads integers.
     *
     * @param sequences any number of sequences
     * @return [sequences][length]
     */
    public int[][] pad(int[]... sequences) {
        int length = length(Arrays.stream(sequences).mapToInt(s -> s.length).max().orElse(0));
        int[][] padded = new int[sequences.length][length];
        for (int i = 0; i < sequences.length; i++) {
            pad(sequences[i], sequences[i].length, padded[i], 0, length);
        }
        return padded;
    }

    /**
     * Pads floats.
     *
     * @param sequences any number of sequences
     * @return [sequences][length]
     */
    public float[][] pad(float[]... sequences) {
        int length = length(Arrays.stream(sequences).mapToInt(s -> s.length).max().orElse(0));
        float[][] padded = new float[sequences.length][length];
        for (int i = 0; i < sequences.length; i++) {
            int kept = Math.min(sequences[i].length, length);
            Arrays.fill(padded[i], (float) value);
            System.arraycopy(sequences[i], cut(sequences[i].length, kept), padded[i], place(length, kept), kept);
        }
        return padded;
    }

    /** Pads one sequence, of which {@code count} values count, into {@code target[offset, offset + length)}. */
    void pad(int[] sequence, int count, int[] target, int offset, int length) {
        int kept = Math.min(count, length);
        Arrays.fill(target, offset, offset + length, (int) value);
        System.arraycopy(sequence, cut(count, kept), target, offset + place(length, kept), kept);
    }

    /** What a sequence becomes if the longest has this length. */
    int length(int longest) {
        return maxlen == 0 ? longest : maxlen;
    }

    private int cut(int count, int kept) {
        return truncating == Side.PRE ? count - kept : 0;
    }

    private int place(int length, int kept) {
        return padding == Side.PRE ? length - kept : 0;
    }
}
