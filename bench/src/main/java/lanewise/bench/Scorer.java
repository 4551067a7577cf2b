package lanewise.bench;

/** An engine that holds a network, ready to score. One thread. */
public interface Scorer extends AutoCloseable {
    /**
     * Scores one call.
     *
     * @param call of the workload that the scorer was made for
     * @return [batch][outputs], perhaps the scorer's own array
     * @throws Exception where the engine says so
     */
    float[] score(Workload.Call call) throws Exception;

    @Override
    void close();
}
