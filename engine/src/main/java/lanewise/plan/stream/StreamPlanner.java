package lanewise.plan.stream;

import java.util.ArrayList;
import java.util.List;
import lanewise.error.UnsupportedModelException;
import lanewise.plan.Plan;
import lanewise.plan.op.CastOp;
import lanewise.plan.op.EmbeddingOp;
import lanewise.plan.op.Problem;
import lanewise.plan.op.recurrent.FoldableEmbeddingOp;
import lanewise.spec.Shape;

/**
 * Turns the plan for whole sequences into one for a stream: each step says what stands for it when its input comes
 * piece by piece, or why that can't be. Weights are shared, values keep their numbers.
 */
final class StreamPlanner {
    private static final String WAY_OUT = "; a stream does not know what comes later, but model.window(steps) can "
            + "score its last steps as a whole";

    private final Plan plan;
    private final StreamBuilder streaming;
    private final List<String> problems = new ArrayList<>();

    private StreamPlanner(Plan plan) {
        this.plan = plan;
        streaming = new StreamBuilder(plan);
    }

    /**
     * Plans a stream.
     *
     * @param plan of whole sequences
     * @return the plan for pieces
     * @throws UnsupportedModelException if some layer needs later steps or can't be stepped, with every reason
     */
    static StreamPlan plan(Plan plan) {
        try {
            return new StreamPlanner(plan).plan(true);
        } catch (UnsupportedModelException e) {
            try {
                // ids of fixed number may also be features that stay
                return new StreamPlanner(plan).plan(false);
            } catch (UnsupportedModelException second) {
                throw e;
            }
        }
    }

    private StreamPlan plan(boolean idsAreSteps) {
        int sequences = 0;
        for (int input : plan.inputs()) {
            Shape shape = plan.values().get(input).shape();
            boolean timed = shape.rank() > 2
                    || shape.rank() == 2 && (shape.dim(1) == Shape.ANY || idsAreSteps && isEmbedded(input));
            streaming.input(input, timed);
            sequences += timed ? 1 : 0;
        }
        if (sequences == 0) {
            throw new UnsupportedModelException(
                    List.of("no input has an axis of steps, so there is nothing to stream"));
        }
        for (Plan.Entry entry : plan.entries()) {
            try {
                streaming.plan(entry);
            } catch (Problem problem) {
                problems.add("layer '" + entry.layer() + "'" + kerasClass(entry.layer()) + ": " + problem.getMessage());
            } catch (ArithmeticException e) {
                problems.add("layer '" + entry.layer() + "'" + kerasClass(entry.layer())
                        + ": what it keeps from step to step is too large: " + e.getMessage());
            } catch (StreamValues.Skipped skipped) {
                // what it reads has a problem of its own
            }
        }
        if (!problems.isEmpty()) {
            problems.set(problems.size() - 1, problems.getLast() + WAY_OUT);
            throw new UnsupportedModelException(problems);
        }
        return streaming.finish();
    }

    /** Whether an embedding reads an input. */
    private boolean isEmbedded(int input) {
        return plan.entries().stream().anyMatch(e -> e.op() instanceof EmbeddingOp s && isFrom(input, s.ids())
                || e.op() instanceof FoldableEmbeddingOp f && isFrom(input, f.embedding().ids()));
    }

    private boolean isFrom(int input, int value) {
        return input == value || plan.entries().stream()
                .anyMatch(e -> e.op() instanceof CastOp c && c.out() == value && c.x() == input);
    }

    private String kerasClass(String layer) {
        return plan.layers().stream().filter(l -> layer.equals(l.path()) || layer.startsWith(l.path() + "/"))
                .map(l -> " (" + l.kerasClass() + ")")
                .reduce("", (first, longer) -> longer);
    }
}
