package lanewise;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import lanewise.kernel.Kernels;
import lanewise.kernel.VectorKernels;

/** Whether vector kernels can run here. Nothing that mentions a vector type is loaded before the answer is yes. */
final class VectorSupport {
    /** Whether the JVM has the Vector API module in its graph. */
    static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    /**
     * Whether this JVM makes an AOT cache (JEP 514 and 515). Where such a cache holds profiles of vector kernels, a JVM
     * that uses it runs them without profiling, some 50,000 calls instead of 200, before it lets C2 compile them:
     * seconds. So kernels must not be compiled while a cache is made.
     */
    static final boolean MAKES_AOT_CACHE = isSet("AOTCacheOutput", "") || isSet("AOTMode", "record");
    /** Whether {@code Math.fma} is an instruction; without, the JVM computes it with decimals of any length. */
    private static final boolean HAS_FMA = !isSet("UseFMA", "false");
    private static boolean advised;

    private VectorSupport() {}

    private static boolean isSet(String option, String start) {
        HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            String value = vm == null ? null : vm.getVMOption(option).getValue();
            return value != null && !value.isEmpty() && value.startsWith(start);
        } catch (IllegalArgumentException e) {
            // a JVM without the option
            return false;
        }
    }

    /** Vector kernels for one thread; only where {@link #PRESENT}. */
    static Kernels kernels() {
        return Holder.create();
    }

    /** Says once per JVM what makes it slow, and what to do: vectors or FMA instructions that are missing. */
    static synchronized void advise() {
        if (advised) {
            return;
        }
        advised = true;
        if (!PRESENT) {
            // models/forecast, 215 us without: 44 us with 256 bits, 25 us with 512; docs/production.md has the command
            System.err.println("lanewise: running without SIMD, answers are the same but calls take 5 to 9 times as"
                    + " long; start Java with --add-modules jdk.incubator.vector");
        }
        if (!HAS_FMA) {
            // an LSTM of a conformance case: 5.6 us a call with FMA, 2115 us without
            System.err.println("lanewise: running without FMA instructions, answers are the same but some 300 times"
                    + " slower; start Java without -XX:-UseFMA, on a processor that has them (x86 since 2013, ARM64)");
        }
    }

    /** Loaded only by the first call of {@link #kernels}. */
    private static final class Holder {
        static Kernels create() {
            return new VectorKernels();
        }
    }
}
