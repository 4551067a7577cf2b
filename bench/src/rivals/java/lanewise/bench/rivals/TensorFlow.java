package lanewise.bench.rivals;

import java.nio.FloatBuffer;
import java.util.Arrays;
import lanewise.bench.Engine;
import lanewise.bench.Network;
import lanewise.bench.Scorer;
import lanewise.bench.Workload;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.nn.BlockLSTM;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * TensorFlow Java with its fused operator BlockLSTMV2. A SavedModel of Keras runs its loop step by step instead, which
 * is several times slower; this is the best that TensorFlow can do.
 */
public final class TensorFlow implements Engine {
    /** For ServiceLoader. */
    public TensorFlow() {}

    @Override
    public String name() {
        return "tensorflow";
    }

    @Override
    public String version() {
        return org.tensorflow.TensorFlow.version();
    }

    @Override
    public Scorer open(Workload workload, Network network) {
        return new GraphScorer(workload, network);
    }

    private static final class GraphScorer implements Scorer {
        private final Workload workload;
        private final Network network;
        private final Graph graph = new Graph();
        private final Ops tf = Ops.create(graph);
        private final Session session;
        private final Operand<? extends TType> x;
        private final Operand<TFloat32> h;
        private final Operand<TFloat32> c;
        private final Operand<TFloat32> result;
        private final float[] turned;
        private final int[] ids;
        private final float[] y;

        GraphScorer(Workload workload, Network network) {
            this.workload = workload;
            this.network = network;
            int steps = workload.steps();
            int batch = workload.batch();
            Operand<TFloat32> sequence;
            if (network.vocabulary() > 0) {
                Placeholder<TInt32> index = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(steps, batch)));
                x = index;
                sequence = tf.gather(matrix(network.embeddings(), network.vocabulary(), network.features()), index,
                        tf.constant(0));
            } else {
                Placeholder<TFloat32> floats = tf.placeholder(TFloat32.class,
                        Placeholder.shape(Shape.of(steps, batch, network.features())));
                x = floats;
                sequence = floats;
            }
            Shape state = Shape.of(batch, network.layers().getFirst().units());
            h = network.given() ? tf.placeholder(TFloat32.class, Placeholder.shape(state)) : null;
            c = network.given() ? tf.placeholder(TFloat32.class, Placeholder.shape(state)) : null;
            Operand<TFloat32> last = null;
            for (Network.Layer layer : network.layers()) {
                Operand<TFloat32> input = sequence;
                Operand<TFloat32> forward = lstm(layer, 0, input);
                last = row(forward, steps - 1, layer.units());
                sequence = forward;
                if (layer.directions().size() > 1) {
                    Operand<TFloat32> backward = lstm(layer, 1, tf.reverse(input, tf.constant(new int[] {0})));
                    last = tf.concat(Arrays.asList(last, row(backward, steps - 1, layer.units())), tf.constant(1));
                    sequence = tf.concat(Arrays.asList(forward, tf.reverse(backward, tf.constant(new int[] {0}))),
                            tf.constant(2));
                }
            }
            result = head(last);
            session = new Session(graph,
                    ConfigProto.newBuilder().setIntraOpParallelismThreads(1).setInterOpParallelismThreads(1).build());
            turned = new float[network.vocabulary() > 0 ? 0 : steps * batch * network.features()];
            ids = new int[network.vocabulary() > 0 ? steps * batch : 0];
            y = new float[batch * network.outputs()];
        }

        private Operand<TFloat32> matrix(float[] values, long... dims) {
            return tf.constant(Shape.of(dims), DataBuffers.of(values, true, false));
        }

        private Operand<TFloat32> lstm(Network.Layer layer, int direction, Operand<TFloat32> input) {
            Network.Cell cell = layer.directions().get(direction);
            int units = layer.units();
            float[] both = Arrays.copyOf(cell.kernel(), cell.kernel().length + cell.recurrent().length);
            System.arraycopy(cell.recurrent(), 0, both, cell.kernel().length, cell.recurrent().length);
            Operand<TFloat32> zeros = tf.zeros(tf.constant(new int[] {workload.batch(), units}), TFloat32.class);
            Operand<TFloat32> none = tf.zeros(tf.constant(new int[] {units}), TFloat32.class);
            BlockLSTM<TFloat32> lstm = tf.nn.blockLSTM(tf.constant((long) workload.steps()), input,
                    c == null ? zeros : c, h == null ? zeros : h,
                    matrix(both, layer.features() + units, 4L * units), none, none, none,
                    matrix(cell.bias(), 4L * units),
                    BlockLSTM.cellClip(-1f));
            return lstm.h();
        }

        private Operand<TFloat32> row(Operand<TFloat32> sequence, int t, int units) {
            return tf.reshape(
                    tf.slice(sequence, tf.constant(new int[] {t, 0, 0}),
                            tf.constant(new int[] {1, workload.batch(), units})),
                    tf.constant(new int[] {workload.batch(), units}));
        }

        private Operand<TFloat32> head(Operand<TFloat32> last) {
            Network.Head head = network.head();
            if (head == null) {
                return last;
            }
            Operand<TFloat32> z = tf.math.add(
                    tf.linalg.matMul(last, matrix(head.kernel(), network.layers().getLast().outputs(), head.units())),
                    matrix(head.bias(), head.units()));
            return switch (head.function()) {
                case LINEAR -> z;
                case SOFTMAX -> tf.nn.softmax(z);
                default -> tf.math.sigmoid(z);
            };
        }

        @Override
        public float[] score(Workload.Call call) {
            Shape cells = Shape.of(workload.steps(), workload.batch());
            TType input;
            if (call.ids() != null) {
                TimeMajor.ids(workload, call.ids(), ids);
                input = TInt32.tensorOf(cells, DataBuffers.of(ids, true, false));
            } else {
                TimeMajor.put(workload, network, call, FloatBuffer.wrap(turned));
                input = TFloat32.tensorOf(cells.append(network.features()), DataBuffers.of(turned, true, false));
            }
            Session.Runner runner = session.runner().feed(x, input).fetch(result);
            if (call.h() == null) {
                return answer(runner, input);
            }
            Shape state = Shape.of(workload.batch(), network.layers().getFirst().units());
            try (TFloat32 first = TFloat32.tensorOf(state, DataBuffers.of(call.h(), true, false));
                    TFloat32 second = TFloat32.tensorOf(state, DataBuffers.of(call.c(), true, false))) {
                return answer(runner.feed(h, first).feed(c, second), input);
            }
        }

        private float[] answer(Session.Runner runner, TType input) {
            try (input; Result out = runner.run()) {
                ((TFloat32) out.get(0)).asRawTensor().data().asFloats().read(y);
            }
            return y;
        }

        @Override
        public void close() {
            session.close();
            graph.close();
        }
    }
}
