package lanewise.bench.rivals;

import java.nio.FloatBuffer;
import lanewise.bench.Network;
import lanewise.bench.Workload;

/** Inputs in the order [steps][batch][features], which these engines take; Keras's users have them batch first. */
final class TimeMajor {
    private TimeMajor() {}

    /** Copies floats. */
    static void put(Workload workload, Network network, Workload.Call call, FloatBuffer to) {
        int features = network.features();
        int batch = workload.batch();
        if (batch == 1) {
            to.put(0, call.x());
            return;
        }
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < workload.steps(); t++) {
                to.put((t * batch + b) * features, call.x(), (b * workload.steps() + t) * features, features);
            }
        }
    }

    /** Looks the rows of ids up. */
    static void embed(Workload workload, Network network, Workload.Call call, FloatBuffer to) {
        int features = network.features();
        int batch = workload.batch();
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < workload.steps(); t++) {
                int id = call.ids()[b * workload.steps() + t];
                to.put((t * batch + b) * features, network.embeddings(), id * features, features);
            }
        }
    }

    /** Copies ids. */
    static void ids(Workload workload, int[] ids, int[] to) {
        for (int b = 0; b < workload.batch(); b++) {
            for (int t = 0; t < workload.steps(); t++) {
                to[t * workload.batch() + b] = ids[b * workload.steps() + t];
            }
        }
    }
}
