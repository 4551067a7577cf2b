package lanewise.flink;

import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Keeps Lanewise's counters, also those of tasks that have ended. */
public final class Counters implements MetricReporterFactory, MetricReporter {
    private record Named(String name, Counter counter) {}

    private static final List<Named> ALL = new CopyOnWriteArrayList<>();

    /** The sum of all counters of a name since {@link #clear}. */
    static long sum(String name) {
        return ALL.stream().filter(named -> named.name().equals(name)).mapToLong(named -> named.counter().getCount())
                .sum();
    }

    static void clear() {
        ALL.clear();
    }

    @Override
    public MetricReporter createMetricReporter(Properties settings) {
        return this;
    }

    @Override
    public void open(MetricConfig settings) {}

    @Override
    public void close() {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        if (List.of(group.getScopeComponents()).contains("lanewise")) {
            ALL.add(new Named(name, (Counter) metric));
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
