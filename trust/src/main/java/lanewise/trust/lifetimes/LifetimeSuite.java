package lanewise.trust.lifetimes;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import lanewise.trust.Result;

/** Runs each race for its share of the time. */
public final class LifetimeSuite {
    /** A race, and its share of the time in hundredths. */
    private record Part(int share, LongFunction<Race> race) {}

    private static final List<Part> PARTS = List.of(new Part(20, CloseRace::new), new Part(15, SwapRace::new),
            new Part(10, SwitchRace::new), new Part(35, SharedRace::new), new Part(10, CrowdRace::new),
            new Part(10, CycleRace::new));

    private LifetimeSuite() {}

    /**
     * Runs all races.
     *
     * @param seconds how long in all, about
     * @return what was counted and found
     * @throws InterruptedException if it is interrupted
     */
    public static Result run(double seconds) throws InterruptedException {
        long begin = System.nanoTime();
        List<String> findings = new ArrayList<>();
        List<Race> races = new ArrayList<>();
        for (Part part : PARTS) {
            Race race = part.race().apply((long) (seconds * 1e7 * part.share()));
            race.run();
            races.add(race);
            race.findings().forEach(finding -> findings.add(race.getClass().getSimpleName() + ": " + finding));
        }
        Result result = new Result("threads", begin, findings);
        races.forEach(race -> race.counts().forEach(result::count));
        return result;
    }
}
