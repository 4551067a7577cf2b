package lanewise.trust.bits;

import java.util.List;
import lanewise.OutputTensor;
import lanewise.Session;
import lanewise.spec.TensorData;

/** A hash of the bits of answers, and how many values they have. All NaN count as one. */
final class Digest {
    private long hash = 0xcbf29ce484222325L;
    private long values;

    void add(float[] answer) {
        for (float value : answer) {
            add(Float.floatToIntBits(value));
        }
    }

    private void add(long bits) {
        hash = (hash ^ bits) * 0x100000001b3L;
        hash ^= hash >>> 29;
        values++;
    }

    /** All outputs of a call. */
    void add(Session session) {
        for (OutputTensor output : session.outputs()) {
            TensorData array = output.toArray();
            switch (array.dtype()) {
                case FLOAT32 -> add(array.toFloats());
                case STRING -> add(array.strings());
                case INT32, INT64, BOOL -> {
                    for (long value : array.toLongs()) {
                        add(value);
                    }
                }
            }
        }
    }

    private void add(List<String> texts) {
        texts.forEach(text -> add((long) text.hashCode()));
    }

    long hash() {
        return hash;
    }

    long values() {
        return values;
    }
}
