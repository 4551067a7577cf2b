package lanewise.cli.page;

import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a heat map: steps in time, or runs of them that are drawn as one.
 *
 * @param heads what stands above each
 * @param from  the first step of each
 * @param to    the last step of each
 */
record Columns(List<String> heads, int[] from, int[] to) {
    /**
     * Columns of the steps of a call.
     *
     * @param steps what each step is called; equal neighbours that are null are padding and become one column
     * @param most  how many columns there may be; more steps share columns evenly
     */
    static Columns of(List<String> steps, int most) {
        List<String> heads = new ArrayList<>();
        List<int[]> ends = new ArrayList<>();
        int words = (int) steps.stream().filter(step -> step != null).count();
        int together = (words + most - 1) / Math.max(1, most);
        for (int t = 0; t < steps.size();) {
            int end = t + 1;
            boolean padding = steps.get(t) == null;
            while (end < steps.size() && (steps.get(end) == null) == padding && (padding || end - t < together)) {
                end++;
            }
            heads.add(padding ? "padding" + (end - t > 1 ? " x " + (end - t) : "")
                    : end - t == 1 ? steps.get(t) : steps.get(t) + " to " + steps.get(end - 1));
            ends.add(new int[] {t, end - 1});
            t = end;
        }
        return new Columns(heads, ends.stream().mapToInt(end -> end[0]).toArray(),
                ends.stream().mapToInt(end -> end[1]).toArray());
    }

    int count() {
        return heads.size();
    }

    /** The step that stands for a column: the one that the layer processes last. */
    int step(int column, boolean backwards) {
        return backwards ? from[column] : to[column];
    }
}
