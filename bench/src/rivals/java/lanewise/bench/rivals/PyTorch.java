package lanewise.bench.rivals;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import lanewise.bench.Network;
import lanewise.bench.Scorer;
import lanewise.bench.Workload;

/** PyTorch by Amazon's DJL: {@code torch.lstm} over tensors, as DJL's own LSTM block calls it. */
public final class PyTorch implements lanewise.bench.Engine {
    /** For ServiceLoader. */
    public PyTorch() {}

    private static Engine engine() {
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("ai.djl.offline", "true");
        return Engine.getEngine("PyTorch");
    }

    @Override
    public String name() {
        return "pytorch";
    }

    @Override
    public String version() {
        return engine().getVersion();
    }

    @Override
    public Scorer open(Workload workload, Network network) {
        return new TorchScorer(workload, network, engine().newBaseManager(Device.cpu()));
    }

    private static final class TorchScorer implements Scorer {
        private final Workload workload;
        private final Network network;
        private final NDManager manager;
        private final List<NDList> parameters = new ArrayList<>();
        private final NDArray embeddings;
        private final NDArray kernel;
        private final NDArray bias;
        private final float[] turned;
        private final int[] ids;

        TorchScorer(Workload workload, Network network, NDManager manager) {
            this.workload = workload;
            this.network = network;
            this.manager = manager;
            for (Network.Layer layer : network.layers()) {
                NDList list = new NDList();
                for (Network.Cell cell : layer.directions()) {
                    int gates = 4 * layer.units();
                    list.add(matrix(cell.kernel(), layer.features(), gates).transpose().duplicate());
                    list.add(matrix(cell.recurrent(), layer.units(), gates).transpose().duplicate());
                    list.add(manager.create(cell.bias()));
                    list.add(manager.zeros(new Shape(gates)));
                }
                parameters.add(list);
            }
            boolean text = network.vocabulary() > 0;
            embeddings = text ? matrix(network.embeddings(), network.vocabulary(), network.features()) : null;
            Network.Head head = network.head();
            kernel = head == null ? null : matrix(head.kernel(), network.layers().getLast().outputs(), head.units());
            bias = head == null ? null : manager.create(head.bias());
            int cells = workload.steps() * workload.batch();
            turned = new float[text ? 0 : cells * network.features()];
            ids = new int[text ? cells : 0];
        }

        private NDArray matrix(float[] values, int rows, int columns) {
            return manager.create(values, new Shape(rows, columns));
        }

        @Override
        public float[] score(Workload.Call call) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray x = input(scope, call);
                for (int i = 0; i < parameters.size(); i++) {
                    boolean last = i == parameters.size() - 1;
                    Network.Layer layer = network.layers().get(i);
                    NDList out = x.getNDArrayInternal().lstm(x, states(scope, layer, call), parameters.get(i), true, 1,
                            0, false,
                            layer.directions().size() > 1, false);
                    x = last ? lastOutput(out.get(1), layer) : out.get(0);
                }
                if (kernel != null) {
                    NDArray z = x.matMul(kernel).add(bias);
                    x = switch (network.head().function()) {
                        case LINEAR -> z;
                        case SOFTMAX -> z.softmax(-1);
                        default -> z.getNDArrayInternal().sigmoid();
                    };
                }
                return x.toFloatArray();
            }
        }

        private NDArray input(NDManager scope, Workload.Call call) {
            Shape cells = new Shape(workload.steps(), workload.batch());
            if (call.ids() != null) {
                TimeMajor.ids(workload, call.ids(), ids);
                NDArray index = scope.create(ids, cells);
                return index.getNDArrayInternal().embedding(index, embeddings, SparseFormat.DENSE).singletonOrThrow();
            }
            TimeMajor.put(workload, network, call, FloatBuffer.wrap(turned));
            return scope.create(turned, cells.add(network.features()));
        }

        private NDList states(NDManager scope, Network.Layer layer, Workload.Call call) {
            Shape shape = new Shape(layer.directions().size(), workload.batch(), layer.units());
            if (call.h() != null) {
                return new NDList(scope.create(call.h(), shape), scope.create(call.c(), shape));
            }
            return new NDList(scope.zeros(shape), scope.zeros(shape));
        }

        private NDArray lastOutput(NDArray h, Network.Layer layer) {
            return layer.directions().size() == 1 ? h.reshape(workload.batch(), layer.units())
                    : h.transpose(1, 0, 2).reshape(workload.batch(), layer.outputs());
        }

        @Override
        public void close() {
            manager.close();
        }
    }
}
