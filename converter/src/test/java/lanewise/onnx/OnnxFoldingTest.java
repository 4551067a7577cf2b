package lanewise.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lanewise.InputTensor;
import lanewise.Model;
import lanewise.OutputTensor;
import lanewise.Predictor;
import lanewise.convert.Importer;
import lanewise.error.UnsupportedModelException;
import lanewise.onnx.proto.AttributeProto;
import lanewise.onnx.proto.DimensionProto;
import lanewise.onnx.proto.GraphProto;
import lanewise.onnx.proto.ModelProto;
import lanewise.onnx.proto.NodeProto;
import lanewise.onnx.proto.OperatorSetIdProto;
import lanewise.onnx.proto.TensorProto;
import lanewise.onnx.proto.TensorShapeProto;
import lanewise.onnx.proto.TensorTypeProto;
import lanewise.onnx.proto.TypeProto;
import lanewise.onnx.proto.ValueInfoProto;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** An operator of ONNX gives the same bits whether its inputs are constants or come with the call. */
class OnnxFoldingTest {
    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT8 = 3;
    private static final int UINT16 = 4;
    private static final int INT16 = 5;
    private static final int INT32 = 6;
    private static final int INT64 = 7;
    private static final int BOOL = 9;
    private static final int DOUBLE = 11;

    @TempDir
    private Path folder;

    /** An array of a test; one that is fixed is a constant in both models. */
    private record Array(int type, int[] dims, double[] values, boolean fixed) {
        TensorProto proto(String name) {
            TensorProto.Builder proto = TensorProto.newBuilder().setName(name).setDataType(type);
            Arrays.stream(dims).forEach(proto::addDims);
            for (double value : values) {
                switch (type) {
                    case FLOAT -> proto.addFloatData((float) value);
                    case DOUBLE -> proto.addDoubleData(value);
                    case INT64 -> proto.addInt64Data((long) value);
                    default -> proto.addInt32Data((int) value);
                }
            }
            return proto.build();
        }
    }

    /** An operator with its inputs. */
    private record Case(NodeProto.Builder node, Array... inputs) {
        @Override
        public String toString() {
            return node.getOpType() + node.getAttributeList().stream().map(a -> " " + a.getName()).toList()
                    + Arrays.stream(inputs).map(i -> " " + i.type + Arrays.toString(i.dims)).toList();
        }
    }

    private final Random random = new Random(11);

    private Array floats(int... dims) {
        double[] values = IntStream.range(0, Arrays.stream(dims).reduce(1, (a, b) -> a * b)).mapToDouble(i -> {
            float value = switch (random.nextInt(12)) {
                case 0 -> 0f;
                case 1 -> -0f;
                case 2 -> 1e-41f;
                case 3 -> 1e30f;
                case 4 -> (float) random.nextInt(5) - 2;
                case 5 -> 50f * (float) random.nextGaussian();
                default -> 2f * (float) random.nextGaussian();
            };
            return value;
        }).toArray();
        return new Array(FLOAT, dims, values, false);
    }

    private Array special() {
        return new Array(FLOAT, new int[] {2, 4}, new double[] {Double.NaN, Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY, 0, -0.0, 0.5, -2.5, Float.MAX_VALUE}, false);
    }

    private Array integers(int type, int low, int high, int... dims) {
        return new Array(type, dims, IntStream.range(0, Arrays.stream(dims).reduce(1, (a, b) -> a * b))
                .mapToDouble(i -> low + random.nextInt(high - low)).toArray(), false);
    }

    private static Array fixed(long... values) {
        return new Array(INT64, new int[] {values.length}, Arrays.stream(values).asDoubleStream().toArray(), true);
    }

    private static NodeProto.Builder op(String type) {
        return NodeProto.newBuilder().setOpType(type);
    }

    private static AttributeProto.Builder number(String name, long value) {
        return AttributeProto.newBuilder().setName(name).setType(2).setI(value);
    }

    private List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String op : List.of("Abs", "Neg", "Sqrt", "Reciprocal", "Log", "Sin", "Cos", "Erf", "Floor", "Ceil",
                "Round", "Sign", "IsNaN", "IsInf", "Relu", "Sigmoid", "Tanh", "Exp", "Softplus", "Softsign",
                "HardSwish", "Mish", "Selu", "Elu", "Celu", "LeakyRelu", "ThresholdedRelu", "HardSigmoid", "Gelu",
                "Softmax", "LogSoftmax", "Hardmax", "Sum", "Mean")) {
            cases.add(new Case(op(op), floats(3, 7)));
            cases.add(new Case(op(op), special()));
        }
        for (String op : List.of("Add", "Sub", "Mul", "Div", "Mod", "Pow", "Max", "Min", "Equal", "Greater",
                "GreaterOrEqual", "Less", "LessOrEqual", "PRelu", "Sum", "Mean")) {
            cases.add(new Case(op(op), floats(3, 7), floats(3, 7)));
            cases.add(new Case(op(op), floats(3, 7), floats(7)));
            cases.add(new Case(op(op), floats(2, 3, 7), floats(3, 1)));
            cases.add(new Case(op(op), special(), floats(1)));
            if (!op.equals("PRelu")) {
                cases.add(new Case(op(op), floats(3, 1), floats(1, 7)));
                cases.add(new Case(op(op), floats(), floats(5)));
            }
        }
        cases.add(new Case(op("Mean"), floats(3, 7), floats(7), floats(1)));
        cases.add(new Case(op("Mod").addAttribute(number("fmod", 1)), floats(3, 7), floats(3, 7)));
        cases.add(new Case(op("Add"), new Array(DOUBLE, new int[] {2}, new double[] {0.1, 1e8}, false),
                new Array(DOUBLE, new int[] {2}, new double[] {0.2, 1.5}, false)));
        for (String op : List.of("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1",
                "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare")) {
            cases.add(new Case(op(op), floats(4, 5, 3)));
            cases.add(new Case(op(op).addAttribute(number("keepdims", 0)), floats(4, 5, 3), fixed(1)));
            cases.add(new Case(op(op), floats(4, 5, 3), fixed(0, -1)));
        }
        cases.add(new Case(op("ArgMax").addAttribute(number("axis", 1)), floats(4, 9)));
        cases.add(new Case(op("ArgMin").addAttribute(number("select_last_index", 1)), floats(9, 4)));
        cases.add(new Case(op("TopK"), floats(4, 9), fixed(3)));
        cases.add(new Case(op("MatMul"), floats(5, 33), floats(33, 17)));
        cases.add(new Case(op("MatMul"), floats(2, 5, 3), floats(3)));
        cases.add(new Case(op("Gemm"), floats(5, 33), floats(33, 17), floats(17)));
        cases.add(new Case(op("LpNormalization"), floats(5, 3)));
        cases.add(new Case(op("Clip"), floats(5, 3), floats(), new Array(FLOAT, new int[0], new double[] {3}, false)));
        cases.add(new Case(op("Not"), integers(BOOL, 0, 2, 6)));
        for (String op : List.of("And", "Or", "Xor", "Equal")) {
            cases.add(new Case(op(op), integers(BOOL, 0, 2, 3, 4), integers(BOOL, 0, 2, 4)));
        }
        for (String op : List.of("Add", "Sub", "Mul", "Div", "Mod", "Max", "Min", "Equal", "Greater", "Less")) {
            cases.add(new Case(op(op), integers(INT64, -40, 40, 3, 7), integers(INT64, 1, 9, 7)));
            cases.add(new Case(op(op), integers(INT64, -40, 40, 3, 7), integers(INT64, -9, 0, 7)));
        }
        cases.add(new Case(op("Mod").addAttribute(number("fmod", 1)), integers(INT64, -40, 40, 3, 7),
                integers(INT64, 1, 9, 7)));
        cases.add(new Case(op("Pow"), integers(INT64, -9, 9, 3, 7), integers(INT64, 0, 6, 7)));
        narrow(cases, INT8, -128, 128);
        narrow(cases, UINT8, 0, 256);
        narrow(cases, INT16, -32768, 32768);
        narrow(cases, UINT16, 0, 65536);
        narrow(cases, INT32, -(1 << 29), 1 << 29);
        cases.add(new Case(op("Pow"), integers(INT32, -8, 8, 3, 7), integers(INT32, 0, 9, 7)));
        for (String op : List.of("ReduceSum", "ReduceMax", "ReduceMin")) {
            cases.add(new Case(op(op), integers(INT32, -(1 << 28), 1 << 28, 7)));
        }
        cases.add(new Case(op("ReduceProd"), integers(INT32, -9, 9, 7)));
        return cases;
    }

    /** A call holds all integers in 32 bits: it wraps them around as their types do, and keeps every bit. */
    private void narrow(List<Case> cases, int type, int low, int high) {
        for (String op : List.of("Add", "Sub", "Mul", "Div", "Mod", "Max", "Min", "Equal", "Less", "BitwiseAnd",
                "BitwiseOr", "BitwiseXor")) {
            cases.add(new Case(op(op), integers(type, low, high, 3, 7), integers(type, Math.max(low, high - 99), high,
                    7)));
            cases.add(new Case(op(op), integers(type, low, high, 3, 7), integers(type, high - 1, high, 1)));
        }
        cases.add(new Case(op("Mod").addAttribute(number("fmod", 1)), integers(type, low, high, 3, 7),
                integers(type, high - 9, high, 7)));
        for (String op : List.of("Abs", "Neg", "Sign", "BitwiseNot", "Identity")) {
            if (low < 0 || !op.equals("Neg")) {
                cases.add(new Case(op(op), integers(type, low, high, 3, 7)));
            }
        }
        cases.add(new Case(op("Where"), integers(BOOL, 0, 2, 3, 7), integers(type, low, high, 7),
                integers(type, low, high, 3, 1)));
        cases.add(new Case(op("Trilu"), integers(type, low, high, 4, 4)));
        cases.add(new Case(op("Gather"), integers(type, low, high, 4, 2), integers(INT64, 0, 4, 3)));
        int least = Math.max(low, -(1 << 24));
        cases.add(new Case(op("TopK"), integers(type, least, least + 200, 9), fixed(3)));
        cases.add(new Case(op("ArgMax"), integers(type, least, least + 3, 9)));
        for (int to : new int[] {UINT8, INT8, UINT16, INT16, INT32}) {
            cases.add(new Case(op("Cast").addAttribute(number("to", to)), integers(type, low, high, 3, 7)));
        }
    }

    /** What ONNX Runtime 1.30 gives: sums wrap around, and a product of matrices keeps every bit. */
    @Test
    void integersOfACallAreExact() throws IOException {
        assertEquals(44, called("Add", array(UINT8, 200), array(UINT8, 100)));
        assertEquals(-116, called("Mul", array(INT8, 70), array(INT8, 2)));
        assertEquals(-128, called("Abs", array(INT8, -128)));
        assertEquals(16_777_217, called("Max", array(INT64, 16_777_217), array(INT64, 16_777_216)));
        assertEquals(16_777_217, called("Max", array(INT64, 16_777_217), whole(INT64, Long.MIN_VALUE)));
        assertEquals(0, called("Equal", array(INT64, 16_777_217), whole(INT64, 16_777_216)));
        assertEquals(33_554_433, called("Div", array(INT64, 100_663_300), whole(INT64, 3)));
        Array matrix = new Array(INT32, new int[] {1, 2}, new double[] {16_777_217, 2}, false);
        Array column = new Array(INT32, new int[] {2, 1}, new double[] {1, 1}, false);
        assertEquals(16_777_219, called("MatMul", matrix, column));
        // these hold what 32 bits with a sign don't
        assertThrows(UnsupportedModelException.class, () -> called("Sub", array(12, 3), array(12, 5)));
        assertThrows(UnsupportedModelException.class, () -> called("Add", array(INT64, 3), whole(INT64, 3e9)));
        assertThrows(UnsupportedModelException.class, () -> called("ReduceMean", array(INT64, 3)));
    }

    private static Array array(int type, double value) {
        return new Array(type, new int[] {1}, new double[] {value}, false);
    }

    private double called(String op, Array... inputs) throws IOException {
        return run(new Case(op(op), inputs), inputs.length)[0];
    }

    @TestFactory
    Stream<DynamicTest> foldedIsWhatACallGives() {
        return cases().stream().map(c -> DynamicTest.dynamicTest(c.toString(), () -> {
            List<String> called = text(run(c, c.inputs.length));
            assertFalse(called.isEmpty());
            assertEquals(called, text(run(c, 0)), "all constant");
            // a known bias of Gemm starts the sums, one that comes with the call is added to them
            if (Arrays.stream(c.inputs).filter(i -> !i.fixed).count() > 1 && !c.node.getOpType().equals("Gemm")) {
                assertEquals(called, text(run(c, 1)), "all but the first constant");
            }
        }));
    }

    private static List<String> text(double[] values) {
        return IntStream.range(0, values.length).mapToObj(i -> Double.isNaN(values[i]) ? "NaN"
                : String.format(Locale.ROOT, "%s %016x", values[i], Double.doubleToRawLongBits(values[i]))).toList();
    }

    private static ValueInfoProto input(String name, int type, int... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        Arrays.stream(dims).forEach(dim -> shape.addDim(DimensionProto.newBuilder().setDimValue(dim)));
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder()
                .setTensorType(TensorTypeProto.newBuilder().setElemType(type).setShape(shape))).build();
    }

    /** The results where the first few inputs come with the call. */
    private double[] run(Case c, int live) throws IOException {
        // an input without axes, beside the others, makes the whole call one row
        GraphProto.Builder graph = GraphProto.newBuilder().addInput(input("unread", FLOAT))
                .addOutput(ValueInfoProto.newBuilder().setName("y"));
        NodeProto.Builder node = c.node.clone().addOutput("y");
        List<Array> given = new ArrayList<>();
        for (int i = 0; i < c.inputs.length; i++) {
            Array array = c.inputs[i];
            if (i >= live || array.fixed) {
                graph.addInitializer(array.proto("x" + i));
            } else {
                graph.addInput(input("x" + i, array.type, array.dims));
                given.add(array);
            }
            node.addInput("x" + i);
        }
        return run(graph.addNode(node), given);
    }

    private double[] run(GraphProto.Builder graph, List<Array> given) throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.write(file, ModelProto.newBuilder().setIrVersion(9).setProducerName("test").setGraph(graph)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(20)).build().toByteArray());
        try (Model model = Importer.read(file)
                .toModel(ModelOptions.DEFAULT.withKernels(ModelOptions.KernelChoice.SCALAR).withWarmUpThread(false));
                Predictor predictor = model.predictor(1, 1)) {
            predictor.inputs().getFirst().set(new float[1]);
            for (int i = 0; i < given.size(); i++) {
                InputTensor input = predictor.inputs().get(i + 1);
                double[] values = given.get(i).values;
                if (given.get(i).type == FLOAT || given.get(i).type == DOUBLE) {
                    float[] floats = new float[values.length];
                    IntStream.range(0, floats.length).forEach(k -> floats[k] = (float) values[k]);
                    input.set(floats);
                } else {
                    input.set(Arrays.stream(values).mapToInt(v -> (int) v).toArray());
                }
            }
            predictor.run();
            OutputTensor y = predictor.outputs().getFirst();
            if (y.dtype() != DType.FLOAT32) {
                return Arrays.stream(y.toLongs()).asDoubleStream().toArray();
            }
            float[] floats = y.toFloats();
            return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
        }
    }

    private double folded(String op, Array... inputs) throws IOException {
        return run(new Case(op(op), inputs), 0)[0];
    }

    private static Array whole(int type, double value) {
        return new Array(type, new int[0], new double[] {value}, true);
    }

    /** Where a call computes with floats, sizes that are known are exact: 2^40 + 1 modulo 10 is 7. */
    @Test
    void integersAreExact() throws IOException {
        double large = Math.scalb(1.0, 40) + 1;
        assertEquals(7, folded("Mod", whole(INT64, large), whole(INT64, 10)));
        assertEquals(3, folded("Mod", whole(INT64, -large), whole(INT64, 10)));
        assertEquals(-3, folded("Mod", whole(INT64, large), whole(INT64, -10)));
        assertEquals(-3, folded("Div", whole(INT64, -7), whole(INT64, 2)));
        assertEquals(0, folded("Pow", whole(INT64, 2), whole(INT64, 64)));
        assertEquals(44, folded("Add", whole(2, 200), whole(2, 100)));
        assertThrows(UnsupportedModelException.class, () -> folded("Div", whole(INT64, 7), whole(INT64, 0)));
        assertThrows(UnsupportedModelException.class, () -> folded("Pow", whole(INT64, 3), whole(INT64, 39)));
    }
}
