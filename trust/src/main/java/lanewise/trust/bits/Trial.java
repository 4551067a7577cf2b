package lanewise.trust.bits;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import lanewise.Model;
import lanewise.Predictor;
import lanewise.error.LanewiseException;
import lanewise.error.UnsupportedModelException;
import lanewise.format.ModelFile;
import lanewise.options.ModelOptions;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.WeightFormat;
import lanewise.trust.random.RandomModel;

/**
 * One setting, in a JVM of its own: prints a line for each model and format, {@code model hash values}, and a line with
 * {@code PROBLEM} for whatever differs within the setting. Models that are refused are refused in every setting.
 */
final class Trial {
    private static final Duration SWITCH = Duration.ofSeconds(3);
    private static final int THREADS = 3;
    /** Between two collections, so that models get somewhere beside them. */
    private static final long GARBAGE_PAUSE_NANOS = 10_000_000;

    private final ModelOptions options;
    private final boolean checks;
    private final PrintStream out;
    private long compared;

    Trial(ModelOptions.KernelChoice kernels, boolean checks, PrintStream out) {
        options = ModelOptions.DEFAULT.withKernels(kernels).withWarmUpThread(false);
        this.checks = checks;
        this.out = out;
    }

    /**
     * Runs.
     *
     * @param args kernels, the number of random models, how many are passed over between two, whether to check other
     *             ways, whether to make garbage, a folder with stored models
     */
    public static void main(String... args) throws Exception {
        try (PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8)) {
            Trial trial = new Trial(ModelOptions.KernelChoice.valueOf(args[0]), Boolean.parseBoolean(args[3]), out);
            if (Boolean.parseBoolean(args[4])) {
                makeGarbage();
            }
            int every = Integer.parseInt(args[2]);
            for (long seed = 0; seed < Integer.parseInt(args[1]); seed += every) {
                trial.random(seed);
            }
            if (args.length > 5) {
                trial.stored(Path.of(args[5]), every);
            }
            out.println("COMPARED " + trial.compared);
            out.println("DONE");
        }
    }

    private static void makeGarbage() {
        Thread thread = new Thread(() -> {
            List<byte[]> kept = new ArrayList<>();
            while (true) {
                kept.add(new byte[10_000]);
                if (kept.size() > 1000) {
                    kept.clear();
                    System.gc();
                    LockSupport.parkNanos(GARBAGE_PAUSE_NANOS);
                }
            }
        }, "garbage");
        thread.setDaemon(true);
        thread.start();
    }

    /** Prints a random model's lines. */
    void random(long seed) throws InterruptedException {
        RandomModel random = RandomModel.of(seed);
        for (WeightFormat format : WeightFormat.values()) {
            String name = "random-" + seed + "-" + format;
            ModelOptions how = format.isNarrow() ? options.withWeights(format) : options;
            try (Model model = Model.of(random.spec(), random.weights(), Examples.NONE, how)) {
                Answers answers = new Answers(random, model);
                Digest digest = new Digest();
                digest.add(answers.expected());
                print(name, digest);
                if (options.kernels() == ModelOptions.KernelChoice.AUTO && !checks && model.warmUp(SWITCH)) {
                    problem(name, "after the switch", answers.again());
                    compared += answers.expected().length;
                }
                if (checks) {
                    problem(name, "", answers.inOtherWays(values -> compared += values));
                }
                if (checks && seed % 16 == 0) {
                    threads(name, answers);
                }
            } catch (UnsupportedModelException e) {
                out.println(name + " refused 0");
            }
        }
        out.flush();
    }

    private void threads(String name, Answers answers) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                for (int call = 0; call < 5; call++) {
                    problem(name, "in a thread, ", answers.again());
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        compared += THREADS * 5L * answers.expected().length;
    }

    private void stored(Path folder, int every) throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        for (int i = 0; i < files.size(); i += every) {
            String name = files.get(i).getFileName().toString();
            Examples examples;
            try (ModelFile file = ModelFile.open(files.get(i))) {
                examples = file.examples();
            }
            try (Model model = Model.open(files.get(i), options);
                    Predictor predictor = model.predictor(examples.calls())) {
                Digest digest = new Digest();
                for (Example call : examples.calls()) {
                    if (call.reset()) {
                        predictor.resetStates();
                    }
                    for (int input = 0; input < call.inputs().size(); input++) {
                        predictor.inputs().get(input).set(call.inputs().get(input));
                    }
                    predictor.run();
                    digest.add(predictor);
                }
                print(name, digest);
            } catch (LanewiseException e) {
                out.println(name + " refused 0");
            }
            out.flush();
        }
    }

    private void print(String name, Digest digest) {
        out.println(name + " " + Long.toHexString(digest.hash()) + " " + digest.values());
    }

    private synchronized void problem(String name, String how, String difference) {
        if (difference != null) {
            out.println("PROBLEM " + name + ": " + how + difference);
        }
    }
}
