package lanewise.flink;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * What a scorer puts out.
 *
 * @param <K>         the type of keys
 * @param <T>         the type of events
 * @param scores      the scored events, those of a key in their order; its parallelism is that of the scorer, and its
 *                    uid is the scorer's name
 * @param deadLetters the events that were not scored; empty unless they are skipped
 */
public record Scores<K, T>(SingleOutputStreamOperator<Scored<K, T>> scores, DataStream<DeadLetter<T>> deadLetters) {}
