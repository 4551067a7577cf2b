package lanewise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lanewise.plan.Plan;
import lanewise.plan.op.ValueInfo;
import lanewise.spec.DType;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.text.TextInput;
import lanewise.text.Tokenizer;

/**
 * What the callers of a model rely on. A model of the same contract can take the place of another while they call.
 *
 * @param inputs  in the order of the model
 * @param outputs in the order of the model
 * @param text    how texts become the input, or null
 * @param labels  names for the values of the first output, or empty
 */
record Contract(List<Port> inputs, List<Port> outputs, TextInput text, List<String> labels) {
    /**
     * An input or output.
     *
     * @param shape   in the order of the caller
     * @param rowAxis the axis of rows, or {@link RowAxis#NONE}
     */
    record Port(String name, DType dtype, Shape shape, int rowAxis) {
        @Override
        public String toString() {
            return "'" + name + "' " + dtype + " " + shape
                    + (rowAxis == RowAxis.FIRST ? "" : rowAxis == RowAxis.NONE ? " without an axis of rows"
                            : " with rows along axis " + rowAxis);
        }
    }

    static Contract of(LoadedModel model) {
        Plan plan = model.plan();
        Graph graph = model.spec().graph();
        List<Port> in = new ArrayList<>();
        for (LayerSpec.InputLayer layer : graph.inputLayers()) {
            in.add(port(layer.name(), plan.values().get(plan.inputs()[in.size()]), layer.rowAxis()));
        }
        List<Port> out = new ArrayList<>();
        for (Graph.Output output : graph.outputs()) {
            out.add(port(output.name(), plan.values().get(plan.outputs()[out.size()]), output.rowAxis()));
        }
        return new Contract(in, out, model.spec().text(), model.spec().labels());
    }

    private static Port port(String name, ValueInfo info, int rowAxis) {
        return new Port(name, info.dtype(), RowAxis.ofCaller(info.shape(), rowAxis), rowAxis);
    }

    /** Why a model of another contract can't take this one's place, a clause each. */
    List<String> differences(Contract next) {
        List<String> found = new ArrayList<>();
        compare(found, "input", inputs, next.inputs);
        compare(found, "output", outputs, next.outputs);
        if ((text == null) != (next.text == null)) {
            found.add(text == null ? "it reads texts, and this one does not" : "it reads no texts, and this one does");
        } else if (text != null) {
            compareTexts(found, next.text);
        }
        if (!labels.equals(next.labels)) {
            found.add("its labels are " + next.labels + ", expected " + labels);
        }
        return found;
    }

    private static void compare(List<String> found, String what, List<Port> here, List<Port> there) {
        if (here.size() != there.size()) {
            found.add("it has the " + what + "s " + there + ", expected " + here);
            return;
        }
        for (int i = 0; i < here.size(); i++) {
            if (!here.get(i).equals(there.get(i))) {
                found.add("its " + what + " " + i + " is " + there.get(i) + ", expected " + here.get(i));
            }
        }
    }

    private void compareTexts(List<String> found, TextInput next) {
        if (!text.cleaning().equals(next.cleaning())) {
            found.add("it cleans texts by " + next.cleaning() + ", expected " + text.cleaning());
        }
        if (!text.padding().equals(next.padding())) {
            found.add("it pads texts by " + next.padding() + ", expected " + text.padding());
        }
        Tokenizer here = text.tokenizer();
        Tokenizer there = next.tokenizer();
        if (!here.options().equals(there.options())) {
            found.add("its tokenizer has " + there.options() + ", expected " + here.options());
        }
        // counts of words and documents are left out: ids don't depend on them
        if (!here.words().equals(there.words()) || !Arrays.equals(here.ids(), there.ids())) {
            found.add("its tokenizer gives words other ids");
        }
    }
}
