package lanewise.spec;

import java.util.List;

/**
 * Layers that process a sequence step by step (keras/layers/rnn). Shapes, terms and gate order are those of
 * {@link LayerSpec}.
 */
public sealed interface RecurrentLayer extends LayerSpec {
    /**
     * One step of a recurrent layer; its time loop is {@link Rnn}.
     */
    sealed interface Cell extends RecurrentLayer {
        /**
         * The length of its output.
         *
         * @return units
         */
        int units();

        /**
         * How many states it has, each (batch, units). The first is its output.
         *
         * @return 2 for an LSTM, else 1
         */
        default int states() {
            return 1;
        }

        /**
         * Whether it has a bias.
         *
         * @return true if the bias was trained
         */
        boolean useBias();

        @Override
        default List<String> weightRoles() {
            return Roles.of(true, "kernel", true, "recurrent_kernel",
                    useBias() ? new String[] {"bias"} : new String[0]);
        }

        @Override
        default List<String> matrixRoles() {
            return List.of("kernel", "recurrent_kernel");
        }
    }

    /**
     * {@code h' = activation(x W + h U + b)}. Arrays: kernel (features, units), recurrent_kernel (units, units),
     * bias (units).
     *
     * @param name       its name
     * @param units      length of the output
     * @param activation of the output
     * @param useBias    whether there is a bias
     */
    public record SimpleRnnCell(String name, int units, Activation activation, boolean useBias) implements Cell {
        @Override
        public String kerasClass() {
            return "SimpleRNN";
        }
    }

    /**
     * {@code i, f, o = recurrentActivation(x W + h U + b)}, {@code c' = f c + i activation(...)},
     * {@code h' = o activation(c')} (Hochreiter and Schmidhuber 1997, as Keras's LSTM). Arrays: kernel (features,
     * 4 units), recurrent_kernel (units, 4 units), bias (4 units). States: h, c.
     *
     * @param name                its name
     * @param units               length of the output
     * @param activation          of the candidate and the output
     * @param recurrentActivation of the three gates
     * @param useBias             whether there is a bias
     */
    record LstmCell(String name, int units, Activation activation, Activation recurrentActivation, boolean useBias)
            implements Cell {
        @Override
        public int states() {
            return 2;
        }

        @Override
        public String kerasClass() {
            return "LSTM";
        }
    }

    /**
     * An LSTM with peepholes: its gates also see the cell state, with one weight per unit (Gers and Schmidhuber 2000).
     * Its sums can be clipped, as in ONNX's operator LSTM: {@code i = gates(x W + h U + b + p_i c)}, {@code f}
     * likewise, or {@code 1 - i} if coupled, {@code c' = f c + i candidate(...)}, {@code o = gates(... + p_o c')},
     * {@code h' = o output(c')}. Arrays: those of {@link LstmCell}, and peephole (3, units) of i, f, o. States: h, c.
     *
     * @param name      its name
     * @param units     length of the output
     * @param gates     function of the three gates
     * @param candidate function of the candidate
     * @param output    function of the cell state for the output
     * @param clip      limit of the absolute arguments of the first two functions; infinite for none
     * @param coupled   whether the forget gate is 1 - i
     * @param useBias   whether there is a bias
     */
    record PeepholeLstmCell(String name, int units, Activation gates, Activation candidate, Activation output,
            float clip,
            boolean coupled, boolean useBias) implements Cell {
        @Override
        public int states() {
            return 2;
        }

        @Override
        public List<String> weightRoles() {
            return Roles.of(true, "kernel", true, "recurrent_kernel",
                    useBias ? new String[] {"bias", "peephole"} : new String[] {"peephole"});
        }

        @Override
        public String kerasClass() {
            return "LSTM";
        }
    }

    /**
     * {@code z, r = recurrentActivation(...)}; {@code h' = z h + (1 - z) hh} (Cho et al. 2014, as Keras's GRU), where
     * {@code hh = activation(x W + b + r (h U + b_r))} if resetAfter, else {@code activation(x W + b + (r h) U)}.
     * Arrays: kernel (features, 3 units), recurrent_kernel (units, 3 units), bias (2, 3 units) of input and
     * recurrent part if resetAfter, else (3 units).
     *
     * @param name                its name
     * @param units               length of the output
     * @param activation          of the candidate
     * @param recurrentActivation of the two gates
     * @param useBias             whether there is a bias
     * @param resetAfter          whether the reset gate is applied after the matrix product
     */
    record GruCell(String name, int units, Activation activation, Activation recurrentActivation, boolean useBias,
            boolean resetAfter) implements Cell {
        @Override
        public String kerasClass() {
            return "GRU";
        }
    }

    /**
     * A GRU or SimpleRNN cell that clips the arguments of its functions to a limit, like ONNX's attribute {@code clip}.
     * Arrays and states are the cell's own.
     *
     * @param cell  the cell
     * @param limit the largest absolute value
     */
    record ClippedCell(Cell cell, float limit) implements Cell {
        @Override
        public String name() {
            return cell.name();
        }

        @Override
        public int units() {
            return cell.units();
        }

        @Override
        public boolean useBias() {
            return cell.useBias();
        }

        @Override
        public String kerasClass() {
            return cell.kerasClass();
        }
    }

    /** A layer that runs over time steps by itself; {@link Bidirectional} holds two of them. */
    sealed interface TimeLoop extends RecurrentLayer {
        /**
         * Whether it puts out every step.
         *
         * @return false if it puts out the last step only
         */
        boolean returnSequences();

        /**
         * Whether it puts out the last states, too.
         *
         * @return true if they follow the output
         */
        boolean returnState();

        /**
         * Whether it starts at the last step.
         *
         * @return true if outputs are in the order of processing, last step first
         */
        boolean goBackwards();

        /**
         * Whether a call starts from the last states of the call before.
         *
         * @return true if it does
         */
        boolean stateful();

        /**
         * How many states it has.
         *
         * @return at least 1
         */
        int states();

        /**
         * The same layer in the other direction.
         *
         * @param name its name
         * @return a layer that goes backwards if this one does not
         */
        TimeLoop mirrored(String name);
    }

    /**
     * Runs cells over the time steps of (batch, steps, features): Keras's SimpleRNN, LSTM, GRU (one cell each), and RNN
     * with any cell or a stack of cells, where each takes the output of the one before. Inputs: the sequence, then
     * optionally one initial state per state of each cell. Outputs: the output, then the last states if returnState.
     *
     * <p>A masked step keeps the states and repeats the output before it (zeros before the first unmasked step).
     *
     * @param name              its name
     * @param cells             the cells, first to last
     * @param returnSequences   whether to output every step, (batch, steps, units), or only the last, (batch, units)
     * @param returnState       whether to output the last states too
     * @param goBackwards       whether to start at the last step; outputs stay in the order of processing
     * @param stateful          whether a call starts from the last states of the previous call
     * @param zeroOutputForMask whether a masked step outputs zeros instead
     */
    record Rnn(String name, List<Cell> cells, boolean returnSequences, boolean returnState, boolean goBackwards,
            boolean stateful, boolean zeroOutputForMask) implements TimeLoop {
        /** Copies the list. */
        public Rnn {
            cells = List.copyOf(cells);
        }

        @Override
        public List<LayerSpec> inner() {
            return List.copyOf(cells);
        }

        @Override
        public String kerasClass() {
            return cells.size() == 1 ? cells.getFirst().kerasClass() : "RNN";
        }

        /**
         * The length of the output.
         *
         * @return units of the last cell
         */
        public int units() {
            return cells.getLast().units();
        }

        @Override
        public int states() {
            return cells.stream().mapToInt(Cell::states).sum();
        }

        @Override
        public Rnn mirrored(String name) {
            return new Rnn(name, cells, returnSequences, returnState, !goBackwards, stateful, zeroOutputForMask);
        }
    }

    /** How {@link Bidirectional} joins its two outputs. */
    enum MergeMode {
        /** Side by side along the last axis. */
        CONCAT,
        /** Added. */
        SUM,
        /** Multiplied. */
        MUL,
        /** Their mean. */
        AVE,
        /** Not at all: two outputs. */
        NONE
    }

    /**
     * Two recurrent layers over the same sequence, one of them backwards. The backward output is reversed in time
     * before the two are joined. Initial states and states: the forward layer's, then the backward layer's. An
     * {@link Rnn} that returns sequences puts out zeros for masked steps here, a {@link ConvLstm} what it says itself:
     * Keras 2 did not listen to {@code zero_output_for_mask} there.
     *
     * @param name      its name
     * @param forward   the layer that Keras calls forward_layer
     * @param backward  the layer that Keras calls backward_layer
     * @param mergeMode how the outputs are joined
     */
    record Bidirectional(String name, TimeLoop forward, TimeLoop backward, MergeMode mergeMode)
            implements RecurrentLayer {
        @Override
        public List<LayerSpec> inner() {
            return List.of(forward, backward);
        }
    }

    /**
     * Applies a layer to every time step of (batch, steps, ...) as if each were a row of a batch.
     *
     * @param name  its name
     * @param layer the layer
     */
    record TimeDistributed(String name, LayerSpec layer) implements RecurrentLayer {
        @Override
        public List<LayerSpec> inner() {
            return List.of(layer);
        }
    }

    /**
     * A graph that runs once per step of its sequences and passes states from step to step, like ONNX's operator Scan.
     * Inputs: the first states, then the sequences (batch, steps, ...). The graph takes the states and one step of each
     * sequence (batch, ...), and returns the new states and the outputs of the step. Outputs: the last states, then the
     * outputs of all steps (batch, steps, ...).
     *
     * @param name   its name
     * @param body   the graph
     * @param states how many states it passes on
     */
    record Scan(String name, Graph body, int states) implements RecurrentLayer {}

    /**
     * An LSTM whose matrix products are convolutions, over (batch, steps, space, features): ConvLSTM1D, 2D (Shi et al.
     * 2015) and 3D. The convolution of the output before keeps its size. Arrays: cell/kernel (window, features, 4
     * filters), cell/recurrent_kernel (window, filters, 4 filters), cell/bias (4 filters). States: h, c.
     *
     * @param name                its name
     * @param filters             features of the result
     * @param windows             where windows of the input lie
     * @param activation          of the candidate and the output
     * @param recurrentActivation of the three gates
     * @param useBias             whether there is a bias
     * @param returnSequences     whether to put out every step or the last
     * @param returnState         whether to output the last states too
     * @param goBackwards         whether to start at the last step
     * @param channelsFirst       whether features come before space
     * @param stateful            whether a call starts from the last states of the previous call
     * @param zeroOutputForMask   whether a masked step outputs zeros, rather than the output before it
     */
    record ConvLstm(String name, int filters, WindowLayer.Windows windows, Activation activation,
            Activation recurrentActivation,
            boolean useBias, boolean returnSequences, boolean returnState, boolean goBackwards, boolean channelsFirst,
            boolean stateful, boolean zeroOutputForMask) implements TimeLoop {
        @Override
        public int states() {
            return 2;
        }

        @Override
        public ConvLstm mirrored(String name) {
            return new ConvLstm(name, filters, windows, activation, recurrentActivation, useBias, returnSequences,
                    returnState, !goBackwards, channelsFirst, stateful, zeroOutputForMask);
        }

        @Override
        public List<String> weightRoles() {
            return Roles.of(true, "cell/kernel", true, "cell/recurrent_kernel",
                    useBias ? new String[] {"cell/bias"} : new String[0]);
        }

        @Override
        public List<String> matrixRoles() {
            return List.of("cell/kernel", "cell/recurrent_kernel");
        }

        @Override
        public String kerasClass() {
            return "ConvLSTM" + windows.rank() + "D";
        }
    }
}
