package lanewise.plan;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import lanewise.kernel.Panels;
import lanewise.options.Shortcut;

/**
 * Multiplies a normalization with fixed numbers into the weights of the layer before it, where nothing else reads what
 * that layer makes.
 */
final class FoldedNormalization {
    private FoldedNormalization() {}

    /** The steps without those that were folded. */
    static List<Plan.Entry> fold(List<Plan.Entry> steps, List<Plan.ValueInfo> values, Arena arena,
            Shortcuts shortcuts) {
        List<Plan.Entry> left = new ArrayList<>();
        for (Plan.Entry entry : steps) {
            Plan.Entry before = left.isEmpty() ? null : left.getLast();
            Step folded = before != null && entry.step() instanceof ScaleShiftStep s
                    && s.axis() == values.get(s.x()).rank() - 1
                    && shortcuts.isReadOnce(s.x()) && shortcuts.takes(Shortcut.FOLDED_NORMALIZATION)
                            ? fold(before.step(), s, arena) : null;
            if (folded == null) {
                left.add(entry);
            } else {
                left.set(left.size() - 1, new Plan.Entry(before.layer(), folded));
                shortcuts.notes().add(entry.layer() + ": folded into the weights of " + before.layer()
                        + ", which saves a pass over its output");
            }
        }
        return left;
    }

    /** The step that does the work of both, or null. */
    private static Step fold(Step step, ScaleShiftStep s, Arena arena) {
        if (step instanceof DenseStep d && d.out() == s.x() && d.w().units() == s.count()) {
            Panels w = d.w().scaled(arena, s.scale(), s.shift());
            return w == null ? null : new DenseStep(d.x(), s.out(), w);
        }
        if (step instanceof ConvStep c && c.out() == s.x() && c.w().length == 1 && c.w()[0].units() == s.count()) {
            Panels w = c.w()[0].scaled(arena, s.scale(), s.shift());
            return w == null ? null
                    : new ConvStep(c.layer(), c.x(), s.out(), c.gathered(), c.part(), new Panels[] {w}, c.grid());
        }
        return null;
    }
}
