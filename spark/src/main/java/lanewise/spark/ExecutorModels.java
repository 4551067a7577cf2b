package lanewise.spark;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import lanewise.Model;
import lanewise.error.ModelFileException;
import lanewise.options.ModelOptions;
import lanewise.tasks.SharedModel;

/**
 * The models of this executor: opened once and kept between tasks, which come and go. Those that were used last are
 * kept; others are closed with their last task.
 */
final class ExecutorModels {
    /** More than the models of one job, few enough for the memory of a cluster that serves many jobs. */
    private static final int MOST = 4;
    private static final Map<String, SharedModel> KEPT = new LinkedHashMap<>(MOST, 0.75f, true);

    private ExecutorModels() {}

    /**
     * Holds a model for a task.
     *
     * @param fingerprint of the model
     * @param file        gives its bytes, if it has to be opened
     * @return the model; close it at the task's end
     */
    static SharedModel hold(String fingerprint, Supplier<byte[]> file) {
        String key = "Spark's " + fingerprint;
        SharedModel model = SharedModel.hold(key, () -> open(fingerprint, file.get()));
        synchronized (KEPT) {
            if (KEPT.get(key) == null) {
                KEPT.put(key, SharedModel.hold(key, () -> {
                    throw new AssertionError("a model that is held was closed");
                }));
            }
            for (Iterator<SharedModel> oldest = KEPT.values().iterator(); KEPT.size() > MOST;) {
                oldest.next().close();
                oldest.remove();
            }
        }
        return model;
    }

    private static Model open(String fingerprint, byte[] bytes) {
        Model model = Model.open(bytes, ModelOptions.DEFAULT);
        if (!model.fingerprint().equals(fingerprint)) {
            model.close();
            throw new ModelFileException("the executor opened the model " + model.fingerprint() + ", but the driver "
                    + fingerprint + ": do both have the same release of Lanewise?");
        }
        return model;
    }
}
