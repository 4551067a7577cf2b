package lanewise.kafka;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the newest record of the control topic where every task of this JVM sees it. Never refuses one: an exception
 * here would end the whole client, so the tasks judge.
 */
final class ControlReader implements Processor<byte[], String, Void, Void> {
    /** The only key of the store. */
    static final String NEWEST = "newest";

    private final String storeName;
    private ProcessorContext<Void, Void> context;
    private KeyValueStore<String, String> store;

    ControlReader(String storeName) {
        this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<Void, Void> given) {
        context = given;
        store = given.getStateStore(storeName);
    }

    @Override
    public void process(Record<byte[], String> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        store.put(NEWEST, Control.of(at.topic(), at.partition(), at.offset(), record.value()).toString());
    }
}
