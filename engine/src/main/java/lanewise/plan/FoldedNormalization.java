package lanewise.plan;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import lanewise.kernel.Panels;
import lanewise.options.Shortcut;
import lanewise.plan.op.DenseOp;
import lanewise.plan.op.PlanOp;
import lanewise.plan.op.ScaleShiftOp;
import lanewise.plan.op.ValueInfo;
import lanewise.plan.op.window.ConvOp;

/**
 * Multiplies a normalization with fixed numbers into the weights of the layer before it, where nothing else reads what
 * that layer makes.
 */
final class FoldedNormalization {
    private FoldedNormalization() {}

    /** The operations without those that were folded. */
    static List<Plan.Entry> fold(List<Plan.Entry> entries, List<ValueInfo> values, Arena arena,
            Shortcuts shortcuts) {
        List<Plan.Entry> left = new ArrayList<>();
        for (Plan.Entry entry : entries) {
            Plan.Entry before = left.isEmpty() ? null : left.getLast();
            PlanOp folded = before != null && entry.op() instanceof ScaleShiftOp s
                    && s.axis() == values.get(s.x()).rank() - 1
                    && shortcuts.isReadOnce(s.x()) && shortcuts.takes(Shortcut.FOLDED_NORMALIZATION)
                            ? fold(before.op(), s, arena) : null;
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

    /** The operation that does the work of both, or null. */
    private static PlanOp fold(PlanOp op, ScaleShiftOp s, Arena arena) {
        if (op instanceof DenseOp d && d.out() == s.x() && d.w().units() == s.count()) {
            Panels w = d.w().scaled(arena, s.scale(), s.shift());
            return w == null ? null : new DenseOp(d.x(), s.out(), w);
        }
        if (op instanceof ConvOp c && c.out() == s.x() && c.w().length == 1 && c.w()[0].units() == s.count()) {
            Panels w = c.w()[0].scaled(arena, s.scale(), s.shift());
            return w == null ? null
                    : new ConvOp(c.layer(), c.x(), s.out(), c.gathered(), c.part(), new Panels[] {w}, c.grid());
        }
        return null;
    }
}
