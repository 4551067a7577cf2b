package lanewise.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.NarrowArray;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/**
 * What tells a model from all others: a number made of its layers, text handling, labels and weights, in the form that
 * a model file has. It is the same for a model and for the file that it is converted to, on every machine. It guards
 * against mistakes, not against forgery. Immutable.
 */
public final class ModelIdentity {
    private static final int PART_BYTES = 1 << 16;

    private final ModelSpec spec;
    private final long weights;
    /** 0 until it is asked for: long vocabularies take milliseconds, which opening a model does not wait for. */
    private volatile long number;

    private ModelIdentity(ModelSpec spec, long weights) {
        this.spec = spec;
        this.weights = weights;
    }

    /**
     * Reads the weights of a model; its description is read when it is needed.
     *
     * @param spec    what the model is
     * @param weights its weights, as they are kept
     * @param options what else decides about the bits of its answers
     * @return its identity
     */
    public static ModelIdentity of(ModelSpec spec, Weights weights, List<String> options) {
        Sum sum = new Sum();
        spec.graph().walk((path, layer) -> {
            for (String role : layer.weightRoles()) {
                String key = path + "/" + role;
                Optional.ofNullable(weights.arrays().get(key)).ifPresent(array -> sum.add(key, array));
                Optional.ofNullable(weights.narrow().get(key)).ifPresent(array -> sum.add(key, array));
            }
        });
        options.forEach(sum::add);
        return new ModelIdentity(spec, sum.value());
    }

    /**
     * The number.
     *
     * @return 64 bits, the same for models that answer alike
     */
    public long number() {
        if (number == 0) {
            Sum sum = new Sum();
            sum.add(weights);
            sum.add(head(out -> new SpecWriter(out).write(spec.graph())));
            if (spec.text() != null) {
                sum.add(head(out -> TextKeys.write(out, spec.text())));
            }
            spec.labels().forEach(sum::add);
            number = sum.value();
        }
        return number;
    }

    /**
     * A number that tells a layer from others, whatever its weights.
     *
     * @param layer what it is
     * @return made of its kind and all its options
     */
    public static int of(LayerSpec layer) {
        Sum sum = new Sum();
        sum.add(head(out -> new SpecWriter(out).write(layer)));
        return Long.hashCode(sum.value());
    }

    private interface Keys {
        void write(GgufWriter out);
    }

    private static byte[] head(Keys keys) {
        GgufWriter out = new GgufWriter("lanewise");
        keys.write(out);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A sum over parts: two checksums of each, which the JDK computes at the speed of memory. */
    private static final class Sum {
        private final CRC32 first = new CRC32();
        private final CRC32C second = new CRC32C();
        private final byte[] part = new byte[PART_BYTES];
        private final MemorySegment partSegment = MemorySegment.ofArray(part);
        private long mixed = 1;

        void add(String key, TensorData array) {
            add(key + " " + array.dtype() + " " + array.shape());
            add(array.values());
            array.strings().forEach(this::add);
        }

        void add(String key, NarrowArray array) {
            add(key + " " + array.format() + " " + array.shape());
            add(array.words());
            add(TensorData.of(Shape.of(array.scales().length), array.scales()).values());
        }

        void add(String text) {
            add(text.getBytes(StandardCharsets.UTF_8));
        }

        void add(byte[] bytes) {
            add(MemorySegment.ofArray(bytes));
        }

        private void add(MemorySegment values) {
            first.reset();
            second.reset();
            for (long at = 0; at < values.byteSize(); at += PART_BYTES) {
                int count = (int) Math.min(PART_BYTES, values.byteSize() - at);
                MemorySegment.copy(values, at, partSegment, 0, count);
                first.update(part, 0, count);
                second.update(part, 0, count);
            }
            add(values.byteSize());
            add(first.getValue() << 32 | second.getValue());
        }

        /** As the finalizer of SplitMix64 does. */
        void add(long number) {
            long z = (mixed ^ number) + 0x9e3779b97f4a7c15L;
            z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
            z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
            mixed = z ^ z >>> 31;
        }

        /** Never 0. */
        long value() {
            return mixed == 0 ? 1 : mixed;
        }
    }
}
