package lanewise.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import lanewise.kernel.BinaryOp;
import lanewise.kernel.Matrix;
import lanewise.kernel.Panels;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.spec.CoreLayer;
import lanewise.spec.Operation.ReduceOp;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * Plans sums of products in Einstein's notation: letters that both arrays and the result have go to the front, summed
 * ones become the inner axis of a matrix product, all others its rows and columns.
 */
final class EinsumPlanner {
    private final LayerContext layer;

    EinsumPlanner(LayerContext layer) {
        this.layer = layer;
    }

    /** The letters of an equation. */
    record Letters(List<String> inputs, String output) {
        /** Reads "ab,bc->ac", with as many axes as the inputs have where an ellipsis stands. */
        static Letters of(String equation, int... ranks) {
            String text = equation.replace(" ", "");
            String[] sides = text.split("->", -1);
            String[] inputs = sides[0].split(",", -1);
            if (sides.length != 2 || inputs.length != ranks.length) {
                throw new Problem(
                        "its equation is '" + equation + "', expected " + ranks.length + " inputs and an output");
            }
            List<String> letters = new ArrayList<>();
            String dots = "";
            for (int i = 0; i < inputs.length; i++) {
                int hidden = ranks[i] - inputs[i].replace("...", "").length();
                String these = "";
                for (int k = 0; inputs[i].contains("...") && k < hidden; k++) {
                    these += (char) ('0' + k);
                }
                dots = these.length() > dots.length() ? these : dots;
                letters.add(inputs[i].replace("...", these));
            }
            Letters read = new Letters(letters, sides[1].replace("...", dots));
            for (int i = 0; i < letters.size(); i++) {
                if (letters.get(i).length() != ranks[i]) {
                    throw new Problem(
                            "its equation is '" + equation + "', but input " + i + " has " + ranks[i] + " axes");
                }
            }
            for (String side : List.of(letters.getFirst(), letters.getLast(), read.output)) {
                if (side.chars().distinct().count() != side.length()) {
                    throw new Problem("its equation is '" + equation + "': a letter stands twice in one array");
                }
            }
            for (int c : read.output.chars().toArray()) {
                if (letters.stream().noneMatch(l -> l.indexOf(c) >= 0)) {
                    throw new Problem("its equation is '" + equation + "': no input has the letter " + (char) c);
                }
            }
            return read;
        }
    }

    Value plan(String equation, List<Value> inputs) {
        if (inputs.isEmpty() || inputs.size() > 2) {
            throw new Problem("is given " + inputs.size() + " inputs, expected 1 or 2");
        }
        Letters letters = Letters.of(equation, inputs.stream().mapToInt(Value::rank).toArray());
        char batch = letters.inputs.getFirst().charAt(0);
        if (letters.inputs.stream().anyMatch(l -> l.isEmpty() || l.charAt(0) != batch)
                || letters.output.indexOf(batch) != 0) {
            throw new Problem("its equation is '" + equation + "': batch must come first in all arrays");
        }
        if (inputs.size() == 1) {
            String in = letters.inputs.getFirst();
            Value x = summed(layer.floats(inputs.getFirst()), in, letters.output);
            return ordered(x, only(in, letters.output, true), letters.output);
        }
        String a = letters.inputs.get(0);
        String b = letters.inputs.get(1);
        Value x = summed(layer.floats(inputs.get(0)), a, b + letters.output);
        Value y = summed(layer.floats(inputs.get(1)), b, a + letters.output);
        return product(x, only(a, b + letters.output, true), y, only(b, a + letters.output, true), letters.output);
    }

    /** {@code keras.layers.EinsumDense}: the second array is the kernel; int8 is null where that holds floats. */
    Value dense(CoreLayer.EinsumDense l, Value x, Int8Product int8) {
        TensorData kernel = layer.array("kernel");
        int[] sizes = kernel.shape().toArray();
        Letters letters = Letters.of(l.equation(), x.rank(), sizes.length);
        String a = letters.inputs.get(0);
        String b = letters.inputs.get(1);
        String inner = only(a, b, true);
        String rows = only(a, b, false);
        String columns = only(b, a, false);
        if (!only(inner, letters.output, true).isEmpty() || !only(rows + columns, letters.output, false).isEmpty()) {
            throw new Problem("its equation is '" + l.equation()
                    + "', supported are equations in which every letter is either summed over"
                    + " and in both arrays, or in one array and the result");
        }
        for (int i = 0; i < a.length(); i++) {
            int at = b.indexOf(a.charAt(i));
            if (at >= 0 && layer.needKnown(x, i) != sizes[at]) {
                throw new Problem("its kernel has shape " + kernel.shape() + ", which does not fit "
                        + Dims.text(x.dims()) + " in "
                        + l.equation());
            }
        }
        int[] columnSizes = columns.chars().map(c -> sizes[b.indexOf(c)]).toArray();
        int units = Dims.count(columnSizes);
        String own = only(letters.output, columns, true);
        boolean ownBias = int8 == null && !l.biasAxes().isEmpty() && only(l.biasAxes(), columns, false).isEmpty();
        Panels panels = layer.packOnce(() -> {
            int[] order = (inner + columns).chars().map(b::indexOf).toArray();
            float[] turned = permuted(kernel.toFloats(), sizes, order);
            return layer.pack(Matrix.of(turned, turned.length / units), units, LayerContext.ONE_GATE,
                    ownBias ? spread("bias", only(own, l.biasAxes(), true), columns, columnSizes) : null);
        });
        Value left = ordered(x, a, rows + inner);
        int innerAxes = inner.length();
        Value flat = layer.view(left, rows.length() + 1, (from, to, dims) -> {
            System.arraycopy(from, 0, to, 0, to.length - 1);
            to[to.length - 1] = Dims.count(from, from.length - innerAxes, from.length);
        });
        Value product = int8 == null ? layer.dense(flat, panels)
                : int8.plan(layer, flat, panels, layer.packOnce("scale", () -> layer.packConstant(
                        TensorData.of(Shape.of(units), spread("kernel_scale", own, columns, columnSizes)))));
        Value full = layer.view(product, rows.length() + columns.length(), (from, to, dims) -> {
            System.arraycopy(from, 0, to, 0, from.length - 1);
            System.arraycopy(columnSizes, 0, to, from.length - 1, columnSizes.length);
        });
        Value out = ordered(full, rows + columns, letters.output);
        if (!l.biasAxes().isEmpty() && !ownBias) {
            out = layer.binary(BinaryOp.ADD, out, bias(l.biasAxes(), letters.output, out));
        }
        return layer.activate(l.activation(), out, true);
    }

    private static float[] permuted(float[] values, int[] sizes, int[] order) {
        float[] turned = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            long source = 0;
            int rest = i;
            for (int k = order.length - 1; k >= 0; k--) {
                int size = sizes[order[k]];
                source += (long) (rest % size) * Dims.count(sizes, order[k] + 1, sizes.length);
                rest /= size;
            }
            turned[i] = values[(int) source];
        }
        return turned;
    }

    /**
     * A number for each column, of an array along some of the columns' axes.
     *
     * @param role    the array
     * @param letters its axes: those of the result in the order that they have there
     * @param columns the axes of the columns
     * @param sizes   their sizes
     */
    private float[] spread(String role, String letters, String columns, int[] sizes) {
        int[] strides = new int[sizes.length];
        int count = 1;
        for (int i = letters.length() - 1; i >= 0; i--) {
            int at = columns.indexOf(letters.charAt(i));
            strides[at] = count;
            count *= sizes[at];
        }
        TensorData array = layer.array(role);
        if (array.shape().size() != count) {
            throw new Problem("its array '" + role + "' has shape " + array.shape() + ", expected "
                    + Dims.text(letters.chars().map(c -> sizes[columns.indexOf(c)]).toArray()));
        }
        float[] given = array.toFloats();
        float[] all = new float[Dims.count(sizes)];
        for (int i = 0; i < all.length; i++) {
            int source = 0;
            int rest = i;
            for (int k = sizes.length - 1; k >= 0; k--) {
                source += rest % sizes[k] * strides[k];
                rest /= sizes[k];
            }
            all[i] = given[source];
        }
        return all;
    }

    /** A bias that lies along axes of the input too. */
    private Value bias(String biasAxes, String output, Value out) {
        int[] sizes = new int[out.rank()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = biasAxes.indexOf(output.charAt(i)) >= 0 ? layer.needKnown(out, i) : 1;
        }
        TensorData bias = layer.array("bias");
        if (bias.shape().size() != Dims.count(sizes)) {
            throw new Problem("its array 'bias' has shape " + bias.shape() + ", expected " + Dims.text(sizes));
        }
        return layer.constant(layer.packOnce("bias", () -> layer.packConstant(bias)), sizes);
    }

    /** Letters of one text that another has, or has not. */
    private static String only(String letters, String others, boolean in) {
        return letters.chars().filter(c -> others.indexOf(c) >= 0 == in).mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
    }

    /** Sums axes that nothing else has. */
    private Value summed(Value x, String letters, String others) {
        String gone = only(letters, others, false);
        return gone.isEmpty() ? x : new ReductionPlanner(layer).reduce(ReduceOp.SUM, x,
                gone.chars().map(letters::indexOf).boxed().toList(), false);
    }

    private Value ordered(Value x, String have, String want) {
        return have.equals(want) ? x : layer.permute(x, want.chars().map(have::indexOf).toArray());
    }

    /** The matrix product behind two arrays. */
    private Value product(Value x, String a, Value y, String b, String output) {
        String shared = only(only(a, b, true), output, true);
        String inner = only(only(a, b, true), output, false);
        String rows = only(a, b, false);
        String columns = only(b, a, false);
        Value left = ordered(x, a, shared + rows + inner);
        Value right = ordered(y, b, shared + inner + columns);
        int s = shared.length();
        Value made = layer.product(flat(left, s, rows.length()), flat(right, s, inner.length()));
        int leftId = left.id();
        int rightId = right.id();
        int innerAxes = inner.length();
        Value full = layer.view(made, s + rows.length() + columns.length(), (from, to, dims) -> {
            int[] l = dims[leftId];
            int[] r = dims[rightId];
            System.arraycopy(l, 0, to, 0, l.length - innerAxes);
            System.arraycopy(r, s + innerAxes, to, l.length - innerAxes, r.length - s - innerAxes);
        });
        return ordered(full, shared + rows + columns, output);
    }

    /** Three axes: the first so many, the next so many, and the rest. */
    private Value flat(Value x, int first, int second) {
        return layer.view(x, 3, (from, to, dims) -> {
            to[0] = Dims.count(from, 0, first);
            to[1] = Dims.count(from, first, first + second);
            to[2] = Dims.count(from, first + second, from.length);
        });
    }
}
