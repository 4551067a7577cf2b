package lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import lanewise.kernel.BinaryOp;
import lanewise.plan.op.BroadcastOp;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.plan.op.recurrent.FoldedEmbedding;
import lanewise.plan.op.recurrent.PaddingPrefix;
import lanewise.plan.op.recurrent.RnnCell;
import lanewise.plan.op.recurrent.RnnOp;
import lanewise.plan.op.recurrent.RnnOptions;
import lanewise.spec.DType;
import lanewise.spec.RecurrentLayer;

/** Plans recurrent layers: one time loop per cell, two for a bidirectional layer. */
final class RecurrentPlanner {
    private final LayerContext layer;
    /** Loops of the layer that look their input parts up. */
    private int folded;

    RecurrentPlanner(LayerContext layer) {
        this.layer = layer;
    }

    List<Value> plan(RecurrentLayer spec, List<Value> inputs, Value mask) {
        return switch (spec) {
            case RecurrentLayer.TimeLoop l -> alone(l, inputs, mask);
            case RecurrentLayer.Bidirectional l -> bidirectional(l, inputs, mask);
            case RecurrentLayer.TimeDistributed l -> new TimeDistributedPlanner(layer).plan(l, inputs.getFirst(), mask);
            case RecurrentLayer.Scan l -> new ScanPlanner(layer).plan(l, inputs);
            case RecurrentLayer.Cell l -> cell(l, inputs);
        };
    }

    /** A cell that is called as a layer: one step, from the states that it is given. Masks do not reach cells. */
    private List<Value> cell(RecurrentLayer.Cell l, List<Value> inputs) {
        Value x = layer.floats(inputs.getFirst());
        layer.needRank(x, 2);
        if (inputs.size() != 1 + l.states()) {
            throw new Problem("is given " + (inputs.size() - 1) + " states, expected " + l.states());
        }
        RecurrentLayer.Rnn once = new RecurrentLayer.Rnn(l.name(), List.of(l), false, true, false, false, false);
        return loops(layer, once, layer.expandDims(x, 1), inputs.subList(1, inputs.size()), null, false,
                itself -> layer);
    }

    private List<Value> alone(RecurrentLayer.TimeLoop l, List<Value> inputs, Value explicitMask) {
        Value x = layer.floats(inputs.getFirst());
        List<Value> initial = inputs.subList(1, inputs.size());
        Value mask = mask(x, initial, explicitMask);
        List<Value> outputs = run(layer, l, x, initial, mask, false);
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
    private static List<Value> withMask(List<Value> outputs, RecurrentLayer.TimeLoop l, Value x,
            Value explicitMask) {
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
                || l.forward().returnState() != l.backward().returnState()
                || l.forward().stateful() != l.backward().stateful()) {
            throw new Problem("its two layers must differ in go_backwards and agree in return_sequences, return_state"
                    + " and stateful");
        }
        Value x = layer.floats(inputs.getFirst());
        List<Value> initial = inputs.subList(1, inputs.size());
        int half = initial.size() / 2;
        Value mask = mask(x, initial, explicitMask);
        List<Value> forward = run(layer.in(l.forward().name()), zeroed(l.forward()), x,
                initial.subList(0, half), mask, false);
        List<Value> backward = run(layer.in(l.backward().name()), zeroed(l.backward()), x,
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
    private static RecurrentLayer.TimeLoop zeroed(RecurrentLayer.TimeLoop loop) {
        return switch (loop) {
            case RecurrentLayer.Rnn l -> new RecurrentLayer.Rnn(l.name(), l.cells(), l.returnSequences(),
                    l.returnState(), l.goBackwards(), l.stateful(), l.returnSequences());
            case RecurrentLayer.ConvLstm l -> l;
        };
    }

    private List<Value> run(LayerContext loop, RecurrentLayer.TimeLoop spec, Value x, List<Value> initial, Value mask,
            boolean flip) {
        return switch (spec) {
            case RecurrentLayer.Rnn l -> loops(loop, l, x, initial, mask, flip, cell -> loop.in(cell.name()));
            case RecurrentLayer.ConvLstm l -> new ConvLstmPlanner(loop).plan(l, x, initial, mask, flip);
        };
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
            layer.shortcuts().folded(x.id());
        }
    }

    /**
     * A loop per cell, each over the outputs of the one before. All cells but the last put their outputs where their
     * inputs were, so that one mask serves all.
     */
    private List<Value> loops(LayerContext loop, RecurrentLayer.Rnn l, Value x, List<Value> initial, Value mask,
            boolean flip, Function<RecurrentLayer.Cell, LayerContext> place) {
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
            LayerContext inner = place.apply(spec);
            RnnCell cell = inner.packOnce(() -> new CellPlanner(inner, features).plan(spec));
            boolean everyStep = l.returnSequences() || !last;
            Value out = loop.value(DType.FLOAT32, everyStep ? 3 : 2);
            List<Value> ends = new ArrayList<>();
            int[] states = new int[spec.states()];
            int[] starts = new int[initial.isEmpty() ? 0 : states.length];
            for (int s = 0; s < states.length; s++, state++) {
                states[s] = inner.packOnce("state " + s + (l.stateful() ? "" : " of " + out.id()), inner::scratch);
                if (l.stateful()) {
                    loop.keepState(states[s]);
                }
                if (starts.length > 0) {
                    starts[s] = initialState(initial.get(state), spec).id();
                }
                if (l.returnState()) {
                    ends.add(loop.value(DType.FLOAT32, 2));
                }
            }
            FoldedEmbedding fold = loop.shortcuts().fold(loop.path, sequence, cell);
            if (fold != null) {
                folded++;
            }
            boolean fromZero = starts.length == 0 && !l.stateful();
            PaddingPrefix prefix = !fromZero || mask != null || l.goBackwards() || flip ? null
                    : loop.shortcuts().prefix(loop.path,
                            sequence, everyStep ? out : null, cell, states.length, loop::scratch);
            RnnOp.Wiring wiring = new RnnOp.Wiring(sequence.id(), mask == null ? -1 : mask.id(), starts, out.id(),
                    ends.stream().mapToInt(Value::id).toArray(), states, loop.scratch(),
                    loop.scratch(), mask == null && starts.length == 0 ? -1 : loop.scratch());
            RnnOptions options = new RnnOptions(everyStep, l.goBackwards(), last ? flip : l.goBackwards(),
                    l.stateful(), fromZero && layer.shortcuts().skipsZeros(loop.path, cell),
                    last && l.zeroOutputForMask(), false);
            loop.add(new RnnOp(loop.path, cell, wiring, options, fold, prefix));
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
}
