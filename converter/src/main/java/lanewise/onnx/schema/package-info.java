/**
 * What ONNX itself says about its operators: how many inputs, of which types, which attributes.
 *
 * <p>Belongs here: ONNX's definitions, and checks of a file against them before it is translated. Doesn't belong here:
 * what an operator computes, and which of them can be run. Not exported.
 */
package lanewise.onnx.schema;
