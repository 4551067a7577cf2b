package lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.ModelSpec;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.Weights;

/** Builds small models with seeded weights: a chain of layers behind one input. */
public final class TestModels {
    private static final int CALLS = 3000;

    private final Random random;
    private final Map<String, TensorData> arrays = new LinkedHashMap<>();

    /** A builder whose numbers follow from a seed. */
    public TestModels(long seed) {
        random = new Random(seed);
    }

    /** A model of one input and a chain of layers. */
    public static ModelSpec chain(LayerSpec... layers) {
        List<Graph.Node> nodes = new ArrayList<>();
        for (LayerSpec layer : layers) {
            nodes.add(new Graph.Node(layer, nodes.isEmpty() ? List.of() : List.of(new Graph.Ref(nodes.size() - 1, 0)),
                    null));
        }
        Graph.Output output = new Graph.Output("out", new Graph.Ref(nodes.size() - 1, 0));
        return new ModelSpec("chain", new Graph(nodes, List.of(0), List.of(output)));
    }

    /** An input of floats. */
    public static LayerSpec.InputLayer floats(int... shape) {
        return new LayerSpec.InputLayer("x", Shape.of(shape), DType.FLOAT32);
    }

    /** An input of ids. */
    public static LayerSpec.InputLayer ids(int... shape) {
        return new LayerSpec.InputLayer("ids", Shape.of(shape), DType.INT32);
    }

    /** Adds an array of normal numbers of a size that keeps sums around 1. */
    public float[] array(String key, int... shape) {
        int count = 1;
        for (int dim : shape) {
            count *= dim;
        }
        double scale = shape.length > 1 ? 1 / Math.sqrt(shape[shape.length - 2]) : 0.5;
        float[] values = floats(count, scale);
        arrays.put(key, TensorData.of(Shape.of(shape), values));
        return values;
    }

    /** Normal numbers. */
    public float[] floats(int count, double scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return values;
    }

    /** Ids from 0 up. */
    public int[] ids(int count, int limit, double zeroShare) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextDouble() < zeroShare ? 0 : 1 + random.nextInt(limit - 1);
        }
        return values;
    }

    /** The arrays so far. */
    public Weights weights() {
        return new Weights(arrays);
    }

    /** The model, computing with one twin from the first call on. */
    public Model model(ModelSpec spec, ModelOptions.KernelChoice twin) {
        return Model.of(spec, weights(), Examples.NONE, ModelOptions.DEFAULT.withKernels(twin).withWarmUpThread(false));
    }

    /** Asserts that calls allocate nothing, once they are compiled. */
    public static void allocatesNothing(String what, Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        // until C2 has compiled all of it, vectors are objects
        for (int round = 0; round < 40 && bytes >= CALLS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
            // on a busy machine the compiler needs time more than calls
            LockSupport.parkNanos(round * 1_000_000L);
        }
        assertEquals(0, bytes / CALLS, "bytes per call from " + what);
    }

    /** The twins that this JVM can run. */
    public static List<ModelOptions.KernelChoice> twins() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? List.of(ModelOptions.KernelChoice.SCALAR, ModelOptions.KernelChoice.VECTOR)
                : List.of(ModelOptions.KernelChoice.SCALAR);
    }
}
