package lanewise.plan;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Panels;
import lanewise.plan.op.UnaryOp;
import lanewise.spec.DType;
import lanewise.spec.MapOp;
import lanewise.spec.Operation.ReduceOp;

/**
 * The matrix product of a layer that Keras has quantized: inputs are rounded to 8 bits by a scale of each vector, and
 * the product is divided by both scales.
 *
 * @param limit   the largest absolute value of a rounded input; 0 if inputs are not rounded
 * @param epsilon keeps the division defined
 */
record Int8Product(float limit, float epsilon) {
    /**
     * Plans it.
     *
     * @param layer  the layer
     * @param x      [..., inputs]
     * @param kernel whole numbers
     * @param scales of the kernel, [units]
     * @return [..., units]
     */
    Value plan(LayerContext layer, Value x, Panels kernel, MemorySegment scales) {
        int[] last = new int[x.rank()];
        Arrays.fill(last, 1);
        last[last.length - 1] = kernel.units();
        Value scale = layer.constant(scales, last);
        Value given = x;
        if (limit > 0) {
            Value sizes = layer.value(DType.FLOAT32, x.rank());
            layer.add(new UnaryOp(layer.path, MapOp.ABSOLUTE, x.id(), x.dtype(), sizes.id()));
            Value largest = new ReductionPlanner(layer).reduce(ReduceOp.MAX, sizes, List.of(-1), true);
            Value factor = layer.binary(BinaryOp.DIVIDE,
                    layer.binary(BinaryOp.ADD, largest, epsilon, false), limit, true);
            Value scaled = layer.binary(BinaryOp.MULTIPLY, x, factor);
            given = layer.value(DType.FLOAT32, x.rank());
            layer.add(new UnaryOp(layer.path, MapOp.ROUND, scaled.id(), scaled.dtype(), given.id()));
            scale = layer.binary(BinaryOp.MULTIPLY, scale, factor);
        }
        return layer.binary(BinaryOp.DIVIDE, layer.dense(given, kernel), scale);
    }
}
