package lanewise;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import lanewise.error.InvalidInputException;

/**
 * The keys of one call of a {@link Stepper} for several streams: checks that they differ, and keeps what is needed to
 * undo a call that is refused midway. Allocated once, or when it is first needed.
 */
final class KeyBatch {
    private final int maxRows;
    private final int stateBytes;
    /** A hash table of the keys of this call, open addressing; an entry counts if its call is this one. */
    private final long[] table;
    private final int[] callOfEntry;
    private int call;
    private MemorySegment states = MemorySegment.ofArray(new int[0]);
    private float[] inputRow = new float[0];
    private float[] outputRow = new float[0];
    private float[] answers = new float[0];
    private final boolean[] due;

    KeyBatch(int maxRows, long stateBytes) {
        this.maxRows = maxRows;
        this.stateBytes = Math.toIntExact(stateBytes);
        int slots = Integer.highestOneBit(Math.clamp(maxRows, 1, 1 << 28)) << 2;
        table = new long[slots];
        callOfEntry = new int[slots];
        due = new boolean[maxRows];
    }

    /** Refuses too many keys, a key that is given twice, and one that is out of range. Takes linear time. */
    void check(long[] keys, StateStore store, Usage usage) {
        if (keys.length > maxRows) {
            throw new InvalidInputException(keys.length + " keys are given, but " + usage.moreRoom(maxRows));
        }
        if (++call == 0) {
            // numbers of calls begin again
            Arrays.fill(callOfEntry, 0);
            call = 1;
        }
        int mask = table.length - 1;
        for (long key : keys) {
            store.offset(key);
            int slot = Long.hashCode(key * 0x9e3779b97f4a7c15L) & mask;
            while (callOfEntry[slot] == call) {
                if (table[slot] == key) {
                    throw new InvalidInputException(
                            "key " + key + " is given twice: a stream goes one step ahead at a time");
                }
                slot = slot + 1 & mask;
            }
            table[slot] = key;
            callOfEntry[slot] = call;
        }
    }

    float[] inputRow(int length) {
        inputRow = inputRow.length == length ? inputRow : new float[length];
        return inputRow;
    }

    float[] outputRow(int length) {
        outputRow = outputRow.length == length ? outputRow : new float[length];
        answers = answers.length == maxRows * length ? answers : new float[Math.multiplyExact(maxRows, length)];
        return outputRow;
    }

    /** Keeps the states of the keys' streams. */
    void keep(long[] keys, StateStore store) {
        long needed = (long) keys.length * stateBytes;
        if (states.byteSize() < needed) {
            states = MemorySegment.ofArray(new int[Math.toIntExact(needed / Integer.BYTES)]);
        }
        for (int row = 0; row < keys.length; row++) {
            MemorySegment.copy(store.memory(), store.offset(keys[row]), states, (long) row * stateBytes, stateBytes);
        }
    }

    /** Makes the states of the keys' streams what they were. */
    void restore(long[] keys, StateStore store) {
        for (int row = 0; row < keys.length; row++) {
            MemorySegment.copy(states, (long) row * stateBytes, store.memory(), store.offset(keys[row]), stateBytes);
        }
    }

    /** Notes the answer of a row, if it has one. */
    void answer(int row, float[] y, boolean isDue) {
        due[row] = isDue;
        if (isDue) {
            System.arraycopy(y, 0, answers, row * y.length, y.length);
        }
    }

    /** Copies the answers of the rows that have one. */
    void copyAnswers(int rows, float[] y) {
        int width = outputRow.length;
        for (int row = 0; row < rows; row++) {
            if (due[row]) {
                System.arraycopy(answers, row * width, y, row * width, width);
            }
        }
    }
}
