package lanewise.flink;

import com.sun.management.OperatingSystemMXBean;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import lanewise.Model;
import lanewise.tasks.KeyedStepper;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * Measures how many events Flink scores, with a model and with states of the same size but no model. Figures of CPU are
 * those of the whole JVM, with what makes the events, and so depend little on what else the machine does.
 *
 * @param events how many
 * @param keys   how many
 */
record Throughput(int events, int keys) implements Serializable {
    /** Keeps a state for each key, as the scorer does, but does not compute. */
    private static final class NoModel extends KeyedProcessFunction<String, Event, Scored<String, Event>> {
        private static final long serialVersionUID = 1L;

        private final int bytes;
        private transient ValueState<byte[]> states;

        NoModel(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public void open(OpenContext context) {
            states = getRuntimeContext().getState(
                    new ValueStateDescriptor<>("lanewise", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        }

        @Override
        public void processElement(Event event, Context context, Collector<Scored<String, Event>> out)
                throws Exception {
            byte[] before = states.value();
            states.update(before == null ? new byte[bytes] : before.clone());
            out.collect(new Scored<>(context.getCurrentKey(), event, new float[1]));
        }
    }

    /** Runs a job with some events; returns microseconds of CPU for an event. */
    private double run(Path folder, String what, int count, String backend, int parallelism, Path model, int stateBytes)
            throws Exception {
        StreamExecutionEnvironment cluster = Jobs.cluster(folder, backend, "execution.checkpointing.interval", "1 s");
        DataStream<Event> source = Jobs.events(cluster, count, 1e9, number -> Event.of(number, keys));
        DataStream<Scored<String, Event>> scores = model != null
                ? Jobs.score(KeyedScorer.of("small", model, Event::features), source, parallelism).scores()
                : source.keyBy(Event::key, Types.STRING)
                        .process(new NoModel(stateBytes), Scored.type(Types.STRING, Jobs.EVENTS))
                        .setParallelism(parallelism);
        scores.sinkTo(new DiscardingSink<>()).setParallelism(parallelism);
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        double seconds = cluster.execute().getNetRuntime() / 1e3;
        double micros = (system.getProcessCpuTime() - cpu) / 1e3 / count;
        if (what != null) {
            System.out.println(String.format(Locale.ROOT,
                    "%-10s %-28s %d subtasks %9.0f events/s %6.2f us of CPU an event", backend, what, parallelism,
                    count / seconds, micros));
        }
        return micros;
    }

    /** Nanoseconds of CPU that a step takes with reading and writing the key's state, in a loop. */
    private double step(Path file, int[] stateBytes) {
        try (Model model = Model.open(file)) {
            model.stepper().close();
            while (!model.isWarmedUp()) {
                Thread.onSpinWait();
            }
            try (KeyedStepper stepper = new KeyedStepper(model, false)) {
                float[][] features = new float[1000][];
                byte[][] states = new byte[features.length][];
                for (int i = 0; i < features.length; i++) {
                    features[i] = Event.of(i, keys).features();
                }
                long start = 0;
                for (int round = 0; round < 1100; round++) {
                    start = round == 100 ? cpu() : start;
                    for (int i = 0; i < features.length; i++) {
                        stepper.step(states[i], features[i]);
                        states[i] = stepper.state();
                    }
                }
                stateBytes[0] = states[0].length;
                return (cpu() - start) / 1e6;
            }
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Measures and prints. */
    void run(Path folder) throws Exception {
        Path model = SmallModel.write(folder.resolve("small.gguf"), 1);
        int[] bytes = new int[1];
        double step = step(model, bytes);
        System.out.println(String.format(Locale.ROOT,
                "LSTM(%d) of %d features, %d keys; a state: %d bytes; a step in a loop: %.0f ns of CPU",
                SmallModel.UNITS,
                SmallModel.FEATURES, keys, bytes[0], step));
        for (String backend : new String[] {"hashmap", "rocksdb"}) {
            // compiles what is measured
            run(folder, null, events / 4, backend, 1, model, 0);
            run(folder, null, events / 4, backend, 1, null, bytes[0]);
            for (int parallelism = 1; parallelism <= 2; parallelism++) {
                double micros = run(folder, "with the model", events, backend, parallelism, model, 0);
                run(folder, "with states, but no model", events, backend, parallelism, null, bytes[0]);
                System.out.println(String.format(Locale.ROOT, "share of the model: %.1f %%", step / 10 / micros));
            }
        }
    }
}
