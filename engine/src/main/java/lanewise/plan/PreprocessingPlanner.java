package lanewise.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import lanewise.kernel.BinaryOp;
import lanewise.plan.op.Dims;
import lanewise.plan.op.Problem;
import lanewise.plan.op.text.BinOp;
import lanewise.plan.op.text.EncodeOp;
import lanewise.plan.op.text.HashOp;
import lanewise.plan.op.text.InvertOp;
import lanewise.plan.op.text.LookupOp;
import lanewise.plan.op.text.TextOp;
import lanewise.spec.DType;
import lanewise.spec.PreprocessingLayer;
import lanewise.spec.PreprocessingLayer.OutputMode;
import lanewise.spec.TensorData;
import lanewise.text.TextVectorizer;
import lanewise.text.TextVectorizer.Split;

/** Plans layers that turn texts, categories and numbers into ids and vectors. */
final class PreprocessingPlanner {
    private static final int COUNTS_NOWHERE = -1;

    private final LayerContext layer;

    PreprocessingPlanner(LayerContext layer) {
        this.layer = layer;
    }

    Value plan(PreprocessingLayer spec, List<Value> inputs) {
        Value x = inputs.getFirst();
        return switch (spec) {
            case PreprocessingLayer.Hashing l -> hashing(l, x);
            case PreprocessingLayer.Lookup l -> l.invert() ? invert(l, x) : lookup(l, x);
            case PreprocessingLayer.TextVectorization l -> text(l, x);
            case PreprocessingLayer.CategoryEncoding l -> {
                Value ids = integers(x);
                yield encode(l.mode(), ids, inputs.size() > 1 ? layer.floats(inputs.get(1)) : null, l.numTokens());
            }
            case PreprocessingLayer.Discretization l -> {
                float[] boundaries = new float[l.boundaries().size()];
                for (int i = 0; i < boundaries.length; i++) {
                    boundaries[i] = l.boundaries().get(i);
                }
                Value bins = layer.value(DType.INT32, x.rank());
                layer.add(new BinOp(layer.floats(needNumbers(x)).id(), bins.id(), boundaries));
                yield encode(l.mode(), bins, null, boundaries.length + 1);
            }
        };
    }

    private static Value needNumbers(Value x) {
        if (x.dtype() == DType.STRING) {
            throw new Problem("its input holds texts, expected numbers");
        }
        return x;
    }

    private Value integers(Value x) {
        needNumbers(x);
        return x.dtype() == DType.FLOAT32 || x.dtype() == DType.INT64 ? layer.cast(x, DType.INT32) : x;
    }

    private Value hashing(PreprocessingLayer.Hashing l, Value x) {
        if (l.bins() < (l.hasMask() ? 2 : 1)) {
            throw new Problem("has " + l.bins() + " bins" + (l.hasMask() ? ", one of them for the mask" : ""));
        }
        if (x.dtype() == DType.FLOAT32) {
            throw new Problem("its input holds floats, expected texts or integers");
        }
        Value ids = layer.value(DType.INT32, x.rank());
        layer.add(new HashOp(x.id(), x.dtype(), ids.id(), l));
        return encode(l.mode(), ids, null, l.bins());
    }

    private List<String> vocabulary() {
        TensorData data = layer.texts("vocabulary");
        return data.strings();
    }

    private Value lookup(PreprocessingLayer.Lookup l, Value x) {
        if (l.integers() == (x.dtype() == DType.STRING)) {
            throw new Problem("its input holds " + x.dtype() + ", expected " + (l.integers() ? "integers" : "texts"));
        }
        if (l.oovIndices() < 0) {
            throw new Problem("has " + l.oovIndices() + " places for unknown values, expected 0 or more");
        }
        Value given = x.dtype() == DType.FLOAT32 ? layer.cast(x, DType.INT32) : x;
        List<String> words = vocabulary();
        int first = l.oovStart() + l.oovIndices();
        Map<Object, Integer> ids = layer.packOnce(() -> {
            Map<Object, Integer> map = new HashMap<>();
            for (int i = 0; i < words.size(); i++) {
                map.put(l.integers() ? (Object) integer(words.get(i)) : words.get(i), first + i);
            }
            return map;
        });
        Value out = layer.value(DType.INT32, x.rank());
        layer.add(new LookupOp(layer.path, given.id(), given.dtype(), out.id(), l, ids,
                l.mode() == OutputMode.INT ? 0 : COUNTS_NOWHERE));
        int known = first + words.size();
        return weighted(l.mode(), encode(l.mode(), out, null, l.padTo() > 0 ? l.padTo() : known));
    }

    private static Long integer(String digits) {
        try {
            return Long.valueOf(digits.strip());
        } catch (NumberFormatException e) {
            throw new Problem("its vocabulary holds '" + digits + "', expected integers");
        }
    }

    private Value invert(PreprocessingLayer.Lookup l, Value x) {
        needNumbers(x);
        List<String> words = vocabulary();
        if (l.oovIndices() < 0 || l.oovIndices() > 1) {
            throw new Problem("has " + l.oovIndices() + " places for unknown values, expected 0 or 1");
        }
        List<String> values = new ArrayList<>();
        if (l.hasMask()) {
            values.add(l.maskToken());
        }
        values.addAll(Collections.nCopies(l.oovIndices(), l.oovToken()));
        values.addAll(words);
        if (l.integers()) {
            values.forEach(PreprocessingPlanner::integer);
            integer(l.oovToken());
        }
        Value given = x.dtype() == DType.FLOAT32 ? layer.cast(x, DType.INT32) : x;
        DType to = l.integers() ? DType.INT64 : DType.STRING;
        Value out = layer.value(to, x.rank());
        layer.add(new InvertOp(given.id(), given.dtype(), out.id(), to, List.copyOf(values), l.oovToken()));
        return out;
    }

    private Value text(PreprocessingLayer.TextVectorization l, Value given) {
        if (given.dtype() != DType.STRING) {
            throw new Problem("its input holds " + given.dtype() + ", expected texts");
        }
        Value x = given.rank() == 1 ? layer.expandDims(given, 1) : given;
        layer.needRank(x, 2);
        if (x.dim(1) != 1) {
            throw new Problem("its input has shape " + Dims.text(x.dims()) + ", expected one text a row");
        }
        boolean ids = l.mode() == OutputMode.INT;
        int first = ids ? 2 : 1;
        List<String> words = vocabulary();
        Map<String, Integer> numbers = layer.packOnce(() -> {
            Map<String, Integer> map = new TreeMap<>();
            for (int i = 0; i < words.size(); i++) {
                map.put(words.get(i), first + i);
            }
            if (ids) {
                map.put("", 0);
            }
            return new HashMap<>(map);
        });
        // without cutting there is one word; other modes look at all words whatever their number
        int length = l.split() == Split.NONE && l.sequenceLength() == 0 && l.ngrams().isEmpty() ? 1
                : ids ? l.sequenceLength() : 0;
        Value out = layer.value(DType.INT32, 2);
        layer.add(new TextOp(layer.path, x.id(), out.id(), new TextVectorizer(l.standardize(), l.split(), l.ngrams()),
                numbers,
                first - 1, ids ? 0 : COUNTS_NOWHERE, length));
        return weighted(l.mode(), encode(l.mode(), out, null, l.padTo() > 0 ? l.padTo() : first + words.size()));
    }

    /** Times the weight of each id. */
    private Value weighted(OutputMode mode, Value counts) {
        if (mode != OutputMode.TF_IDF) {
            return counts;
        }
        TensorData weights = layer.array("idf_weights");
        int depth = counts.dim(-1);
        if (weights.shape().size() != depth) {
            throw new Problem("its array 'idf_weights' has shape " + weights.shape() + ", expected (" + depth + ",)");
        }
        return layer.binary(BinaryOp.MULTIPLY, counts,
                layer.constant(layer.packOnce("idf", () -> layer.packConstant(weights)), 1,
                        depth));
    }

    private Value encode(OutputMode mode, Value ids, Value weights, int depth) {
        if (mode == OutputMode.INT) {
            return ids;
        }
        if (mode != OutputMode.ONE_HOT) {
            layer.needRank(ids, 2);
        }
        // each id by itself is a row of one
        boolean single = mode == OutputMode.ONE_HOT && ids.dim(-1) != 1;
        Value rows = single ? layer.expandDims(ids, ids.rank()) : ids;
        Value out = layer.value(DType.FLOAT32, rows.rank());
        layer.add(new EncodeOp(layer.path, rows.id(), weights == null ? -1 : weights.id(), out.id(), depth, mode));
        return out;
    }
}
