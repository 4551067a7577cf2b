package lanewise.bench.rivals;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import lanewise.bench.Engine;
import lanewise.bench.Network;
import lanewise.bench.Scorer;
import lanewise.bench.Workload;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.lstm_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Intel's oneDNN by bytedeco: its LSTM primitive with weights packed as it likes; look-up and dense layer are loops in
 * Java.
 */
public final class OneDnn implements Engine {
    /** For ServiceLoader. */
    public OneDnn() {}

    @Override
    public String name() {
        return "onednn";
    }

    @Override
    public String version() {
        var version = dnnl.dnnl_version();
        return version.major() + "." + version.minor() + "." + version.patch();
    }

    @Override
    public Scorer open(Workload workload, Network network) {
        return new DnnlScorer(workload, network);
    }

    private static final class DnnlScorer implements Scorer {
        private static final memory.data_type F32 = memory.data_type.f32;

        private record Run(lstm_forward primitive, IntMemoryMap arguments) {}

        private final Workload workload;
        private final Network network;
        private final engine cpu = new engine(engine.kind.cpu, 0);
        private final stream queue = new stream(cpu);
        private final List<Run> runs = new ArrayList<>();
        /** Keeps native memory from being collected. */
        private final List<Object> kept = new ArrayList<>();
        private final FloatBuffer x;
        private final FloatPointer h;
        private final FloatPointer c;
        private final FloatBuffer last;
        private final float[] y;
        private final float[] row;

        DnnlScorer(Workload workload, Network network) {
            this.workload = workload;
            this.network = network;
            int cells = workload.steps() * workload.batch();
            FloatPointer in = new FloatPointer((long) cells * network.features());
            x = in.asBuffer();
            int units = network.layers().getFirst().units();
            h = new FloatPointer((long) workload.batch() * units);
            c = new FloatPointer((long) workload.batch() * units);
            FloatPointer out = in;
            for (Network.Layer layer : network.layers()) {
                FloatPointer next = new FloatPointer((long) cells * layer.outputs());
                add(layer, out, next);
                out = next;
            }
            last = out.asBuffer();
            y = new float[workload.batch() * network.outputs()];
            row = new float[network.layers().getLast().outputs()];
        }

        private void add(Network.Layer layer, FloatPointer in, FloatPointer out) {
            int both = layer.directions().size();
            int units = layer.units();
            float[] kernel = join(layer, Network.Cell::kernel);
            float[] recurrent = join(layer, Network.Cell::recurrent);
            float[] bias = join(layer, Network.Cell::bias);
            memory.desc source = desc(memory.format_tag.tnc, workload.steps(), workload.batch(), layer.features());
            memory.desc target = desc(memory.format_tag.tnc, workload.steps(), workload.batch(), layer.outputs());
            memory.desc w = desc(memory.format_tag.any, 1, both, layer.features(), 4, units);
            memory.desc r = desc(memory.format_tag.any, 1, both, units, 4, units);
            memory.desc b = desc(memory.format_tag.ldgo, 1, both, 4, units);
            memory.desc state = network.given() ? desc(memory.format_tag.ldnc, 1, both, workload.batch(), units)
                    : new memory.desc();
            var direction = both > 1 ? dnnl.rnn_direction.bidirectional_concat
                    : dnnl.rnn_direction.unidirectional_left2right;
            var primitive = new lstm_forward.primitive_desc(cpu, dnnl.prop_kind.forward_inference, direction, source,
                    state, state, w, r, b,
                    target, new memory.desc(), new memory.desc(), new primitive_attr(), false);
            IntMemoryMap arguments = new IntMemoryMap();
            arguments.put(dnnl.DNNL_ARG_SRC_LAYER, hold(source, in));
            arguments.put(dnnl.DNNL_ARG_DST_LAYER, hold(target, out));
            arguments.put(dnnl.DNNL_ARG_BIAS, hold(b, new FloatPointer(bias)));
            arguments.put(dnnl.DNNL_ARG_WEIGHTS_LAYER,
                    packed(kernel, primitive.weights_layer_desc(), 1, both, layer.features(), 4, units));
            arguments.put(dnnl.DNNL_ARG_WEIGHTS_ITER,
                    packed(recurrent, primitive.weights_iter_desc(), 1, both, units, 4, units));
            if (network.given()) {
                arguments.put(dnnl.DNNL_ARG_SRC_ITER, hold(state, h));
                arguments.put(dnnl.DNNL_ARG_SRC_ITER_C, hold(state, c));
            }
            runs.add(new Run(new lstm_forward(primitive), arguments));
        }

        private static float[] join(Network.Layer layer, Function<Network.Cell, float[]> array) {
            int size = array.apply(layer.directions().getFirst()).length;
            float[] joined = new float[size * layer.directions().size()];
            for (int d = 0; d < layer.directions().size(); d++) {
                System.arraycopy(array.apply(layer.directions().get(d)), 0, joined, d * size, size);
            }
            return joined;
        }

        private static memory.desc desc(memory.format_tag format, long... dims) {
            return new memory.desc(dims, F32, format);
        }

        private memory hold(memory.desc desc, FloatPointer numbers) {
            memory made = new memory(desc, cpu, numbers);
            kept.add(numbers);
            kept.add(made);
            return made;
        }

        /** Keras's layout is oneDNN's ldigo. */
        private memory packed(float[] numbers, memory.desc wanted, long... dims) {
            memory plain = hold(desc(memory.format_tag.ldigo, dims), new FloatPointer(numbers));
            memory made = new memory(wanted, cpu);
            new reorder(plain, made).execute(queue, plain, made);
            queue._wait();
            kept.add(made);
            return made;
        }

        @Override
        public float[] score(Workload.Call call) {
            if (call.ids() != null) {
                TimeMajor.embed(workload, network, call, x);
            } else {
                TimeMajor.put(workload, network, call, x);
            }
            if (call.h() != null) {
                h.put(call.h(), 0, call.h().length);
                c.put(call.c(), 0, call.c().length);
            }
            for (int i = 0; i < runs.size(); i++) {
                runs.get(i).primitive.execute(queue, runs.get(i).arguments);
            }
            queue._wait();
            for (int b = 0; b < workload.batch(); b++) {
                finish(b);
            }
            return y;
        }

        /** The last output of a row: forward units of the last step, backward units of the first. */
        private void finish(int b) {
            Network.Layer layer = network.layers().getLast();
            for (int d = 0; d < layer.directions().size(); d++) {
                int t = d == 0 ? workload.steps() - 1 : 0;
                last.get((t * workload.batch() + b) * layer.outputs() + d * layer.units(), row, d * layer.units(),
                        layer.units());
            }
            if (network.head() == null) {
                System.arraycopy(row, 0, y, b * row.length, row.length);
            } else {
                network.head().apply(row, y, b * network.outputs());
            }
        }

        @Override
        public void close() {
            runs.clear();
            kept.clear();
        }
    }
}
