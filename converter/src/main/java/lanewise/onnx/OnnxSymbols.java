package lanewise.onnx;

import java.util.HashMap;
import java.util.Map;
import lanewise.onnx.OnnxValue.Unsupported;

/** Names of sizes known only at run time, and how they follow from each other. */
final class OnnxSymbols {
    private int last = OnnxValue.ROWS;
    /** For sizes that are others and a number: the other, and the number. */
    private final Map<Integer, int[]> offsets = new HashMap<>();

    /** A name for a size known only at run time. */
    int next() {
        if (--last <= OnnxValue.ROWS - OnnxValue.MOST_SYMBOLS) {
            throw new Unsupported("the model has too many sizes known only at run time");
        }
        return last;
    }

    /** A name for a size that is another one and a number. */
    int offset(int symbol, int by) {
        int[] known = offsets.getOrDefault(symbol, new int[] {symbol, 0});
        int sum = known[1] + by;
        int made = sum == 0 ? known[0] : next();
        offsets.putIfAbsent(made, new int[] {known[0], sum});
        return made;
    }

    /** The size that another one is made of, and the number that is added; itself and 0 where nothing is known. */
    int[] base(int symbol) {
        return offsets.getOrDefault(symbol, new int[] {symbol, 0});
    }

    /**
     * A position that is given as a size and a number, from the end of an axis of that size.
     *
     * @param symbol the name of the sum
     * @param size   of the axis
     * @return the number: -1 for the last position
     */
    int fromEnd(int symbol, int size) {
        int[] known = offsets.getOrDefault(symbol, new int[] {symbol, 0});
        if (known[0] != size || known[1] > 0) {
            throw new Unsupported("it asks for a position known only at run time");
        }
        return known[1];
    }
}
