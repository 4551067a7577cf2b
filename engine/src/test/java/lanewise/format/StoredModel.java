package lanewise.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lanewise.spec.Activation;
import lanewise.spec.AttentionLayer;
import lanewise.spec.CoreLayer;
import lanewise.spec.DType;
import lanewise.spec.Example;
import lanewise.spec.Examples;
import lanewise.spec.Graph;
import lanewise.spec.LayerSpec;
import lanewise.spec.MapOp;
import lanewise.spec.ModelSpec;
import lanewise.spec.NarrowArray;
import lanewise.spec.Operation;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.spec.WeightFormat;
import lanewise.spec.Weights;
import lanewise.spec.WideOperation;
import lanewise.text.CleaningRule;
import lanewise.text.PadSequences;
import lanewise.text.TextInput;
import lanewise.text.Tokenizer;

/**
 * What the stored files of format 1 hold. The files were written by the code of 2026-11-25, before layers had names
 * of their own in files; on 2026-12-01, before the first release, checksums were added to them. They are never written
 * again: a file that an old version wrote must open for ever.
 *
 * @param spec     the model; some could not run, for they are only made to be stored
 * @param weights  its arrays
 * @param examples its examples
 */
record StoredModel(ModelSpec spec, Weights weights, Examples examples) {
    /** The contents by the name of the file. */
    static Map<String, StoredModel> formatOne() {
        Map<String, StoredModel> all = new LinkedHashMap<>();
        all.put("core", everyLayer(StoredLayers.core()));
        all.put("recurrent", everyLayer(StoredLayers.recurrent()));
        all.put("shapes", everyLayer(StoredLayers.shapes()));
        all.put("operations", everyLayer(StoredLayers.operations()));
        all.put("preprocessing", everyLayer(StoredLayers.preprocessing()));
        all.put("constants", everyLayer(StoredConstants.layers()));
        all.put("axis_operations", everyLayer(StoredAxisOperations.layers()));
        all.put("rounding", everyLayer(List.of(new Operation.Map("half", MapOp.TO_FLOAT16),
                new Operation.Map("brain", MapOp.TO_BFLOAT16))));
        all.put("wide", everyLayer(List.of(
                new WideOperation("wide", new Operation.Map("inner", MapOp.ABSOLUTE)))));
        all.put("int8_layers", everyLayer(List.of(
                new CoreLayer.Int8Dense("dense", 3, Activation.TANH, true, 127, 1e-7f),
                new CoreLayer.Int8Embedding("embedding", 9, 2, true))));
        all.put("attention", everyLayer(List.of(
                new AttentionLayer.MultiHeadAttention("gated", false, 2, 2, 3, 4, true, true, 5,
                        AttentionLayer.Blind.ZERO_WITH_SCORES, true),
                new AttentionLayer.MultiHeadAttention("grouped", true, 4, 2, 3, 3, false, false, 0,
                        AttentionLayer.Blind.ZERO, false))));
        all.put("int8_einsum", everyLayer(List.of(
                new CoreLayer.Int8EinsumDense("einsum", "abc,cd->abd", "d", Activation.TANH, 127, 1e-7f),
                new CoreLayer.Int8EinsumDense("weights_only", "abc,bcd->ad", "", Activation.LINEAR, 0, 1e-6f))));
        all.put("conv_lstm", everyLayer(StoredLayers.windowsOfSteps()));
        all.put("text", text());
        all.put("calls", calls());
        all.put("narrow", narrow());
        return all;
    }

    /**
     * Writes the files, for a format that has none yet.
     *
     * @param arguments the folder
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        for (Map.Entry<String, StoredModel> entry : formatOne().entrySet()) {
            Path file = folder.resolve(entry.getKey() + ".gguf");
            if (!Files.exists(file)) {
                entry.getValue().write(file);
            }
        }
    }

    /** Writes the model with the code as it is. */
    void write(Path file) {
        ModelFile.write(file, spec, weights, examples);
    }

    /** Each layer called once with the model's input; two numbers for each of its arrays. */
    private static StoredModel everyLayer(List<LayerSpec> layers) {
        List<Graph.Node> nodes = new ArrayList<>();
        nodes.add(new Graph.Node(new LayerSpec.InputLayer("x", Shape.of(-1, 4), DType.FLOAT32), List.of(), null));
        for (LayerSpec layer : layers) {
            nodes.add(new Graph.Node(layer,
                    layer instanceof LayerSpec.InputLayer ? List.of() : List.of(new Graph.Ref(0, 0)), null));
        }
        Graph graph = new Graph(nodes, List.of(0),
                List.of(new Graph.Output("out", new Graph.Ref(nodes.size() - 1, 0))));
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        graph.walk((path, layer) -> {
            for (String role : layer.weightRoles()) {
                arrays.put(path + "/" + role, role.equals("vocabulary")
                        ? TensorData.of(Shape.of(2), List.of("", "été"))
                        : TensorData.of(Shape.of(2), arrays.size(), arrays.size() + 0.5f));
            }
        });
        return new StoredModel(new ModelSpec("layers", graph), new Weights(arrays), Examples.NONE);
    }

    /** Matrices of each format. */
    private static StoredModel narrow() {
        List<Graph.Node> nodes = new ArrayList<>();
        nodes.add(new Graph.Node(new LayerSpec.InputLayer("x", Shape.of(-1, 3), DType.FLOAT32), List.of(), null));
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        Map<String, NarrowArray> narrow = new LinkedHashMap<>();
        for (WeightFormat format : WeightFormat.values()) {
            String name = format.name().toLowerCase(Locale.ROOT);
            nodes.add(new Graph.Node(new CoreLayer.Dense(name, 2, Activation.LINEAR, false), refs(0), null));
            TensorData kernel = TensorData.of(Shape.of(3, 2), 0.1f, -0.2f, 0.3f, 1e-9f, 5f, -0.7f);
            if (format.isNarrow()) {
                narrow.put(name + "/kernel", NarrowArray.of(format, kernel));
            } else {
                arrays.put(name + "/kernel", kernel);
            }
        }
        Graph graph = new Graph(nodes, List.of(0), List.of(new Graph.Output("y", new Graph.Ref(1, 0))));
        return new StoredModel(new ModelSpec("narrow", graph), new Weights(arrays, narrow), Examples.NONE);
    }

    private static StoredModel text() {
        List<CleaningRule> cleaning = List.of(CleaningRule.LOWER, CleaningRule.KEEP_ASCII_LETTERS_DIGITS_SPACE,
                CleaningRule.KEEP_ASCII_LETTERS_SPACE, CleaningRule.ALL_BUT_ASCII_LETTERS_TO_SPACE,
                CleaningRule.DROP_PUNCTUATION, CleaningRule.DROP_DIGITS, CleaningRule.LINE_BREAK_TAGS_TO_SPACE,
                CleaningRule.JOIN_SPACES, CleaningRule.STRIP);
        Tokenizer tokenizer = new Tokenizer(new Tokenizer.Options(8, "!?", true, " ", false, "<oov>"),
                List.of("<oov>", "été"), new int[] {1, 2}, new int[] {5, 6}, 7);
        TextInput text = new TextInput(cleaning, tokenizer,
                new PadSequences(5, PadSequences.Side.POST, PadSequences.Side.PRE, 0.5));
        LayerSpec.InputLayer ids = new LayerSpec.InputLayer("ids", Shape.of(-1, 5), DType.INT32);
        Graph graph = new Graph(List.of(new Graph.Node(ids, List.of(), null)), List.of(0),
                List.of(new Graph.Output("ids", new Graph.Ref(0, 0))));
        TensorData answer = TensorData.of(DType.INT32, Shape.of(1, 5), 2, 0, 0, 0, 0);
        Examples examples = new Examples(List.of(
                new Example(true, List.of(TensorData.of(Shape.of(1), List.of("Été!"))), List.of(answer)),
                new Example(false, List.of(answer), List.of(answer))), 1e-6, 0.25);
        return new StoredModel(new ModelSpec("text", graph, text, List.of("no", "yes")), new Weights(Map.of()),
                examples);
    }

    /** A layer called twice, masks, named arguments, several outputs, arrays of every type and of many axes. */
    private static StoredModel calls() {
        LayerSpec dense = new CoreLayer.Dense("shared", 4, Activation.LINEAR, true);
        LayerSpec attention = new AttentionLayer.Attention("attention", false, true);
        List<Graph.Node> nodes = List.of(
                new Graph.Node(new LayerSpec.InputLayer("a", Shape.of(-1, -1, 4), DType.FLOAT32), List.of(), null),
                new Graph.Node(new LayerSpec.InputLayer("m", Shape.of(-1, -1), DType.BOOL), List.of(), null),
                new Graph.Node(dense, refs(0), new Graph.Ref(1, 0)), new Graph.Node(dense, refs(2), null),
                new Graph.Node(attention, refs(2, 3), null,
                        List.of("query", "value", "return_attention_scores", "use_causal_mask")),
                new Graph.Node(new Operation.Constant("bools"), List.of(), null),
                new Graph.Node(new Operation.Constant("longs"), List.of(), null),
                new Graph.Node(new Operation.Constant("ints"), List.of(), null),
                new Graph.Node(new Operation.Constant("nothing"), List.of(), null),
                new Graph.Node(new Operation.Constant("axes"), List.of(), null));
        Graph graph = new Graph(nodes, List.of(1, 0), List.of(new Graph.Output("scores", new Graph.Ref(4, 1)),
                new Graph.Output("values", new Graph.Ref(4, 0))));
        Map<String, TensorData> arrays = new LinkedHashMap<>();
        arrays.put("shared/kernel", TensorData.of(Shape.of(1, 3), 1, 2, Float.NaN));
        arrays.put("attention/scale", TensorData.of(Shape.SCALAR, 0.5f));
        arrays.put("bools/value", TensorData.of(DType.BOOL, Shape.of(1, 2), 0, 1));
        arrays.put("longs/value", TensorData.of(Shape.of(1, 2), Long.MIN_VALUE, 1L));
        arrays.put("ints/value", TensorData.of(DType.INT32, Shape.of(2, 1), -1, 7));
        arrays.put("nothing/value", TensorData.of(Shape.of(0, 3), new float[0]));
        arrays.put("axes/value", TensorData.of(Shape.of(1, 1, 2, 1, 1), 3f, 4f));
        return new StoredModel(new ModelSpec("calls", graph), new Weights(arrays), Examples.NONE);
    }

    private static List<Graph.Ref> refs(int... nodes) {
        List<Graph.Ref> refs = new ArrayList<>();
        for (int node : nodes) {
            refs.add(new Graph.Ref(node, 0));
        }
        return refs;
    }
}
