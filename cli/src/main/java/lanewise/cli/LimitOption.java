package lanewise.cli;

import java.util.OptionalDouble;
import lanewise.cli.Main.BadInput;
import picocli.CommandLine.Option;

/** How far rounding to 16 bits may move the outputs of a model. */
final class LimitOption {
    @Option(names = "--limit", paramLabel = "X",
            description = "what rounding the weights may move an output by, such as 1e-3; of an output with values"
                    + " above 1 it is a part of the largest")
    private Double limit;

    /**
     * Refuses what is no limit.
     *
     * @throws BadInput if it is negative, infinite or NaN
     */
    void check() {
        if (limit != null && !(limit >= 0 && limit < Double.POSITIVE_INFINITY)) {
            throw new BadInput("--limit " + limit + " is no limit, expected a number from 0 up, such as 1e-3");
        }
    }

    /** The limit, if one was given. */
    OptionalDouble value() {
        return limit == null ? OptionalDouble.empty() : OptionalDouble.of(limit);
    }
}
