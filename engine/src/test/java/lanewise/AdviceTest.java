package lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lanewise.options.ModelOptions;
import lanewise.spec.Activation;
import lanewise.spec.CoreLayer;
import org.junit.jupiter.api.Test;

/** What makes a JVM slow is said when the first model is opened, once. */
class AdviceTest {
    private static final String NO_FMA = "lanewise: running without FMA instructions, answers are the same but some 300"
            + " times slower; start Java without -XX:-UseFMA, on a processor that has them (x86 since 2013, ARM64)";
    private static final String NO_SIMD = "lanewise: running without SIMD, answers are the same but calls take 5 to 9"
            + " times as long; start Java with --add-modules jdk.incubator.vector";

    /** Opens two models. */
    public static void main(String[] arguments) {
        for (int i = 0; i < 2; i++) {
            TestModels models = new TestModels(1);
            models.array("dense/kernel", 2, 2);
            models.array("dense/bias", 2);
            models.model(TestModels.chain(TestModels.floats(-1, 3, 2),
                    new CoreLayer.Dense("dense", 2, Activation.LINEAR, true)), ModelOptions.KernelChoice.SCALAR)
                    .close();
        }
    }

    private static String place(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
    }

    private static List<String> said(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-cp", String.join(File.pathSeparator, place(Model.class),
                                place(AdviceTest.class), place(Test.class))));
        command.addAll(List.of(options));
        command.add(AdviceTest.class.getName());
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        return output.lines().filter(line -> line.startsWith("lanewise:")).toList();
    }

    @Test
    void whatIsMissingIsSaidOnce() throws IOException, InterruptedException {
        String modules = "--add-modules=jdk.incubator.vector";
        assertEquals(List.of(), said(modules));
        assertEquals(List.of(NO_SIMD), said());
        assertEquals(List.of(NO_FMA), said(modules, "-XX:-UseFMA"));
        assertEquals(List.of(NO_SIMD, NO_FMA), said("-XX:-UseFMA"));
    }
}
