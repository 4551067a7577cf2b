package lanewise.plan;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Panels;
import lanewise.plan.op.BroadcastOp;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.plan.op.recurrent.FoldedEmbedding;
import lanewise.plan.op.recurrent.GruRnnCell;
import lanewise.plan.op.recurrent.LstmRnnCell;
import lanewise.plan.op.recurrent.PaddingPrefix;
import lanewise.plan.op.recurrent.PeepholeLstmRnnCell;
import lanewise.plan.op.recurrent.RnnCell;
import lanewise.plan.op.recurrent.RnnOp;
import lanewise.plan.op.recurrent.SimpleRnnCell;
import lanewise.spec.Activation;
import lanewise.spec.DType;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** Plans recurrent layers: one time loop per cell, two for a bidirectional layer. */
final class RecurrentPlanner {
    private final LayerPlanner layer;
    /** Loops of the layer that look their input parts up. */
    private int folded;

    RecurrentPlanner(LayerPlanner layer) {
        this.layer = layer;
    }

    List<Value> plan(RecurrentLayer spec, List<Value> inputs, Value mask) {
        return switch (spec) {
            case RecurrentLayer.Rnn l -> rnn(l, inputs, mask);
            case RecurrentLayer.Bidirectional l -> bidirectional(l, inputs, mask);
            case RecurrentLayer.TimeDistributed l -> new TimeDistributedPlanner(layer).plan(l, inputs.getFirst(), mask);
            case RecurrentLayer.ConvLstm l -> new ConvLstmPlanner(layer).plan(l, inputs, mask);
            case RecurrentLayer.Scan l -> new ScanPlanner(layer).plan(l, inputs);
            case RecurrentLayer.Cell l -> throw new Problem("is a cell, which runs only inside an RNN layer");
        };
    }

    private List<Value> rnn(RecurrentLayer.Rnn l, List<Value> inputs, Value explicitMask) {
        Value x = layer.floats(inputs.getFirst());
        List<Value> initial = inputs.subList(1, inputs.size());
        Value mask = mask(x, initial, explicitMask);
        List<Value> outputs = loops(layer.path, l, x, initial, mask, false);
        countFold(x, 1);
        return withMask(outputs, l, x, explicitMask);
    }

    /**
     * The mask that steps see. Keras 3 fills in the mask that travels with the input only where a layer is called with
     * one argument, so a layer that is given initial states sees none (keras/src/layers/layer.py, "Populate mask
     * argument(s)").
     */
    private Value mask(Value x, List<Value> initial, Value explicitMask) {
        Value mask = explicitMask != null ? explicitMask : initial.isEmpty() ? x.maskOrNull() : null;
        if (mask != null && (mask.dtype() != DType.BOOL || mask.rank() != 2)) {
            throw new Problem("its mask has shape " + Dims.text(mask.dims()) + " of " + mask.dtype()
                    + ", expected one truth value per step");
        }
        return mask;
    }

    /** The mask travels on with the output of all steps, also past initial states. */
    private static List<Value> withMask(List<Value> outputs, RecurrentLayer.Rnn l, Value x, Value explicitMask) {
        if (!l.returnSequences()) {
            return outputs;
        }
        List<Value> masked = new ArrayList<>(outputs);
        masked.set(0, outputs.getFirst().withMask(explicitMask != null ? () -> explicitMask : x.mask()));
        return masked;
    }

    private List<Value> bidirectional(RecurrentLayer.Bidirectional l, List<Value> inputs, Value explicitMask) {
        if (l.forward().goBackwards() == l.backward().goBackwards()
                || l.forward().returnSequences() != l.backward().returnSequences()
                || l.forward().returnState() != l.backward().returnState()) {
            throw new Problem(
                    "its two layers must differ in go_backwards and agree in return_sequences and return_state");
        }
        Value x = layer.floats(inputs.getFirst());
        List<Value> initial = inputs.subList(1, inputs.size());
        int half = initial.size() / 2;
        Value mask = mask(x, initial, explicitMask);
        List<Value> forward = loops(layer.path + "/" + l.forward().name(), zeroed(l.forward()), x,
                initial.subList(0, half), mask, false);
        List<Value> backward = loops(layer.path + "/" + l.backward().name(), zeroed(l.backward()), x,
                initial.subList(half, initial.size()), mask, l.backward().returnSequences());
        countFold(x, 2);
        List<Value> outputs = new ArrayList<>();
        Value a = forward.getFirst();
        Value b = backward.getFirst();
        switch (l.mergeMode()) {
            case NONE -> outputs.addAll(List.of(a, b));
            case CONCAT -> outputs.add(new MergePlanner(layer).concatenate(-1, List.of(a, b)));
            case SUM -> outputs.add(merge(BinaryOp.ADD, a, b));
            case MUL -> outputs.add(merge(BinaryOp.MULTIPLY, a, b));
            case AVE -> {
                Value sum = merge(BinaryOp.ADD, a, b);
                outputs.add(layer.binary(BinaryOp.DIVIDE, sum, 2f, false));
            }
        }
        int merged = outputs.size();
        outputs.addAll(forward.subList(1, forward.size()));
        outputs.addAll(backward.subList(1, backward.size()));
        List<Value> masked = withMask(outputs, l.forward(), x, explicitMask);
        if (merged == 2 && l.forward().returnSequences()) {
            masked.set(1, b.withMask(masked.getFirst().mask()));
        }
        return masked;
    }

    /** Keras's Bidirectional makes masked steps put out zeros. */
    private static RecurrentLayer.Rnn zeroed(RecurrentLayer.Rnn l) {
        return new RecurrentLayer.Rnn(l.name(), l.cells(), l.returnSequences(), l.returnState(), l.goBackwards(),
                l.stateful(),
                l.returnSequences());
    }

    private Value merge(BinaryOp op, Value a, Value b) {
        if (a.dim(-1) != b.dim(-1)) {
            throw new Problem("its outputs have " + a.dim(-1) + " and " + b.dim(-1) + " features, expected the same");
        }
        Value out = layer.like(a);
        layer.add(new BroadcastOp(layer.path, op, a.id(), b.id(), out.id()));
        return out;
    }

    /** An embedding need not run for this layer if all of its loops look their input parts up. */
    private void countFold(Value x, int loops) {
        if (folded == loops) {
            layer.planner.shortcuts.folded(x.id());
        }
    }

    /**
     * A loop per cell, each over the outputs of the one before. All cells but the last put their outputs where their
     * inputs were, so that one mask serves all.
     */
    private List<Value> loops(String path, RecurrentLayer.Rnn l, Value x, List<Value> initial, Value mask,
            boolean flip) {
        layer.needRank(x, 3);
        if (!initial.isEmpty() && initial.size() != l.states()) {
            throw new Problem("is given " + initial.size() + " initial states, expected " + l.states());
        }
        Value sequence = x;
        List<Value> lastStates = new ArrayList<>();
        int state = 0;
        for (int i = 0; i < l.cells().size(); i++) {
            RecurrentLayer.Cell spec = l.cells().get(i);
            boolean last = i == l.cells().size() - 1;
            int features = layer.needKnown(sequence, -1);
            String cellPath = path + "/" + spec.name();
            RnnCell cell = layer.planner.packOnce(cellPath,
                    () -> cell(cellPath, spec, features, Float.POSITIVE_INFINITY));
            boolean everyStep = l.returnSequences() || !last;
            Value out = layer.planner.value(path, DType.FLOAT32, everyStep ? 3 : 2);
            List<Value> ends = new ArrayList<>();
            int[] states = new int[spec.states()];
            int[] starts = new int[initial.isEmpty() ? 0 : states.length];
            for (int s = 0; s < states.length; s++, state++) {
                states[s] = layer.planner.packOnce(cellPath + "#state" + s + (l.stateful() ? "" : "@" + out.id()),
                        () -> layer.planner.scratch(cellPath));
                if (l.stateful()) {
                    layer.planner.keepState(states[s]);
                }
                if (starts.length > 0) {
                    starts[s] = initialState(initial.get(state), spec).id();
                }
                if (l.returnState()) {
                    ends.add(layer.planner.value(path, DType.FLOAT32, 2));
                }
            }
            FoldedEmbedding fold = layer.planner.shortcuts.fold(path, sequence, cell);
            if (fold != null) {
                folded++;
            }
            boolean fromZero = starts.length == 0 && !l.stateful();
            PaddingPrefix prefix = !fromZero || mask != null || l.goBackwards() || flip ? null
                    : layer.planner.shortcuts.prefix(path,
                            sequence, everyStep ? out : null, cell, states.length, () -> layer.planner.scratch(path));
            RnnOp.Wiring wiring = new RnnOp.Wiring(sequence.id(), mask == null ? -1 : mask.id(), starts, out.id(),
                    ends.stream().mapToInt(Value::id).toArray(), states, layer.planner.scratch(path),
                    layer.planner.scratch(path), mask == null && starts.length == 0 ? -1 : layer.planner.scratch(path));
            RnnOp.Options options = new RnnOp.Options(everyStep, l.goBackwards(), last ? flip : l.goBackwards(),
                    l.stateful(), fromZero && layer.planner.shortcuts.skipsZeros(path, cell),
                    last && l.zeroOutputForMask(), false);
            layer.planner.add(path, new RnnOp(path, cell, wiring, options, fold, prefix));
            lastStates.addAll(ends);
            sequence = out;
        }
        List<Value> outputs = new ArrayList<>();
        outputs.add(sequence);
        outputs.addAll(lastStates);
        return outputs;
    }

    private Value initialState(Value given, RecurrentLayer.Cell cell) {
        Value start = layer.floats(given);
        if (start.rank() != 2 || start.dim(1) != cell.units()) {
            throw new Problem(
                    "an initial state has shape " + Dims.text(start.dims()) + ", expected (None, " + cell.units()
                            + ")");
        }
        return start;
    }

    private RnnCell cell(String path, RecurrentLayer.Cell spec, int features, float clip) {
        return switch (spec) {
            case RecurrentLayer.LstmCell c -> {
                needSingle(c.activation(), c.recurrentActivation());
                yield new LstmRnnCell(input(path, c, features, LstmRnnCell.ORDER),
                        recurrent(path, c, LstmRnnCell.ORDER, null),
                        c.activation(), c.recurrentActivation());
            }
            case RecurrentLayer.PeepholeLstmCell c -> {
                needSingle(c.gates(), c.candidate(), c.output());
                yield new PeepholeLstmRnnCell(c, input(path, c, features, LstmRnnCell.ORDER),
                        recurrent(path, c, LstmRnnCell.ORDER, null),
                        peephole(path, c.units()));
            }
            case RecurrentLayer.ClippedCell c -> {
                if (!(c.cell() instanceof RecurrentLayer.GruCell || c.cell() instanceof RecurrentLayer.SimpleRnnCell)) {
                    throw new Problem(
                            "limits what the functions of a cell are given that is neither a GRU nor a SimpleRNN");
                }
                yield cell(path, c.cell(), features, c.limit());
            }
            case RecurrentLayer.GruCell c -> gru(path, c, features, clip);
            case RecurrentLayer.SimpleRnnCell c -> {
                needSingle(c.activation());
                int[] order = {0};
                yield new SimpleRnnCell(input(path, c, features, order), recurrent(path, c, order, null),
                        c.activation(), clip);
            }
        };
    }

    /** A row of padded units for each gate. */
    private MemorySegment peephole(String path, int units) {
        float[] given = layer.planner.weight(path, "peephole", 3, units).toFloats();
        int padded = Panels.padded(units);
        float[] rows = new float[3 * padded];
        for (int gate = 0; gate < 3; gate++) {
            System.arraycopy(given, gate * units, rows, gate * padded, units);
        }
        return layer.planner.constant(TensorData.of(Shape.of(3, padded), rows));
    }

    private static void needSingle(Activation... functions) {
        for (Activation f : functions) {
            if (f == Activation.GLU) {
                throw new Problem("its activation glu halves its input, which a recurrent layer can't");
            }
        }
    }

    private RnnCell gru(String path, RecurrentLayer.GruCell c, int features, float clip) {
        needSingle(c.activation(), c.recurrentActivation());
        int[] all = {0, 1, 2};
        int units = c.units();
        TensorData recurrent = layer.planner.weight(path, "recurrent_kernel", units, 3 * units);
        if (c.resetAfter()) {
            float[] bias = c.useBias() ? layer.planner.weight(path, "bias", 2, 3 * units).toFloats()
                    : new float[6 * units];
            TensorData kernel = layer.planner.weight(path, "kernel", features, 3 * units);
            float[] recurrentBias = Arrays.copyOfRange(bias, 3 * units, 6 * units);
            return new GruRnnCell(layer.planner.pack(kernel.values(), features, units, all, bias),
                    recurrent(path, c, all, recurrentBias), null, c.activation(), c.recurrentActivation(), clip);
        }
        float[] whole = recurrent.toFloats();
        float[] gates = new float[units * 2 * units];
        float[] candidate = new float[units * units];
        for (int k = 0; k < units; k++) {
            System.arraycopy(whole, k * 3 * units, gates, k * 2 * units, 2 * units);
            System.arraycopy(whole, k * 3 * units + 2 * units, candidate, k * units, units);
        }
        Panels both = layer.planner.pack(MemorySegment.ofArray(gates), units, units, new int[] {0, 1}, null);
        Panels last = layer.planner.pack(MemorySegment.ofArray(candidate), units, units, new int[] {0}, null);
        return new GruRnnCell(input(path, c, features, all), both, last, c.activation(), c.recurrentActivation(), clip);
    }

    private Panels input(String path, RecurrentLayer.Cell c, int features, int[] order) {
        int columns = order.length * c.units();
        TensorData kernel = layer.planner.weight(path, "kernel", features, columns);
        float[] bias = c.useBias() ? layer.planner.weight(path, "bias", columns).toFloats() : null;
        return layer.planner.pack(kernel.values(), features, c.units(), order, bias);
    }

    private Panels recurrent(String path, RecurrentLayer.Cell c, int[] order, float[] bias) {
        TensorData kernel = layer.planner.weight(path, "recurrent_kernel", c.units(), order.length * c.units());
        return layer.planner.pack(kernel.values(), c.units(), c.units(), order, bias);
    }
}
