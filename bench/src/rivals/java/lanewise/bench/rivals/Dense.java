package lanewise.bench.rivals;

import lanewise.bench.Network;

/** The dense layer for engines that are recurrent layers only. */
final class Dense {
    private Dense() {}

    /** Puts softmax or sigmoid of {@code h * kernel + bias} behind {@code at}. */
    static void apply(Network.Head head, float[] h, float[] y, int at) {
        int units = head.units();
        double sum = 0;
        for (int j = 0; j < units; j++) {
            float z = head.bias()[j];
            for (int k = 0; k < h.length; k++) {
                z += h[k] * head.kernel()[k * units + j];
            }
            y[at + j] = (float) Math.exp(z);
            sum += y[at + j];
        }
        for (int j = 0; j < units; j++) {
            y[at + j] /= (float) (units > 1 ? sum : 1 + y[at + j]);
        }
    }
}
