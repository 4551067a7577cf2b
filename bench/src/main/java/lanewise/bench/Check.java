package lanewise.bench;

/** A benchmark proves its answer before it is timed. */
final class Check {
    private Check() {}

    static void close(float[] want, float[] got, double allowed) {
        if (want.length != got.length) {
            throw new IllegalStateException(got.length + " values, expected " + want.length);
        }
        for (int i = 0; i < want.length; i++) {
            if (!(Math.abs(want[i] - got[i]) <= allowed)) {
                throw new IllegalStateException("value " + i + " is " + got[i] + ", expected " + want[i]);
            }
        }
    }
}
