package lanewise;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import lanewise.error.InvalidInputException;
import lanewise.plan.op.Frame;
import lanewise.plan.op.ValueInfo;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import lanewise.text.TextEncoder;

/**
 * An input of a {@link Predictor} or a {@link Stepper}. The {@code set} methods copy values in and allocate nothing
 * once buffers have grown to the longest text. A refused call leaves the input as it was.
 */
public final class InputTensor extends Tensor {
    /** The sizes of the largest call, with the rows first. */
    private final int[] largest;
    /** Sizes that a call asks for, with the rows first, until they are known to be good. */
    private final int[] wanted;
    /** Null where the model has no tokenizer. */
    private final TextEncoder encoder;
    private int[] ids = new int[0];
    private int knownWords;
    private boolean given;

    InputTensor(Usage usage, String name, ValueInfo info, int rowAxis, Frame frame, int value,
            TextEncoder encoder) {
        super(usage, name, info, rowAxis, frame, value);
        this.largest = frame.largest(value);
        this.wanted = new int[largest.length];
        this.encoder = encoder;
    }

    /**
     * Gives the input one row, see {@link #set(float[], int)}.
     *
     * @param source the row; where one size is unknown, it follows from the number of values
     */
    public void set(float[] source) {
        set(source, 1);
    }

    /**
     * Gives the input some rows.
     *
     * @param source the values in the order of {@link #shape}; where one size is unknown, it follows from their number
     * @param batch  how many rows
     * @throws InvalidInputException if their number does not fit the shape, a size exceeds the maxima, or a value for
     *                               an input of integers is none, such as 3.7
     */
    public void set(float[] source, int batch) {
        values.needNumbers();
        fit(source.length, batch);
        values.needFitting(source);
        values.put(source, order);
        accept();
    }

    /**
     * Gives the input values of any shape that it takes.
     *
     * @param source the values
     * @param shape  their sizes, in the order of {@link #shape}
     * @throws InvalidInputException if they do not fit the input or exceed the maxima, or a value for an input of
     *                               integers is none, such as 3.7
     */
    public void set(float[] source, int[] shape) {
        values.needNumbers();
        fit(source.length, shape);
        values.needFitting(source);
        values.put(source, order);
        accept();
    }

    /**
     * Gives the input one row of integers, see {@link #set(int[], int)}.
     *
     * @param source the row, for example token ids
     */
    public void set(int[] source) {
        set(source, 1);
    }

    /**
     * Gives the input some rows of integers.
     *
     * @param source the values in the order of {@link #shape}; where one size is unknown, it follows from their number
     * @param batch  how many rows
     * @throws InvalidInputException if the number of values does not fit the shape, or a size exceeds the maxima
     */
    public void set(int[] source, int batch) {
        values.needNumbers();
        fit(source.length, batch);
        values.put(source, order);
        accept();
    }

    /**
     * Gives the input integers of any shape that it takes.
     *
     * @param source the values
     * @param shape  their sizes, in the order of {@link #shape}
     * @throws InvalidInputException if they do not fit the input or exceed the maxima
     */
    public void set(int[] source, int[] shape) {
        values.needNumbers();
        fit(source.length, shape);
        values.put(source, order);
        accept();
    }

    /**
     * Gives the input 64-bit integers of any shape that it takes.
     *
     * @param source the values
     * @param shape  their sizes, in the order of {@link #shape}
     * @throws InvalidInputException if they do not fit the input or exceed the maxima, or a value does not fit an input
     *                               of 32-bit integers
     */
    public void set(long[] source, int[] shape) {
        values.needNumbers();
        fit(source.length, shape);
        values.needFitting(source);
        values.put(source, order);
        accept();
    }

    /**
     * Gives the input some rows from a segment of any kind.
     *
     * @param source numbers of the input's type, in native byte order: four bytes each, eight for 64-bit integers
     * @param batch  how many rows
     * @throws InvalidInputException if the number of values does not fit the shape, or a size exceeds the maxima
     */
    public void set(MemorySegment source, int batch) {
        values.needNumbers();
        fit(values.count(source), batch);
        values.put(source, order);
        accept();
    }

    /**
     * Gives the input an array: numbers, texts for a layer that reads texts, or texts for the tokenizer, one per row.
     *
     * @param source the array
     * @throws InvalidInputException if its shape does not fit the input or exceeds the maxima, it holds texts where
     *                               numbers are expected or vice versa, or a value does not fit an input of integers
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
     * Gives the input what an output holds: a decoder's states from an encoder's. No array comes in between.
     *
     * @param source an output of this predictor, or of another one of the same thread, perhaps of another model
     * @throws InvalidInputException if its type or sizes do not fit the input, or exceed the maxima
     * @throws IllegalStateException if it belongs to another thread
     */
    public void set(OutputTensor source) {
        take(source, null, source.dims[0]);
    }

    /** Takes some rows of an output, or the first ones if no numbers are given. */
    void take(OutputTensor source, int[] rowOf, int rows) {
        usage.check();
        source.usage.check();
        needRowsLike(source, rows);
        System.arraycopy(source.dims, 0, wanted, 0, wanted.length);
        wanted[0] = rows;
        needMaxima();
        values.put(source.values, rowOf, rows, count(wanted) / rows);
        accept();
    }

    /**
     * Gives the input one text, cleaned, split, looked up and padded as the model says. {@link #knownWords} then says
     * how many of its words the model knows.
     *
     * @param text the text
     * @throws InvalidInputException if the model has no text handling, or the text is longer than the maximum
     */
    public void set(CharSequence text) {
        if (values.areTexts()) {
            set(List.of(text));
            return;
        }
        int known = encode(0, text, 1);
        values.put(ids, 0, 0, count(wanted));
        accept();
        knownWords = known;
    }

    /**
     * Gives the input several texts, one per row. {@link #knownWords} then says how many of their words the model
     * knows.
     *
     * @param texts the texts
     * @throws InvalidInputException if the model has no text handling, or pads to the longest text and the texts differ
     *                               in length
     */
    public void set(List<? extends CharSequence> texts) {
        if (values.areTexts()) {
            int row = 1;
            for (int i = 1; i < dims.length; i++) {
                row *= Math.max(1, rowsFirst().dim(i));
            }
            texts.forEach(Objects::requireNonNull);
            fit(texts.size(), texts.size() / row);
            values.put(texts, order);
            accept();
            return;
        }
        if (texts.isEmpty()) {
            throw new InvalidInputException("input '" + name() + "' is given no texts, expected at least one");
        }
        int known = 0;
        for (int row = 0; row < texts.size(); row++) {
            known += encode(row, texts.get(row), texts.size());
        }
        values.put(ids, 0, 0, count(wanted));
        accept();
        knownWords = known;
    }

    /**
     * Gives a text input texts of any shape that it takes.
     *
     * @param texts the texts
     * @param shape their sizes, in the order of {@link #shape}
     * @throws InvalidInputException if the texts do not fit the input or exceed the maxima, or the input takes numbers
     */
    public void set(List<? extends CharSequence> texts, int[] shape) {
        if (!values.areTexts()) {
            throw new InvalidInputException("input '" + name() + "' takes numbers, not texts");
        }
        texts.forEach(Objects::requireNonNull);
        fit(texts.size(), shape);
        values.put(texts, order);
        accept();
    }

    /**
     * Whether {@link #knownWords} can be called: true if the model has a tokenizer for this input.
     *
     * @return false if the input takes only numbers, or the model's own layers read the texts
     */
    public boolean countsKnownWords() {
        return encoder != null && !values.areTexts();
    }

    /**
     * How many words of the texts that were last set are in the model's vocabulary. If there are none, the answer is
     * that for an empty text.
     *
     * @return the number; 0 before the first text
     * @throws IllegalStateException if {@link #countsKnownWords} is false
     */
    public int knownWords() {
        if (!countsKnownWords()) {
            throw new IllegalStateException("input '" + name() + "' has no tokenizer that counts words");
        }
        usage.checkForeign();
        return knownWords;
    }

    /** Puts a text's ids among those of others; returns how many words are known. */
    private int encode(int row, CharSequence text, int rows) {
        if (encoder == null) {
            throw new InvalidInputException("input '" + name() + "' takes no text: the model has no tokenizer"
                    + " (a model folder holds tokenizer.json and lanewise.json beside the model)");
        }
        usage.check();
        encoder.encode(text);
        int count = encoder.paddedCount();
        if (row == 0) {
            fit((long) rows * count, rows);
            if (ids.length < rows * count) {
                ids = new int[largest[0] * largest[1]];
            }
        } else if (count != wanted[1]) {
            throw new InvalidInputException("input '" + name() + "': text " + row + " has " + count
                    + " words, text 0 has " + wanted[1]
                    + "; the model has no maxlen, so score texts of different lengths one by one");
        }
        encoder.copyPadded(ids, row * count);
        return encoder.known();
    }

    /** Gives the input some rows, one after the other, wherever the axis of rows is. */
    void setRows(float[] source, int batch) {
        values.needNumbers();
        fit(source.length, batch);
        values.needFitting(source);
        values.put(source, 0, 0, source.length);
        accept();
    }

    /** Finds the sizes of some rows, or refuses them. */
    private void fit(long count, int batch) {
        usage.check();
        if (rowAxis() == RowAxis.NONE && batch != 1) {
            throw new InvalidInputException("input '" + name() + "' is given " + batch + " rows, but its whole call is"
                    + " one: its shape is " + shapeText());
        }
        int unknown = -1;
        long known = batch;
        wanted[0] = batch;
        for (int i = 1; i < wanted.length; i++) {
            int size = rowsFirst().dim(i);
            if (size != Shape.ANY) {
                wanted[i] = size;
                known *= size;
            } else if (unknown < 0) {
                unknown = i;
                wanted[i] = 0;
            } else {
                throw new InvalidInputException("input '" + name() + "' has shape " + shapeText()
                        + " and several unknown sizes: say the shape of the values");
            }
        }
        if (unknown >= 0 && known > 0 && count % known == 0) {
            long steps = count / known;
            wanted[unknown] = (int) Math.min(steps, Integer.MAX_VALUE);
            known *= steps;
        }
        if (batch < 1 || known != count || unknown >= 0 && wanted[unknown] == 0) {
            throw new InvalidInputException("input '" + name() + "' is given " + count + " values for " + batch
                    + " rows, expected "
                    + (unknown < 0 ? known / Math.max(batch, 1) + " a row" : "whole steps, at least one a row")
                    + ": its shape is " + shapeText());
        }
        needMaxima();
        order.measure(wanted);
    }

    /** Takes the sizes that are given, or refuses them. */
    private void fit(long count, int[] given) {
        usage.check();
        long product = 1;
        boolean fits = given.length == shape().rank();
        for (int i = 0; i < given.length; i++) {
            int size = fits ? shape().dim(i) : Shape.ANY;
            fits &= given[i] > 0 && (size == Shape.ANY || size == given[i]);
            // beyond an array's length it is wrong anyway, and may not overflow
            product = product > Integer.MAX_VALUE ? product : product * given[i];
        }
        if (!fits || product != count) {
            throw new InvalidInputException("input '" + name() + "' is given " + count + " values of shape "
                    + text(given) + ", expected " + shapeText());
        }
        wanted[0] = 1;
        for (int i = 0; i < given.length; i++) {
            wanted[order.inGraph(i)] = given[i];
        }
        needMaxima();
        order.measure(wanted);
    }

    /** Sizes as a shape, or as they are where a shape can't be such. */
    private static String text(int[] sizes) {
        return Arrays.stream(sizes).allMatch(size -> size >= 0) ? Shape.of(sizes).toString() : Arrays.toString(sizes);
    }

    private void needMaxima() {
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] > largest[i]) {
                throw new InvalidInputException("input '" + name() + "' has " + wanted[i]
                        + (i == 0 ? " rows" : " steps") + ", but " + usage.moreRoom(largest[i]));
            }
        }
    }

    /** The values are in: their sizes are those of the next call. */
    private void accept() {
        System.arraycopy(wanted, 0, dims, 0, dims.length);
        knownWords = 0;
        given = true;
    }

    boolean isGiven() {
        return given;
    }
}
