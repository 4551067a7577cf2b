package lanewise.plan.op.recurrent;

/**
 * How the time loop of a recurrent layer runs.
 *
 * @param returnSequences   whether it puts out every step
 * @param goBackwards       whether it starts at the last step
 * @param flipOutput        whether outputs are put where their inputs were, rather than in the order of processing
 * @param stateful          whether states are those that the last call left
 * @param fromZero          whether the product of the first step is left out, since states are zeros
 * @param zeroOutputForMask whether masked steps put out zeros, rather than the output before
 * @param stream            whether a call goes on where the last one ended
 */
public record RnnOptions(boolean returnSequences, boolean goBackwards, boolean flipOutput, boolean stateful,
        boolean fromZero, boolean zeroOutputForMask, boolean stream) {}
