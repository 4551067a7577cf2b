package lanewise.bench.rivals;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes an ONNX model. Field numbers: onnx/onnx.proto, IR version 8, opset 17. */
final class OnnxGraph {
    private static final int FLOAT = 1;
    private static final int INT8 = 3;
    private static final int INT32 = 6;
    private static final int INT64 = 7;
    private static final String OWN_DOMAIN = "com.microsoft";

    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

    /** A piece of a message. */
    private interface Body {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Body body) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            body.write(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(int field, Body body) {
        graph.writeBytes(message(out -> out.writeByteArray(field, message(body))));
    }

    /** Adds a float array. */
    OnnxGraph floats(String name, float[] values, long... dims) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor(name, FLOAT, raw, dims);
    }

    /** Adds an array of signed bytes. */
    OnnxGraph bytes(String name, byte[] values, long... dims) {
        return tensor(name, INT8, ByteBuffer.wrap(values), dims);
    }

    /** Adds a list of long integers. */
    OnnxGraph longs(String name, long... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return tensor(name, INT64, raw, values.length);
    }

    private OnnxGraph tensor(String name, int type, ByteBuffer raw, long... dims) {
        add(5, out -> {
            for (long dim : dims) {
                out.writeInt64(1, dim);
            }
            out.writeInt32(2, type);
            out.writeString(8, name);
            out.writeByteArray(9, raw.array());
        });
        return this;
    }

    /** Adds a call of an operator; attributes are pairs of a name and a Long, a String or a long[]. */
    OnnxGraph node(String type, List<String> inputs, List<String> outputs, Object... attributes) {
        return node("", type, inputs, outputs, attributes);
    }

    /** Adds a call of one of ONNX Runtime's own operators. */
    OnnxGraph ownNode(String type, List<String> inputs, List<String> outputs, Object... attributes) {
        return node(OWN_DOMAIN, type, inputs, outputs, attributes);
    }

    private OnnxGraph node(String domain, String type, List<String> inputs, List<String> outputs,
            Object... attributes) {
        add(1, out -> {
            for (String input : inputs) {
                out.writeString(1, input);
            }
            for (String output : outputs) {
                out.writeString(2, output);
            }
            out.writeString(4, type);
            out.writeString(7, domain);
            for (int i = 0; i < attributes.length; i += 2) {
                String name = (String) attributes[i];
                Object value = attributes[i + 1];
                out.writeByteArray(5, message(a -> attribute(a, name, value)));
            }
        });
        return this;
    }

    private static void attribute(CodedOutputStream out, String name, Object value) throws IOException {
        out.writeString(1, name);
        switch (value) {
            case Long number -> {
                out.writeInt64(3, number);
                out.writeInt32(20, 2);
            }
            case String text -> {
                out.writeString(4, text);
                out.writeInt32(20, 3);
            }
            case long[] numbers -> {
                for (long number : numbers) {
                    out.writeInt64(8, number);
                }
                out.writeInt32(20, 7);
            }
            default -> throw new IllegalArgumentException(name + " is a " + value.getClass());
        }
    }

    OnnxGraph floatInput(String name, long... dims) {
        return value(11, name, FLOAT, dims);
    }

    OnnxGraph intInput(String name, long... dims) {
        return value(11, name, INT32, dims);
    }

    OnnxGraph output(String name, long... dims) {
        return value(12, name, FLOAT, dims);
    }

    private OnnxGraph value(int field, String name, int type, long... dims) {
        byte[] shape = message(out -> {
            for (long dim : dims) {
                out.writeByteArray(1, message(d -> d.writeInt64(1, dim)));
            }
        });
        byte[] tensor = message(out -> {
            out.writeInt32(1, type);
            out.writeByteArray(2, shape);
        });
        add(field, out -> {
            out.writeString(1, name);
            out.writeByteArray(2, message(t -> t.writeByteArray(1, tensor)));
        });
        return this;
    }

    /** The whole model. */
    byte[] toModel() {
        return message(out -> {
            out.writeInt64(1, 8);
            out.writeByteArray(7, message(g -> {
                g.writeRawBytes(graph.toByteArray());
                g.writeString(2, "network");
            }));
            out.writeByteArray(8, message(opset -> opset.writeInt64(2, 17)));
            out.writeByteArray(8, message(opset -> {
                opset.writeString(1, OWN_DOMAIN);
                opset.writeInt64(2, 1);
            }));
        });
    }
}
