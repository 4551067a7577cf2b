package lanewise.bench;

import java.util.Arrays;
import java.util.List;

/**
 * A model that streams are measured with: LSTM layers as wide as their input, perhaps a dense layer.
 *
 * @param name    as it stands in the report
 * @param layers  how many
 * @param units   of each
 * @param outputs of the dense layer, or 0
 * @param fpga    microseconds of a step on an FPGA, as published for public stand-ins of the STAC-ML Markets
 *                (Inference) models; NaN if not
 */
public record StreamShape(String name, int layers, int units, int outputs, double fpga) {
    /** All, as the report lists them. */
    public static final List<StreamShape> ALL = List.of(new StreamShape("1x32", 1, 32, 0, Double.NaN),
            new StreamShape("2x128", 2, 128, 32, 1.9),
            new StreamShape("3x256", 3, 256, 32, 3.0), new StreamShape("3x480", 3, 480, 32, 4.2),
            new StreamShape("6x320", 6, 320, 32, 4.3),
            new StreamShape("3x960", 3, 960, 32, 8.5));

    static StreamShape named(String name) {
        return ALL.stream().filter(shape -> shape.name.equals(name)).findFirst().orElseThrow();
    }

    Network network() {
        int[] all = new int[layers];
        Arrays.fill(all, units);
        return Network.random(0, units, all, false, outputs, false);
    }

    /** The weights of the LSTM layers. */
    long bytes() {
        return 32L * layers * units * units;
    }

    /** A sequence of this model, whose answer is known. */
    Workload workload(int steps) {
        return new Workload(name, name, steps, 1, Double.NaN, Double.NaN, this::network, false);
    }
}
