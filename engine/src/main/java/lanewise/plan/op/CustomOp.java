package lanewise.plan.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.error.InvalidInputException;
import lanewise.kernel.Kernels;
import lanewise.options.CustomLayer;

/**
 * What a layer of the user's own computes.
 *
 * @param layer its path, for messages
 * @param impl  the layer
 * @param x     its inputs
 * @param masks their masks, -1 for none
 * @param out   the result
 */
public record CustomOp(String layer, CustomLayer impl, int[] x, int[] masks, int out) implements PlanOp {
    @Override
    public void shape(int[][] dims) {
        List<int[]> shapes = new ArrayList<>();
        for (int id : x) {
            shapes.add(dims[id].clone());
        }
        int[] shape = impl.outputShape(shapes);
        if (shape.length != dims[out].length) {
            throw new InvalidInputException("layer '" + layer + "': says its output has shape " + Arrays.toString(shape)
                    + ", before it said "
                    + dims[out].length + " axes");
        }
        Dims.copy(shape, dims[out]);
    }

    @Override
    public PlanOp stream(Streaming s) {
        int[] read = IntStream.concat(Arrays.stream(x), Arrays.stream(masks).filter(m -> m >= 0)).toArray();
        return s.whole(this, "is a layer of the user's own, which may look at all steps", out, read);
    }

    @Override
    public boolean refusesValues() {
        return true;
    }

    @Override
    public void run(Frame f, Kernels k) {
        List<CustomLayer.Array> inputs = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            inputs.add(
                    new CustomLayer.Array(f.data(x[i]), f.dims(x[i]).clone(), masks[i] < 0 ? null : f.data(masks[i])));
        }
        if (Dims.count(f.dims(out)) > Dims.count(f.largest(out))) {
            throw new InvalidInputException("layer '" + layer + "': its output of shape " + Dims.text(f.dims(out))
                    + " is larger than the largest inputs gave");
        }
        impl.compute(inputs, new CustomLayer.Array(f.data(out), f.dims(out).clone(), null));
    }
}
