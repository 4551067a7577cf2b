package lanewise.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import lanewise.spec.WeightFormat;

/** Results that nobody has measured: everything that a report can show, wins and losses, seeded. */
final class MadeUp {
    private static final List<String> RIVALS = List.of("engine-a", "engine-b", "engine-c", "engine-d");

    private final Random random = new Random(3);
    private final Results results = Results.empty();
    private final int rounds;

    private MadeUp(int rounds) {
        this.rounds = rounds;
    }

    /** Results of some rounds, of which the last knows all suites. */
    static Results results(int rounds) {
        MadeUp made = new MadeUp(rounds);
        made.all();
        return made.results;
    }

    private void sample(String benchmark, String subject, String engine, double micros) {
        for (int round = 0; round < rounds; round++) {
            results.samples().add(new Results.Sample(benchmark, subject, engine, round, around(micros), 0));
        }
    }

    private double[] around(double micros) {
        return DoubleStream.generate(() -> micros * (1 + 0.02 * random.nextGaussian())).limit(5).toArray();
    }

    private void all() {
        results.machine().put("date", "2026-11-25");
        results.machine().put("processor", "A made-up <core> & more");
        results.versions().put("java", "OpenJDK 25");
        for (Workload workload : Workload.ALL) {
            double ours = 3.0 * workload.steps() * workload.batch() * (1 + random.nextDouble());
            sample(Report.SCORE, workload.name(), Lanewise.NAME, ours);
            // some below 1, some below what was promised
            double best = ours * (0.75 + 1.9 * random.nextDouble());
            int first = random.nextInt(RIVALS.size());
            for (int i = 0; i < RIVALS.size(); i++) {
                sample(Report.SCORE, workload.name(), RIVALS.get(i),
                        i == first ? best : best * (1.1 + 3 * random.nextDouble()));
            }
            if (workload.isRounded()) {
                for (String engine : List.of(Lanewise.name(WeightFormat.BFLOAT16), Lanewise.name(WeightFormat.INT16),
                        "onnxruntime-int8")) {
                    sample(Report.SCORE, workload.name(), engine, ours * (0.5 + random.nextDouble()));
                    results.errors().put(workload.name() + " " + engine, 1e-3 * random.nextDouble());
                }
            }
        }
        kernels();
        streams();
        starts();
    }

    private void kernels() {
        sample("fmaPeak", "", "", 38);
        for (int units : new int[] {32, 64, 128, 256, 512}) {
            for (WeightFormat format : WeightFormat.values()) {
                String subject = KernelTables.subject(Integer.toString(units), format);
                double micros = 16.0 * units * units / 1000 / (format.isNarrow() ? 160 : 100)
                        * (1 + random.nextDouble());
                sample("recurrentProduct", subject, "", micros);
                sample("matrixVector", subject, "", micros * 0.95);
                sample("plainRead", subject, "", micros * 0.6);
                sample("inputProduct", subject, "", 8.0 * units * units * 48 / 1000 / 100);
                sample("lstmSteps", subject, "", 48 * micros);
                if (units == 128) {
                    sample(Report.POLLUTED + "lstmSteps", subject, "", 50 * micros);
                    sample(Report.POLLUTED + "recurrentProduct", subject, "", micros);
                }
            }
        }
    }

    private void streams() {
        for (StreamShape shape : StreamShape.ALL) {
            double micros = shape.bytes() / 1000.0 / 100;
            sample("step", shape.name(), "", micros * 1.1);
            sample("weightsTimesVector", shape.name(), "", micros);
            sample("prepareAndFire", shape.name(), "", micros * 1.2);
            results.ticks().put(shape.name(), rounds(micros, 1.2 * micros, 2 * micros, 40 * micros, micros / 2));
        }
        for (int units : new int[] {8, 16, 32, 64}) {
            results.steps().put(Steps.small("lstm", units), rounds(10.0 * units, 14.0 * units, 25, 9.0 * units));
        }
        for (WeightFormat format : List.of(WeightFormat.BFLOAT16, WeightFormat.INT16)) {
            results.steps().put(Steps.fire(format), rounds(5000, 6000, 25, Double.NaN));
        }
        for (String name : List.of("sentiment", "tutorial")) {
            for (String who : List.of(Lanewise.NAME + " threads", "engine-a threads", "engine-a one call")) {
                results.crowds().put(name + " " + who, Stream.generate(() -> 20_000 * (1 + random.nextDouble()))
                        .limit(rounds).toList());
            }
        }
    }

    private List<double[]> rounds(double... figures) {
        return Stream.generate(() -> DoubleStream.of(figures).map(f -> f * (1 + 0.05 * random.nextDouble())).toArray())
                .limit(rounds).toList();
    }

    private void starts() {
        for (String program : List.of("lanewise", "lanewise with an AOT cache", "engine-a")) {
            results.starts().put(program, Stream.generate(() -> 250 + 200 * random.nextDouble()).limit(5).toList());
            List<double[]> curve = new ArrayList<>();
            for (double millis = 250; millis < 4000; millis *= 1.07) {
                curve.add(new double[] {millis,
                    160_000 / Math.pow(millis / 250, 3 + results.curves().size()) + 63 + random.nextDouble()});
            }
            results.curves().put(program, curve);
        }
        results.switches().put("waits, two cores", List.of(988.0, 1259.0, Double.POSITIVE_INFINITY));
    }
}
