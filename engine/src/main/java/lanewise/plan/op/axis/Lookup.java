package lanewise.plan.op.axis;

import lanewise.error.InvalidInputException;
import lanewise.kernel.Memory;
import lanewise.plan.op.Frame;

/** Positions that a call gives. */
final class Lookup {
    private Lookup() {}

    /**
     * A position, counted from the start.
     *
     * @param layer its path, for messages
     * @param f     memory of one predictor
     * @param at    the value of the positions: integers
     * @param i     which of them
     * @param size  of the axis
     */
    static int position(String layer, Frame f, int at, long i, int size) {
        int given = Memory.getInt(f.data(at), i);
        int position = given < 0 ? given + size : given;
        if (position < 0 || position >= size) {
            throw new InvalidInputException("layer '" + layer + "': position " + given + " is outside of its axis, "
                    + "expected " + -size + " to " + (size - 1));
        }
        return position;
    }
}
