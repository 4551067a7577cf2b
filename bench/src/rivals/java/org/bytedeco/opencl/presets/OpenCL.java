package org.bytedeco.opencl.presets;

/**
 * Stands in for a class that oneDNN's Java API names but, on the CPU, never uses: the artifact that has it is not
 * published.
 */
public final class OpenCL {
    private OpenCL() {}
}
