package lanewise.cli.page;

import java.util.Map;

/** What the parts of a cell are called, and what they mean to a reader. */
final class GateNames {
    static final String INPUT = "input gate";
    static final String FORGET = "forget gate";
    static final String CANDIDATE = "candidate";
    static final String CELL = "cell state";
    static final String OUTPUT = "output gate";
    static final String HIDDEN = "hidden state";
    static final String UPDATE = "update gate";
    static final String RESET = "reset gate";

    private static final Map<String, String> MEANINGS = Map.of(INPUT, "1: the candidate is written", FORGET,
            "1: the cell keeps what it has", CANDIDATE, "what could be written", CELL, "the memory", OUTPUT,
            "1: the cell is shown", HIDDEN, "what the next layer sees", UPDATE, "1: the state is kept", RESET,
            "0: the candidate starts anew");

    private GateNames() {}

    static String meaning(String name) {
        return MEANINGS.get(name);
    }

    /** Where colours change: gates are open above one half, other values positive above 0. */
    static double middle(String name) {
        return isSigned(name) ? 0 : 0.5;
    }

    /** Whether values lie on both sides of 0. */
    static boolean isSigned(String name) {
        return name.equals(CANDIDATE) || name.equals(CELL) || name.equals(HIDDEN);
    }
}
