package lanewise.cli;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lanewise.Answer;
import lanewise.OutputTensor;
import lanewise.cli.Main.BadInput;
import lanewise.error.ModelFileException;
import lanewise.files.Json;
import lanewise.files.JsonArray;
import lanewise.files.Npy;
import lanewise.format.FileDraft;
import lanewise.spec.DType;
import lanewise.spec.RowAxis;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;

/**
 * One output of all rows in a file, in its own type: {@code .json} for numbers and texts, else {@code .npy} for
 * numbers.
 * Rows are written as they come. How many there are is known at the end, so that the beginning is written twice; the
 * file appears when it is whole.
 */
final class OutputFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final String name;
    private final DType dtype;
    private final int rowAxis;
    private final boolean json;
    private final FileDraft draft;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    /** Rows along another axis than the first one lie all over the file, so they stay in memory. */
    private final List<TensorData> kept = new ArrayList<>();
    /** Of one row; null before the first. */
    private Shape shape;
    private int headBytes;
    private int rows;

    /**
     * Begins a file.
     *
     * @param file   where
     * @param output what it is to hold
     */
    OutputFile(Path file, OutputTensor output) {
        this.file = file;
        name = output.name();
        dtype = output.dtype();
        rowAxis = output.rowAxis();
        json = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
        if (dtype == DType.STRING && !json) {
            throw new BadInput("output '" + name + "' holds texts, which no .npy file can; give --output " + name
                    + "=F.json");
        }
        draft = FileDraft.of(file);
    }

    /**
     * Adds a row.
     *
     * @param place  of the row, for messages
     * @param answer to it
     */
    void add(String place, Answer answer) {
        TensorData row = answer.arrays().get(name);
        if (shape == null) {
            shape = row.shape();
            // the number of rows has up to ten digits
            byte[] head = head(Integer.MAX_VALUE, 0);
            headBytes = head.length;
            write(ByteBuffer.wrap(head));
        }
        if (!row.shape().equals(shape)) {
            throw new BadInput(place + ": output '" + name + "' has the shape " + row.shape() + ", those of the rows"
                    + " before it " + shape + ", so that they are no array; print them with --json instead");
        }
        rows++;
        if (rowAxis == RowAxis.FIRST || rowAxis == RowAxis.NONE && rows == 1) {
            write(bytes(row, rows == 1));
        } else if (rowAxis > 0) {
            kept.add(row);
        }
    }

    private List<Integer> dims(int count) {
        List<Integer> dims = new ArrayList<>(shape.dims());
        if (rowAxis != RowAxis.NONE) {
            dims.add(rowAxis, count);
        }
        return dims;
    }

    /** What stands before the values. */
    private byte[] head(int count, int least) {
        if (!json) {
            return Npy.header(dtype, dims(count), least);
        }
        String text = "{\"shape\":" + Json.write(dims(count));
        // spaces may stand there
        return (text + " ".repeat(Math.max(0, least - text.length() - 9)) + ",\"data\":[")
                .getBytes(StandardCharsets.UTF_8);
    }

    private ByteBuffer bytes(TensorData data, boolean first) {
        if (!json) {
            return Npy.values(data);
        }
        String list = Json.write(JsonArray.object(data).get("data"));
        String values = list.substring(1, list.length() - 1);
        return ByteBuffer.wrap((values.isEmpty() || first ? values : "," + values).getBytes(StandardCharsets.UTF_8));
    }

    private void write(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), buffer.remaining());
            buffer.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            if (!buffer.hasRemaining()) {
                flush();
            }
        }
    }

    private void flush() {
        try {
            for (buffer.flip(); buffer.hasRemaining();) {
                draft.channel().write(buffer);
            }
            buffer.clear();
        } catch (IOException e) {
            throw new ModelFileException(file + " can't be written: " + e.getMessage(), e);
        }
    }

    /** Finishes the file. */
    void finish() {
        if (!kept.isEmpty()) {
            write(bytes(together(), true));
        }
        if (json) {
            write(ByteBuffer.wrap("]}".getBytes(StandardCharsets.UTF_8)));
        }
        flush();
        try {
            FileChannel channel = draft.channel();
            channel.position(0);
            buffer.put(head(rows, headBytes));
            flush();
        } catch (IOException e) {
            throw new ModelFileException(file + " can't be written: " + e.getMessage(), e);
        }
        draft.commit();
    }

    /** All rows along their axis. */
    private TensorData together() {
        long inner = 1;
        for (int axis = rowAxis; axis < shape.rank(); axis++) {
            inner *= shape.dim(axis);
        }
        int bytes = dtype == DType.STRING ? 0 : dtype.bytes();
        MemorySegment values = MemorySegment.ofArray(new byte[Math.toIntExact(shape.size() * rows * bytes)]);
        List<String> strings = new ArrayList<>();
        long at = 0;
        for (long from = 0; from < shape.size(); from += inner) {
            for (TensorData row : kept) {
                if (dtype == DType.STRING) {
                    strings.addAll(row.strings().subList((int) from, (int) (from + inner)));
                } else {
                    MemorySegment.copy(row.values(), from * bytes, values, at, inner * bytes);
                    at += inner * bytes;
                }
            }
        }
        return new TensorData(dtype, new Shape(dims(rows)), values, strings);
    }

    @Override
    public void close() {
        draft.close();
    }
}
