package lanewise.kafka;

/** What a {@link KeyedScorer} puts out: the score of an event, or what became of a swap of models. */
public sealed interface Outcome permits Score, Swap {}
