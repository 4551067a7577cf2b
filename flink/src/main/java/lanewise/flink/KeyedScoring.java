package lanewise.flink;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import lanewise.Model;
import lanewise.error.InvalidInputException;
import lanewise.error.LanewiseException;
import lanewise.error.ModelFileException;
import lanewise.tasks.KeyedStepper;
import lanewise.tasks.SharedModel;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** The task of a {@link KeyedScorer}: a stepper, and the bytes of each key's {@link lanewise.State}. */
final class KeyedScoring<K, T> extends KeyedProcessFunction<K, T, Scored<K, T>> {
    private static final long serialVersionUID = 1L;

    private final Settings<T> settings;
    private final OutputTag<DeadLetter<T>> tag;
    private transient BadEvents<T> bad;
    private transient Counter scored;
    private transient ValueState<byte[]> states;
    private transient SharedModel shared;
    private transient KeyedStepper stepper;

    KeyedScoring(Settings<T> settings, OutputTag<DeadLetter<T>> tag) {
        this.settings = settings;
        this.tag = tag;
    }

    @Override
    public void open(OpenContext context) {
        bad = new BadEvents<>(settings, getRuntimeContext(), tag);
        scored = BadEvents.metrics(getRuntimeContext()).counter("scored");
        ValueStateDescriptor<byte[]> descriptor = new ValueStateDescriptor<>("lanewise",
                PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        if (settings.idle() != null) {
            descriptor.enableTimeToLive(StateTtlConfig.newBuilder(settings.idle()).build());
        }
        states = getRuntimeContext().getState(descriptor);
        try {
            shared = hold(Path.of(settings.model()));
            stepper = new KeyedStepper(needFitting(shared.model()), settings.adopts());
        } catch (LanewiseException e) {
            throw new ModelFileException(BadEvents.task(settings, getRuntimeContext()) + host() + ": "
                    + e.getMessage() + "; every task manager needs the right model there", e);
        }
    }

    /** A file that was replaced is another model, also while tasks of other jobs hold the old one. */
    private static SharedModel hold(Path path) {
        String version;
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            version = file.lastModifiedTime() + ", " + file.size() + " bytes";
        } catch (IOException e) {
            throw new ModelFileException("the model " + path + " can't be read: " + e, e);
        }
        return SharedModel.hold(path.toAbsolutePath() + ", " + version, () -> Model.open(path));
    }

    private Model needFitting(Model model) {
        if (settings.fingerprint() != null && !settings.fingerprint().equals(model.fingerprint())) {
            throw new InvalidInputException("the model " + settings.model() + " has the fingerprint "
                    + model.fingerprint() + ", but the job expects " + settings.fingerprint());
        }
        return model;
    }

    private static String host() {
        try {
            return " on " + InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "";
        }
    }

    @Override
    public void processElement(T event, Context context, Collector<Scored<K, T>> out) throws Exception {
        Optional<float[]> scores;
        try {
            float[] features = settings.features().map(event);
            if (features == null) {
                throw new InvalidInputException("the event has no features");
            }
            scores = stepper.step(states.value(), features);
        } catch (InvalidInputException e) {
            bad.put(event, "key '" + context.getCurrentKey() + "'", e, context::output);
            return;
        }
        states.update(stepper.state());
        if (scores.isPresent()) {
            scored.inc();
            out.collect(new Scored<>(context.getCurrentKey(), event, scores.get()));
        }
    }

    @Override
    public void close() {
        // also called if open has failed half way
        if (stepper != null) {
            stepper.close();
        }
        if (shared != null) {
            shared.close();
        }
    }
}
