package lanewise;

import lanewise.kernel.Kernels;
import lanewise.kernel.VectorKernels;

/** Whether vector kernels can run here. Nothing that mentions a vector type is loaded before the answer is yes. */
final class VectorSupport {
    /** Whether the JVM has the Vector API module in its graph. */
    static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    private static boolean advised;

    private VectorSupport() {}

    /** Vector kernels for one thread; only where {@link #PRESENT}. */
    static Kernels kernels() {
        return Holder.create();
    }

    /** Explains once per JVM how to enable vectors if they are missing. */
    static synchronized void advise() {
        if (!PRESENT && !advised) {
            advised = true;
            System.err.println("lanewise: running without SIMD, answers are the same but slower; start Java with "
                    + "--add-modules jdk.incubator.vector");
        }
    }

    /** Loaded only by the first call of {@link #kernels}. */
    private static final class Holder {
        static Kernels create() {
            return new VectorKernels();
        }
    }
}
