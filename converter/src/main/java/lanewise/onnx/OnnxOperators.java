package lanewise.onnx;

import java.util.List;
import java.util.function.Consumer;
import lanewise.onnx.proto.NodeProto;

/** All operators: one family after the other is asked whether it knows one. */
final class OnnxOperators {
    private OnnxOperators() {}

    /**
     * The outputs, or null for an operator that is not supported.
     *
     * @param body adds a node of the body of an operator
     */
    static List<? extends OnnxValue> translate(OnnxNode node, Consumer<NodeProto> body) {
        List<? extends OnnxValue> values = OnnxConstants.fold(node);
        values = values == null ? plain(node) : values;
        return values == null ? OnnxLoop.translate(node, body) : values;
    }

    /** The same for an operator without a body, where what it reads is a value of the call. */
    static List<? extends OnnxValue> plain(OnnxNode node) {
        List<? extends OnnxValue> values = null;
        if (OnnxRecurrent.knows(node.op())) {
            values = OnnxRecurrent.translate(node);
        }
        values = values == null ? OnnxShapes.translate(node) : values;
        values = values == null ? OnnxAxes.translate(node) : values;
        values = values == null ? OnnxParts.translate(node) : values;
        values = values == null ? OnnxWindows.translate(node) : values;
        values = values == null ? OnnxAttention.translate(node) : values;
        values = values == null ? OnnxQuantized.translate(node) : values;
        values = values == null ? OnnxMicrosoft.translate(node) : values;
        values = values == null ? OnnxComposed.translate(node) : values;
        values = values == null ? OnnxResize.translate(node) : values;
        values = values == null ? OnnxProducts.translate(node) : values;
        return values == null ? OnnxMath.translate(node) : values;
    }
}
