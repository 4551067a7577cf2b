package lanewise.trust.bits;

import java.util.ArrayList;
import java.util.List;
import lanewise.options.ModelOptions.KernelChoice;

/**
 * A way to run models, in a JVM of its own.
 *
 * @param name    for the report
 * @param kernels which kernels compute
 * @param every   only every so many of the models, since it is slow
 * @param checks  whether batches, places, threads and streams are compared too
 * @param garbage whether a thread makes garbage meanwhile
 * @param jvm     options of the JVM
 */
record Setting(String name, KernelChoice kernels, int every, boolean checks, boolean garbage, List<String> jvm) {
    private static final List<String> MODULE = List.of("--add-modules", "jdk.incubator.vector");

    /** The one that all others are compared with: plain code, compiled as the JVM likes. */
    static final Setting REFERENCE = new Setting("scalar", KernelChoice.SCALAR, 1, true, false, MODULE);

    /** All others. */
    static List<Setting> others() {
        return List.of(vector("vectors, as wide as the processor has them", 1, true),
                vector("vectors of 256 bits", 1, true, "-XX:MaxVectorSize=32"),
                vector("vectors of 128 bits", 1, true, "-XX:MaxVectorSize=16"),
                vector("AVX without FMA", 10, false, "-XX:UseAVX=1"),
                vector("SSE", 10, false, "-XX:UseAVX=0"),
                vector("no FMA", 10, false, "-XX:-UseFMA"),
                vector("C1 only", 5, false, "-XX:TieredStopAtLevel=1"),
                vector("C2 only", 1, false, "-XX:-TieredCompilation"),
                new Setting("no FMA, scalar", KernelChoice.SCALAR, 20, false, false, with("-XX:-UseFMA")),
                new Setting("no Vector API", KernelChoice.AUTO, 1, true, false, List.of()),
                new Setting("interpreter", KernelChoice.SCALAR, 5, false, false, with("-Xint")),
                vector("interpreter, vectors", 40, false, "-Xint"),
                new Setting("all code compiled at its first call", KernelChoice.SCALAR, 10, false, false,
                        with("-Xcomp")),
                new Setting("garbage, serial collector", KernelChoice.VECTOR, 1, false, true,
                        with("-XX:+UseSerialGC", "-Xmx80m")),
                new Setting("garbage, G1", KernelChoice.VECTOR, 2, false, true, with("-XX:+UseG1GC", "-Xmx80m")),
                new Setting("garbage, ZGC", KernelChoice.VECTOR, 2, false, true, with("-XX:+UseZGC", "-Xmx200m")),
                new Setting("before and after the switch", KernelChoice.AUTO, 40, false, false, MODULE));
    }

    /** The few that the short form has time for. */
    static List<Setting> few() {
        return List.of(vector("vectors of 128 bits", 1, true, "-XX:MaxVectorSize=16"),
                new Setting("no Vector API", KernelChoice.AUTO, 1, false, false, List.of()));
    }

    private static Setting vector(String name, int every, boolean checks, String... jvm) {
        return new Setting(name, KernelChoice.VECTOR, every, checks, false, with(jvm));
    }

    private static List<String> with(String... jvm) {
        List<String> all = new ArrayList<>(MODULE);
        all.addAll(List.of(jvm));
        return List.copyOf(all);
    }
}
