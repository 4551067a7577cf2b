package lanewise.kernel;

/** Parts of sums along a row that both twins share. */
final class Rows {
    private Rows() {}

    /** Joins 16 partial sums in the one order; destroys them. */
    static float join(float[] sums) {
        for (int step = Panels.WIDTH / 2; step > 0; step /= 2) {
            for (int i = 0; i < step; i++) {
                sums[i] += sums[i + step];
            }
        }
        return sums[0];
    }

    static float inverseRoot(float x) {
        return 1f / (float) Math.sqrt(x);
    }

    /**
     * Keras's sparsemax, in place: {@code max(x - t, 0)}. Keras's threshold t is not that of Martins and Astudillo
     * (2016), who named the function: Keras adds up the running sums of the largest values, where the paper takes the
     * last one (keras/src/backend/tensorflow/nn.py, sparsemax). Models were trained with Keras's, so it is computed
     * here.
     */
    static void sparsemax(float[] row, int width) {
        float sums = 0f;
        float sum = 0f;
        int kept = 0;
        float last = Float.POSITIVE_INFINITY;
        int lastAt = -1;
        // Keras looks at every value, but those after the first one that is left out matter only if their sum overflows
        boolean overflows = false;
        for (int i = 0; i < width; i++) {
            overflows |= row[i] < -Float.MAX_VALUE / width;
        }
        for (int seen = 1; seen <= width; seen++) {
            // the next largest value; equal ones in the order of the row
            int at = -1;
            for (int i = 0; i < width; i++) {
                boolean later = row[i] < last || row[i] == last && i > lastAt;
                if (later && (at < 0 || row[i] > row[at])) {
                    at = i;
                }
            }
            boolean keeps = at >= 0 && row[at] - (sum + row[at] - 1f) / seen > 0f;
            if (at < 0 || !keeps && !overflows) {
                break;
            }
            last = row[at];
            lastAt = at;
            sum += last;
            sums += keeps ? sum : 0f;
            kept += keeps ? 1 : 0;
        }
        float threshold = (sums - 1f) / kept;
        for (int i = 0; i < width; i++) {
            float p = row[i] - threshold;
            row[i] = p < 0f ? 0f : p;
        }
    }
}
