package lanewise.plan;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import lanewise.kernel.Matrix;
import lanewise.kernel.Panels;
import lanewise.plan.op.Problem;
import lanewise.plan.op.recurrent.GruRnnCell;
import lanewise.plan.op.recurrent.LstmRnnCell;
import lanewise.plan.op.recurrent.PeepholeLstmRnnCell;
import lanewise.plan.op.recurrent.RnnCell;
import lanewise.plan.op.recurrent.SimpleRnnCell;
import lanewise.spec.Activation;
import lanewise.spec.RecurrentLayer;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/** Packs the cells of recurrent layers. */
final class CellPlanner {
    private final LayerContext cell;
    /** Numbers of a step that the cell is given. */
    private final int features;

    CellPlanner(LayerContext cell, int features) {
        this.cell = cell;
        this.features = features;
    }

    /**
     * Packs the arrays of a cell.
     *
     * @throws Problem if it can't be run
     */
    RnnCell plan(RecurrentLayer.Cell spec) {
        return plan(spec, Float.POSITIVE_INFINITY);
    }

    private RnnCell plan(RecurrentLayer.Cell spec, float clip) {
        return switch (spec) {
            case RecurrentLayer.LstmCell c -> {
                needSingle(c.activation(), c.recurrentActivation());
                yield new LstmRnnCell(input(c, LstmRnnCell.ORDER),
                        recurrent(c, LstmRnnCell.ORDER, null),
                        c.activation(), c.recurrentActivation());
            }
            case RecurrentLayer.PeepholeLstmCell c -> {
                needSingle(c.gates(), c.candidate(), c.output());
                yield new PeepholeLstmRnnCell(c, input(c, LstmRnnCell.ORDER),
                        recurrent(c, LstmRnnCell.ORDER, null),
                        peephole(c.units()));
            }
            case RecurrentLayer.ClippedCell c -> {
                if (!(c.cell() instanceof RecurrentLayer.GruCell || c.cell() instanceof RecurrentLayer.SimpleRnnCell)) {
                    throw new Problem(
                            "limits what the functions of a cell are given that is neither a GRU nor a SimpleRNN");
                }
                yield plan(c.cell(), c.limit());
            }
            case RecurrentLayer.GruCell c -> gru(c, clip);
            case RecurrentLayer.SimpleRnnCell c -> {
                needSingle(c.activation());
                int[] order = {0};
                yield new SimpleRnnCell(input(c, order), recurrent(c, order, null),
                        c.activation(), clip);
            }
        };
    }

    /** A row of padded units for each gate. */
    private MemorySegment peephole(int units) {
        float[] given = cell.weight("peephole", 3, units).toFloats();
        int padded = Panels.padded(units);
        float[] rows = new float[3 * padded];
        for (int gate = 0; gate < 3; gate++) {
            System.arraycopy(given, gate * units, rows, gate * padded, units);
        }
        return cell.packConstant(TensorData.of(Shape.of(3, padded), rows));
    }

    private static void needSingle(Activation... functions) {
        for (Activation f : functions) {
            if (f == Activation.GLU) {
                throw new Problem("its activation glu halves its input, which a recurrent layer can't");
            }
        }
    }

    private RnnCell gru(RecurrentLayer.GruCell c, float clip) {
        needSingle(c.activation(), c.recurrentActivation());
        int[] all = {0, 1, 2};
        int units = c.units();
        if (c.resetAfter()) {
            float[] bias = c.useBias() ? cell.weight("bias", 2, 3 * units).toFloats()
                    : new float[6 * units];
            float[] recurrentBias = Arrays.copyOfRange(bias, 3 * units, 6 * units);
            return new GruRnnCell(cell.pack(cell.matrix("kernel", features, features, 3 * units), units, all, bias),
                    recurrent(c, all, recurrentBias), null, c.activation(), c.recurrentActivation(), clip);
        }
        Matrix recurrent = cell.matrix("recurrent_kernel", units, units, 3 * units);
        Panels both = cell.pack(recurrent, units, new int[] {0, 1}, null);
        Panels last = cell.pack(recurrent, units, new int[] {2}, null);
        return new GruRnnCell(input(c, all), both, last, c.activation(), c.recurrentActivation(), clip);
    }

    private Panels input(RecurrentLayer.Cell c, int[] order) {
        int columns = order.length * c.units();
        float[] bias = c.useBias() ? cell.weight("bias", columns).toFloats() : null;
        return cell.pack(cell.matrix("kernel", features, features, columns), c.units(), order, bias);
    }

    private Panels recurrent(RecurrentLayer.Cell c, int[] order, float[] bias) {
        int columns = order.length * c.units();
        return cell.pack(cell.matrix("recurrent_kernel", c.units(), c.units(), columns), c.units(), order, bias);
    }
}
