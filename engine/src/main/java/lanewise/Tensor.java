package lanewise;

import java.lang.foreign.MemorySegment;
import java.util.List;
import lanewise.error.InvalidInputException;
import lanewise.plan.op.Frame;
import lanewise.plan.op.ValueInfo;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.text.TextEncoder;

/**
 * An input or an output of a {@link Predictor} or a {@link Stepper}: a window on its memory. Inputs are copied in by
 * {@code set}, outputs copied out by {@code get}; both work without allocating. Values are row-major, batch first. Same
 * thread rule as theirs.
 */
public final class Tensor {
    private final Scratch scratch;
    private final String name;
    private final ValueInfo info;
    private final TensorValues values;
    private final int[] dims;
    private final int[] largest;
    private final TextEncoder encoder;
    private int[] ids = new int[0];

    Tensor(Scratch scratch, String name, ValueInfo info, Frame frame, int value, TextEncoder encoder) {
        this.scratch = scratch;
        this.name = name;
        this.info = info;
        this.values = new TensorValues(name, info.dtype(), frame, value);
        this.dims = frame.dims(value);
        this.largest = frame.largest(value);
        this.encoder = encoder;
    }

    /**
     * The name in the model.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * What the values are.
     *
     * @return FLOAT32, INT32 or BOOL
     */
    public DType dtype() {
        return info.dtype();
    }

    /**
     * The shape in the model, batch first.
     *
     * @return sizes, {@link Shape#ANY} where calls differ
     */
    public Shape shape() {
        return info.shape();
    }

    /**
     * The size of a dimension in the current call.
     *
     * @param axis 0 is the batch
     * @return the size
     */
    public int dim(int axis) {
        return dims[axis];
    }

    /**
     * How many values there are in the current call.
     *
     * @return the product of all sizes
     */
    public int size() {
        int size = 1;
        for (int dim : dims) {
            size *= dim;
        }
        return size;
    }

    /**
     * Gives the input one row.
     *
     * @param source the row; where one size is unknown, it follows from the number of values
     * @throws InvalidInputException if the number does not fit the shape, or a size exceeds the maxima
     */
    public void set(float[] source) {
        set(source, 1);
    }

    /**
     * Gives the input some rows.
     *
     * @param source the rows; where one size is unknown, it follows from the number of values
     * @param batch  how many rows
     * @throws InvalidInputException if the number does not fit the shape, or a size exceeds the maxima
     */
    public void set(float[] source, int batch) {
        fit(source.length, batch);
        values.put(source);
    }

    /**
     * Gives the input values of any shape that it takes.
     *
     * @param source the values
     * @param shape  their sizes, batch first
     * @throws InvalidInputException if they do not fit the input or exceed the maxima
     */
    public void set(float[] source, int[] shape) {
        fit(source.length, shape);
        values.put(source);
    }

    /**
     * Gives the input one row of integers.
     *
     * @param source the row, for example token ids
     * @throws InvalidInputException if the number does not fit the shape, or a size exceeds the maxima
     */
    public void set(int[] source) {
        set(source, 1);
    }

    /**
     * Gives the input some rows of integers.
     *
     * @param source the rows
     * @param batch  how many rows
     * @throws InvalidInputException if the number does not fit the shape, or a size exceeds the maxima
     */
    public void set(int[] source, int batch) {
        fit(source.length, batch);
        values.put(source, source.length);
    }

    /**
     * Gives the input integers of any shape that it takes.
     *
     * @param source the values
     * @param shape  their sizes, batch first
     * @throws InvalidInputException if they do not fit the input or exceed the maxima
     */
    public void set(int[] source, int[] shape) {
        fit(source.length, shape);
        values.put(source, source.length);
    }

    /**
     * Gives the input some rows from a segment of any kind.
     *
     * @param source numbers of the input's type, in native byte order: four bytes each, eight for 64-bit integers
     * @param batch  how many rows
     * @throws InvalidInputException if the number does not fit the shape, or a size exceeds the maxima
     */
    public void set(MemorySegment source, int batch) {
        values.needNumbers();
        int width = info.dtype().bytes();
        if (source.byteSize() % width != 0) {
            throw new InvalidInputException("input '" + name + "': a segment of " + source.byteSize()
                    + " bytes is no whole number of values of " + width + " bytes");
        }
        fit(source.byteSize() / width, batch);
        values.put(source, size());
    }

    /**
     * Gives the input 64-bit integers of any shape that it takes.
     *
     * @param source the values
     * @param shape  their sizes, batch first
     * @throws InvalidInputException if they do not fit the input or exceed the maxima, or an input of 32-bit integers
     *                               is given more
     */
    public void set(long[] source, int[] shape) {
        fit(source.length, shape);
        values.put(source);
    }

    /**
     * Gives the input an array: numbers, texts for a layer of the model that reads texts, or texts for the tokenizer,
     * one a row.
     *
     * @param source the array
     * @throws InvalidInputException if its shape does not fit the input or exceeds the maxima, it holds texts where
     *                               numbers are expected or the other way round, or an input of 32-bit integers is
     *                               given more
     */
    public void set(TensorData source) {
        int[] shape = source.shape().toArray();
        switch (source.dtype()) {
            case FLOAT32 -> set(source.toFloats(), shape);
            case INT32, INT64, BOOL -> set(source.toLongs(), shape);
            case STRING -> {
                if (values.areTexts()) {
                    set(source.strings(), shape);
                } else {
                    set(source.strings());
                }
            }
        }
    }

    /**
     * Gives the input one text, cleaned, split, looked up and padded as the model says.
     *
     * @param text the text
     * @return how many of its words the model knows; with none the answer says nothing about the text; -1 where the
     *         model's own layers read texts
     * @throws InvalidInputException if the model has no text handling, or the text is longer than the maximum
     */
    public int set(CharSequence text) {
        if (values.areTexts()) {
            return set(List.of(text));
        }
        return encode(0, text, 1);
    }

    /**
     * Gives the input several texts, a row each.
     *
     * @param texts the texts
     * @return how many of their words the model knows; -1 where the model's own layers read texts
     * @throws InvalidInputException if the model has no text handling, or pads to the longest text and the texts differ
     *                               in length
     */
    public int set(List<? extends CharSequence> texts) {
        if (values.areTexts()) {
            int row = 1;
            for (int i = 1; i < dims.length; i++) {
                row *= Math.max(1, info.shape().dim(i));
            }
            fit(texts.size(), texts.size() / row);
            values.put(texts);
            return -1;
        }
        int known = 0;
        for (int row = 0; row < texts.size(); row++) {
            known += encode(row, texts.get(row), texts.size());
        }
        return known;
    }

    /**
     * Gives an input of texts as many as it takes.
     *
     * @param texts the texts
     * @param shape their sizes, batch first
     * @throws InvalidInputException if they do not fit the input or exceed the maxima, or the input takes numbers
     */
    public void set(List<? extends CharSequence> texts, int[] shape) {
        if (!values.areTexts()) {
            throw new InvalidInputException("input '" + name + "' takes numbers, not texts");
        }
        fit(texts.size(), shape);
        values.put(texts);
    }

    private int encode(int row, CharSequence text, int rows) {
        if (encoder == null) {
            throw new InvalidInputException("input '" + name + "' takes no text: the model has no tokenizer"
                    + " (a model folder holds tokenizer.json and lanewise.json beside the model)");
        }
        encoder.encode(text);
        int count = encoder.paddedCount();
        if (row > 0 && count != dims[1]) {
            throw new InvalidInputException(
                    "input '" + name + "': text " + row + " has " + count + " words, text 0 has "
                            + dims[1] + "; the model has no maxlen, so score texts of different lengths one by one");
        }
        if (row == 0) {
            fit((long) rows * count, rows);
            if (ids.length < rows * count) {
                ids = new int[largest[0] * largest[1]];
            }
        }
        encoder.copyPadded(ids, row * count);
        if (row == rows - 1) {
            values.put(ids, rows * count);
        }
        return encoder.known();
    }

    private void fit(long count, int batch) {
        scratch.checkUsable();
        int unknown = -1;
        long known = batch;
        dims[0] = batch;
        for (int i = 1; i < dims.length; i++) {
            int size = info.shape().dim(i);
            if (size != Shape.ANY) {
                dims[i] = size;
                known *= size;
            } else if (unknown < 0) {
                unknown = i;
            } else {
                throw new InvalidInputException("input '" + name + "' has shape " + info.shape()
                        + " with several unknown sizes: say the shape of the values");
            }
        }
        if (unknown >= 0 && known > 0 && count % known == 0) {
            dims[unknown] = Math.toIntExact(count / known);
            known *= dims[unknown];
        }
        if (batch < 1 || known != count || unknown >= 0 && dims[unknown] == 0) {
            throw new InvalidInputException(
                    "input '" + name + "' is given " + count + " values for " + batch + " rows, expected "
                            + (unknown < 0 ? known / Math.max(batch, 1) + " a row" : "whole steps, at least one a row")
                            + ": its shape is "
                            + info.shape());
        }
        checkMaxima();
    }

    private void fit(long count, int[] shape) {
        scratch.checkUsable();
        long product = 1;
        boolean fits = shape.length == dims.length;
        for (int i = 0; i < shape.length; i++) {
            int size = fits ? info.shape().dim(i) : Shape.ANY;
            fits &= shape[i] > 0 && (size == Shape.ANY || size == shape[i]);
            product *= shape[i];
        }
        if (!fits || product != count) {
            throw new InvalidInputException(
                    "input '" + name + "' is given " + count + " values of shape " + Shape.of(shape)
                            + ", expected " + info.shape());
        }
        System.arraycopy(shape, 0, dims, 0, dims.length);
        checkMaxima();
    }

    private void checkMaxima() {
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] > largest[i]) {
                int found = dims[i];
                throw new InvalidInputException("input '" + name + "' has " + found + (i == 0 ? " rows" : " steps")
                        + ", but " + String.format(scratch.room(), largest[i]));
            }
        }
    }

    /**
     * Copies the output out.
     *
     * @param target takes {@link #size()} floats
     * @return how many were copied
     * @throws InvalidInputException if the array is too short
     */
    public int get(float[] target) {
        int n = room(target.length);
        values.get(target, n);
        return n;
    }

    /**
     * Copies an output of integers or truth values out.
     *
     * @param target takes {@link #size()} integers
     * @return how many were copied
     * @throws InvalidInputException if the array is too short or the output holds floats
     */
    public int get(int[] target) {
        if (info.dtype() == DType.FLOAT32) {
            throw new InvalidInputException("output '" + name + "' holds floats");
        }
        int n = room(target.length);
        values.get(target, n);
        return n;
    }

    /**
     * Copies the output into a segment of any kind, in native byte order.
     *
     * @param target takes {@link #size()} numbers of the output's type: four bytes each, eight for 64-bit integers
     * @return how many were copied
     * @throws InvalidInputException if the segment is too short
     */
    public int get(MemorySegment target) {
        int n = room(values.areTexts() ? 0 : target.byteSize() / info.dtype().bytes());
        values.get(target, n);
        return n;
    }

    /**
     * The output in a new array.
     *
     * @return {@link #size()} floats
     */
    public float[] toFloats() {
        float[] target = new float[size()];
        values.get(target, room(target.length));
        return target;
    }

    /**
     * The texts of an output that holds texts.
     *
     * @return a new array, row-major
     * @throws InvalidInputException if it holds numbers
     */
    public String[] toStrings() {
        scratch.checkUsable();
        if (!values.areTexts()) {
            throw new InvalidInputException("output '" + name + "' holds numbers, not texts");
        }
        return values.texts(size());
    }

    private int room(long length) {
        scratch.checkUsable();
        if (values.areTexts()) {
            throw new InvalidInputException("output '" + name + "' holds texts; read them with toStrings()");
        }
        int n = size();
        if (length < n) {
            throw new InvalidInputException(
                    "output '" + name + "' has " + n + " values, but there is room for " + length + " only");
        }
        return n;
    }
}
