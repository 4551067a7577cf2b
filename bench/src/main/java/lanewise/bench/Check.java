package lanewise.bench;

/** A benchmark proves its answer before it is timed. */
final class Check {
    private Check() {}

    /** Compares an answer with the part of a result that begins at an index. */
    static void close(double[] want, float[] got, int from, double allowed) {
        if (got.length < from + want.length) {
            throw new IllegalStateException(got.length + " values, expected " + (from + want.length));
        }
        for (int i = 0; i < want.length; i++) {
            if (!(Math.abs(want[i] - got[from + i]) <= allowed)) {
                throw new IllegalStateException(
                        "value " + (from + i) + " is " + got[from + i] + ", expected " + want[i]);
            }
        }
    }

    /** The largest difference between an answer and the part of a result that begins at an index. */
    static double largest(double[] want, float[] got, int from) {
        double largest = 0;
        for (int i = 0; i < want.length; i++) {
            largest = Math.max(largest, Math.abs(want[i] - got[from + i]));
        }
        return largest;
    }

    static void close(float[] want, float[] got, double allowed) {
        double[] wanted = new double[want.length];
        for (int i = 0; i < want.length; i++) {
            wanted[i] = want[i];
        }
        close(wanted, got, 0, allowed);
    }
}
