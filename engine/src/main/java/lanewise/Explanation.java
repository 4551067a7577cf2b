package lanewise;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import lanewise.kernel.Kernels;
import lanewise.plan.Plan;
import lanewise.plan.WeightListing;
import lanewise.watch.SpeedWatch;

/** Says how a model runs, see {@link Model#explain}. */
final class Explanation {
    private Explanation() {}

    static String of(LoadedModel model, String kernels) {
        Plan plan = model.plan();
        WeightListing listing = new WeightListing(plan.matrices());
        return "kernels   " + kernels + System.lineSeparator()
                + Stream.of(model.watch(), model.stepWatch()).filter(SpeedWatch::isOn)
                        .map(watch -> "watch     " + watch.describe() + System.lineSeparator())
                        .collect(Collectors.joining())
                + "bits      arithmetic version " + Kernels.ARITHMETIC + System.lineSeparator()
                + "weights   " + WeightListing.size(plan.weightBytes()) + ", packed" + listing.formats()
                + System.lineSeparator()
                + plan.shortcuts().stream().map(s -> "shortcut  " + s + System.lineSeparator())
                        .collect(Collectors.joining())
                + listing + "operations" + System.lineSeparator() + plan.describe();
    }
}
