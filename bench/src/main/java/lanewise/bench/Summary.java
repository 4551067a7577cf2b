package lanewise.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What a reader wants to know first: how often we win and lose, and by how much, the losses on top. */
final class Summary extends Page {
    private final Results results;

    Summary(Results results, StringBuilder html) {
        super(html);
        this.results = results;
    }

    /**
     * A workload beside its best rival.
     *
     * @param workload the workload
     * @param rival    the fastest engine but ours
     * @param ratio    its time over ours
     */
    private record Duel(Workload workload, String rival, double ratio) {
        boolean isLost() {
            return ratio < 1;
        }
    }

    private List<Duel> duels() {
        List<Duel> duels = new ArrayList<>();
        for (Workload workload : Workload.ALL) {
            double ratio = results.ratio(workload.name(), Lanewise.NAME, -1);
            if (!Double.isNaN(ratio)) {
                String rival = results.rivals().stream()
                        .filter(name -> !Double.isNaN(results.model(workload.name(), name, -1)))
                        .min(Comparator.comparingDouble(name -> results.model(workload.name(), name, -1)))
                        .orElseThrow();
                duels.add(new Duel(workload, rival, ratio));
            }
        }
        duels.sort(Comparator.comparingDouble(Duel::ratio));
        return duels;
    }

    void write() {
        List<Duel> duels = duels();
        html.append("<h2 id=\"summary\">Summary</h2>\n");
        if (duels.isEmpty()) {
            html.append("<p>No other engine was measured: this page says how fast Lanewise is, not what it is better "
                    + "than. <code>./lanewise bench --rivals</code> measures others.</p>\n");
        } else {
            duels(duels);
        }
        List<String> missed = new Ratios(results).missed();
        int promises = new Ratios(results).count();
        if (promises > 0) {
            html.append("<p>Of ").append(promises).append(" promises about weights of 16 bits and small streams, ")
                    .append(promises - missed.size()).append(" are kept and <b class=\"lost\">").append(missed.size())
                    .append("</b> are not. <a href=\"#ratios\">All of them</a></p><ul>");
            missed.forEach(what -> html.append("<li>").append(escape(what)).append("</li>"));
            html.append("</ul>\n");
        }
    }

    private void duels(List<Duel> duels) {
        long lost = duels.stream().filter(Duel::isLost).count();
        long promised = duels.stream().filter(duel -> duel.ratio() >= duel.workload().must()).count();
        html.append(String.format(Locale.ROOT, "<p class=\"big\">Faster than the best other engine in <b>%d of %d</b> "
                + "workloads, slower in <b class=\"lost\">%d</b>; in %d by as much as was promised.</p>%n",
                duels.size() - lost, duels.size(), lost, promised));
        html.append("<p>The best other engine's time over ours: bars to the right are wins, to the left losses, on "
                + "one logarithmic scale. The worst comes first; red is a "
                + "loss, yellow a win that is less than was promised.</p>\n<div class=\"wide\"><table "
                + "class=\"text2\">");
        header(List.of("workload", "best other engine", "ratio", "promised", ""));
        double longest = duels.stream().mapToDouble(duel -> Math.abs(Math.log(duel.ratio()))).max().orElse(1);
        for (Duel duel : duels) {
            double length = longest == 0 ? 0 : 50 * Math.abs(Math.log(duel.ratio())) / longest;
            row(duel.isLost() ? "loss" : duel.ratio() < duel.workload().must() ? "near" : "",
                    escape(duel.workload().title()), escape(duel.rival()),
                    "<b>" + number(duel.ratio()) + "</b>", number(duel.workload().must()),
                    String.format(Locale.ROOT, "<div class=\"scale\"><div class=\"%s\" style=\"left:%.1f%%;"
                            + "width:%.1f%%\"></div></div>", duel.isLost() ? "lost" : "won",
                            duel.isLost() ? 50 - length : 50, length));
        }
        html.append("</table></div>\n");
    }
}
