package lanewise.spec;

import java.util.List;
import lanewise.error.InvalidSpecException;

/**
 * Describes one layer in Keras's terms: its class and options, but not its weights. A value that can be printed and
 * compared.
 *
 * <p>Shapes in the descriptions are Keras's, batch first: {@code (batch, steps, features)}. The gate order everywhere
 * in this package is the order in which Keras stores the columns of a kernel: LSTM {@code i f c o}, GRU {@code z r h}.
 * Layers that do nothing at inference (Dropout, noise, regularization) are all {@link Identity}.
 *
 * <p>Model files do not contain the names of these records and their components, so they may be renamed. Their names in
 * files are declared in {@code lanewise.format.WireNames}.
 */
public sealed interface LayerSpec permits CoreLayer, NormalizationLayer, RecurrentLayer, ReshapingLayer, MergingLayer,
        WindowLayer, AttentionLayer, PreprocessingLayer, Operation, ShapeOperation, AxisOperation, LayerSpec.InputLayer,
        LayerSpec.Identity, LayerSpec.Nested, LayerSpec.SpectralNormalization, LayerSpec.Custom {
    /**
     * The layer's name, unique within its graph; layers with the same name are one layer that is called several times.
     *
     * @return the name
     */
    String name();

    /**
     * The roles of this layer's own arrays, in the order in which Keras saves them.
     *
     * @return for example {@code [kernel, bias]}
     */
    default List<String> weightRoles() {
        return List.of();
    }

    /**
     * Which of its arrays may have weights of 16 bits: matrices that it multiplies with, or looks up. All axes but the
     * last are rows.
     *
     * @return some of {@link #weightRoles}
     */
    default List<String> matrixRoles() {
        return List.of();
    }

    /**
     * The layers inside this one, apart from those of a nested model.
     *
     * @return cells or wrapped layers, in the order in which Keras saves them
     */
    default List<LayerSpec> inner() {
        return List.of();
    }

    /**
     * Keras's class name, for messages and listings.
     *
     * @return for example {@code "LSTM"}
     */
    default String kerasClass() {
        return getClass().getSimpleName();
    }

    /**
     * An input of the model.
     *
     * @param name    its name
     * @param shape   the shape of the array that a caller gives, batch included
     * @param dtype   the type of its values
     * @param rowAxis which axis of that array holds the rows: {@link RowAxis#FIRST} for all models of Keras, perhaps
     *                another for models of ONNX, {@link RowAxis#NONE} if the whole call is one row. The layers that
     *                read the input see {@link #inGraph}
     */
    record InputLayer(String name, Shape shape, DType dtype, int rowAxis) implements LayerSpec {
        /** Checks that there is such an axis. */
        public InputLayer {
            if (rowAxis < RowAxis.NONE || rowAxis > 0 && rowAxis >= shape.rank()) {
                throw new InvalidSpecException(
                        "input '" + name + "' of shape " + shape + " has its rows along axis " + rowAxis);
            }
        }

        /**
         * An input whose rows come first.
         *
         * @param name  its name
         * @param shape its shape, batch included
         * @param dtype the type of its values
         */
        public InputLayer(String name, Shape shape, DType dtype) {
            this(name, shape, dtype, RowAxis.FIRST);
        }

        /**
         * The shape that the layers which read the input see.
         *
         * @return the shape with the rows first; the given one if it has no axes and should have rows
         */
        public Shape inGraph() {
            return rowAxis == RowAxis.FIRST ? shape : RowAxis.inGraph(shape, rowAxis);
        }
    }

    /**
     * Returns its input: what Dropout, noise and regularization layers do at inference.
     *
     * @param name       its name
     * @param kerasClass its class in Keras
     */
    record Identity(String name, String kerasClass) implements LayerSpec {}

    /**
     * A model used as a layer. Masks pass through it as if its layers were in the outer graph.
     *
     * @param name  its name
     * @param graph its layers
     */
    record Nested(String name, Graph graph) implements LayerSpec {
        @Override
        public String kerasClass() {
            return "Functional";
        }
    }

    /**
     * Wraps a layer whose kernel was normalized in training; at inference it is that layer itself.
     *
     * @param name  its name
     * @param layer the layer
     */
    record SpectralNormalization(String name, LayerSpec layer) implements LayerSpec {
        @Override
        public List<LayerSpec> inner() {
            return List.of(layer);
        }
    }

    /**
     * A custom layer. This record describes it; {@link lanewise.options.CustomLayer} computes it.
     *
     * @param name           its name
     * @param kerasClass     its class in Keras
     * @param registeredName its class name with its package, or empty
     * @param config         its options, JSON
     * @param weightRoles    names of its arrays, in the order in which Keras saves them
     */
    record Custom(String name, String kerasClass, String registeredName, String config, List<String> weightRoles)
            implements LayerSpec {
        /** Copies the list. */
        public Custom {
            weightRoles = List.copyOf(weightRoles);
        }
    }
}
