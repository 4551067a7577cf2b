package lanewise.flink;

import java.io.Serializable;

/**
 * An event of the tests.
 *
 * @param key      null in a bad event
 * @param number   counts the events of all keys
 * @param features null in a bad event
 */
public record Event(String key, long number, float[] features) implements Serializable {
    /** An event whose key and features follow from its number. */
    static Event of(long number, int keys) {
        float[] features = new float[SmallModel.FEATURES];
        for (int i = 0; i < features.length; i++) {
            long mixed = (number * SmallModel.FEATURES + i + 1) * 0x9e3779b97f4a7c15L;
            features[i] = ((mixed ^ mixed >>> 29) * 0xbf58476d1ce4e5b9L >> 40) / (float) (1 << 23);
        }
        return new Event("key-" + Math.floorMod(number * 7919, keys), number, features);
    }
}
