package lanewise.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.kernel.Panels;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.plan.op.WindowGrid;
import lanewise.plan.op.recurrent.ConvLstmOp;
import lanewise.plan.op.window.ConvOp;
import lanewise.spec.DType;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.WindowLayer.Padding;
import lanewise.spec.WindowLayer.Windows;

/** Plans ConvLSTM1D, 2D and 3D: the convolution of the input for all steps at once, then the time loop. */
final class ConvLstmPlanner {
    private final LayerContext layer;

    ConvLstmPlanner(LayerContext layer) {
        this.layer = layer;
    }

    List<Value> plan(RecurrentLayer.ConvLstm l, Value floats, List<Value> initial, Value mask, boolean flip) {
        int rank = l.windows().rank();
        layer.needRank(floats, rank + 3);
        if (!initial.isEmpty() && initial.size() != l.states()) {
            throw new Problem("is given " + initial.size() + " initial states, expected " + l.states());
        }
        if (l.activation().needsRow() || l.recurrentActivation().needsRow()) {
            throw new Problem(
                    "its activations are " + l.activation().kerasName() + " and " + l.recurrentActivation().kerasName()
                            + ", expected functions of single values");
        }
        Value x = l.channelsFirst() ? featuresLast(floats) : floats;
        int features = layer.needKnown(x, -1);
        Value pictures = layer.view(x, rank + 2, (from, to, dims) -> {
            to[0] = Dims.times(from[0], from[1]);
            System.arraycopy(from, 2, to, 1, rank + 1);
        });
        int gates = 4 * l.filters();
        Panels[] kernel = layer.packOnce("kernel",
                () -> new Panels[] {pack(l, "cell/kernel", features, gates,
                        l.useBias() ? layer.weight("cell/bias", gates).toFloats() : null)});
        Panels recurrent = layer.packOnce("recurrent",
                () -> pack(l, "cell/recurrent_kernel", l.filters(), gates, null));
        Value made = layer.value(DType.FLOAT32, rank + 2);
        layer.add(new ConvOp(layer.path, pictures.id(), made.id(), layer.scratch(), -1, kernel,
                new WindowGrid(l.windows())));
        Value split = layer.view(made, 4, (from, to, dims) -> {
            to[0] = from[0];
            to[1] = Dims.count(from, 1, from.length - 1);
            to[2] = 4;
            to[3] = l.filters();
        });
        Value parts = layer.permute(split, new int[] {0, 2, 1, 3});
        Value out = layer.value(DType.FLOAT32, rank + (l.returnSequences() ? 3 : 2));
        List<Value> outputs = new ArrayList<>(List.of(out));
        int[] states = new int[l.states()];
        int[] starts = new int[initial.size()];
        for (int s = 0; s < states.length; s++) {
            states[s] = layer.packOnce("state " + s + (l.stateful() ? "" : " of " + out.id()), layer::scratch);
            if (l.stateful()) {
                layer.keepState(states[s]);
            }
            if (starts.length > 0) {
                starts[s] = initialState(l, initial.get(s)).id();
            }
            if (l.returnState()) {
                outputs.add(layer.value(DType.FLOAT32, rank + 2));
            }
        }
        ConvLstmOp.Wiring io = new ConvLstmOp.Wiring(x.id(), made.id(), parts.id(), mask == null ? -1 : mask.id(),
                starts, out.id(), outputs.stream().skip(1).mapToInt(Value::id).toArray(), states, layer.scratch(),
                layer.scratch(), layer.scratch(), -1);
        List<Integer> ones = Collections.nCopies(rank, 1);
        layer.add(new ConvLstmOp(layer.path, recurrent,
                new WindowGrid(new Windows(l.windows().size(), ones, ones, Padding.SAME)), io,
                new ConvLstmOp.Options(l.activation(), l.recurrentActivation(), l.returnSequences(),
                        l.goBackwards(), flip, l.stateful(), l.zeroOutputForMask())));
        if (l.channelsFirst()) {
            boolean sequence = l.returnSequences();
            outputs.replaceAll(v -> v.id() == out.id() && sequence ? featuresThird(v) : layer.channelsFirst(v));
        }
        return outputs;
    }

    private Value initialState(RecurrentLayer.ConvLstm l, Value given) {
        Value start = l.channelsFirst() ? layer.channelsLast(layer.floats(given)) : layer.floats(given);
        if (start.rank() != l.windows().rank() + 2 || start.dim(-1) != l.filters()) {
            throw new Problem("an initial state has shape " + Dims.text(given.dims()) + ", expected a picture of "
                    + l.filters() + " features per row");
        }
        return start;
    }

    private Panels pack(RecurrentLayer.ConvLstm l, String role, int features, int gates, float[] bias) {
        int inputs = l.windows().taps() * features;
        return layer.pack(layer.matrix(role, inputs, WindowPlanner.kernelShape(l.windows(), features, gates)), gates,
                LayerContext.ONE_GATE, bias);
    }

    private Value featuresLast(Value x) {
        return layer.permute(x, IntStream.concat(IntStream.of(0, 1),
                IntStream.concat(IntStream.range(3, x.rank()), IntStream.of(2))).toArray());
    }

    private Value featuresThird(Value x) {
        return layer.permute(x,
                IntStream.concat(IntStream.of(0, 1, x.rank() - 1), IntStream.range(2, x.rank() - 1)).toArray());
    }
}
